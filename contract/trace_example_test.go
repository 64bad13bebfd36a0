package contract_test

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/understudy-dev/understudy/contract"
)

func ExampleOperation_JudgeTrace() {
	c, err := contract.Embedded()
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2024, 1, 1, 10, 0, 0, 0, time.UTC)
	var trace contract.Trace
	for i, body := range []string{`{"status": "IN_PROGRESS"}`, `{"status": "FAILED"}`, `{"status": "COMPLETED"}`} {
		answer := &contract.Exchange{
			Method: http.MethodGet, Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(body),
		}
		trace = append(trace, contract.Observation{Exchange: answer, At: at.Add(time.Duration(i) * time.Second)})
	}
	operation := c.Operation("getAsyncProcess")
	judgement := operation.JudgeTrace(context.Background(), trace)
	for _, v := range judgement.Violations {
		fmt.Printf("%s %s: %s\n", v.Level, v.Rule, v.Message)
	}
	for _, result := range judgement.Rules {
		if result.Applied > 0 {
			fmt.Println(result.Rule.ID, result.Applied, result.Broken)
		}
	}
	fmt.Println(operation.JudgeEnd(trace, true))
	// Output:
	// should rule/ended-stays-ended: poll 2 to 3: a process that has ended keeps its status
	// should lifecycle/terminal: poll 2 to 3: a terminal state is final
	// ended-stays-ended 1 1
	// started-stays-started 1 0
	// []
}

func ExampleOperation_JudgeEnd() {
	c, err := contract.Embedded()
	if err != nil {
		fmt.Println(err)
		return
	}
	answer := &contract.Exchange{
		Method: http.MethodGet, Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(`{"status": "IN_PROGRESS"}`),
	}
	trace := contract.Trace{{Exchange: answer}}
	for _, v := range c.Operation("getAsyncProcess").JudgeEnd(trace, true) {
		fmt.Printf("%s: %s, want %s, got %s\n", v.Rule, v.Message, v.Want, v.Got)
	}
	fmt.Println("stuck as expected:", len(c.Operation("getAsyncProcess").JudgeEnd(trace, false)) == 0)
	// Output:
	// lifecycle/end: poll 1: an end is reached, want one of COMPLETED, FAILED, NOT_NEEDED, got "IN_PROGRESS"
	// stuck as expected: true
}
