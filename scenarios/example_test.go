package scenarios_test

import (
	"fmt"
	"testing/fstest"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/scenarios"
)

func ExampleEmbedded() {
	catalog, err := scenarios.Embedded()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range catalog.Scenarios()[:3] {
		fmt.Println(s.Family, s.Name, s.Status)
	}
	// Output:
	// status response-200 200
	// status response-400 400
	// status response-401 401
}

func ExampleLoad() {
	c, _ := contract.Embedded()
	fx, _ := fixtures.Embedded()
	_, err := scenarios.Load(fstest.MapFS{"mine.yaml": {Data: []byte(`
scenario: rejected
operations:
  getAsyncProcess: {use: failed-at-stp-3}
`)}}, c, fx)
	fmt.Println(err)
	// Output:
	// mine.yaml:4:26: scenario "rejected": scenario "failed-at-stp-3" does not exist for getAsyncProcess; closest is "failed-at-step-3"
}

func ExampleCatalog_Select() {
	catalog, err := scenarios.Embedded()
	if err != nil {
		fmt.Println(err)
		return
	}
	operation := catalog.Contract().Operation("getAsyncProcess")
	answer, err := catalog.Select(operation, "failed-at-step-2, business.type=PRODUCT")
	fmt.Println(answer.Status, answer.MediaType, err)
	_, err = catalog.Select(operation, "response-500, status=FAILED")
	fmt.Println(err)
	// Output:
	// 200 application/json <nil>
	// "response-500" and "status=FAILED" do not go together: one answers 500, the other 200
}

func ExampleCatalog_CheckAll() {
	catalog, err := scenarios.Embedded()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(catalog.CheckAll(true))
	// Output: <nil>
}
