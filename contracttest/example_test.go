package contracttest_test

import (
	"context"
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/understudy-dev/understudy/contracttest"
	"github.com/understudy-dev/understudy/scenarios"
	"github.com/understudy-dev/understudy/server"
)

// In a provider's own tests, the suite is one line. The handler is what the provider serves.
func ExampleTest() {
	catalog, err := scenarios.Embedded()
	if err != nil {
		fmt.Println(err)
		return
	}
	handler, err := server.New(catalog)
	if err != nil {
		fmt.Println(err)
		return
	}

	// func TestContract(t *testing.T) {
	_ = func(t *testing.T) {
		t.Helper()
		contracttest.Test(t, contracttest.Params{Handler: handler, Strict: true})
	}
	// }
}

func ExampleRun() {
	catalog, err := scenarios.Embedded()
	if err != nil {
		fmt.Println(err)
		return
	}
	mock, err := server.New(catalog)
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := contracttest.Run(context.Background(), contracttest.Params{Handler: mock, Strict: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Contract, report.OK(), report.ExitCode())
	for _, c := range report.Cases {
		if c.Scenario == "status=FAILED" || c.Kind == contracttest.KindProbe {
			fmt.Println(c.Scenario, c.Status, c.Provider, c.Outcome)
		}
	}
	// Output:
	// Async process status true 0
	// status=FAILED 200 scenario header pass
	// probe/credentials-absent 401 request pass
	// probe/credentials-empty 401 request pass
	// probe/credentials-malformed 401 request pass
	// probe/parameter-malformed/asyncProcessesUuid 400 request pass
}

func ExampleLoadStates() {
	catalog, err := scenarios.Embedded()
	if err != nil {
		fmt.Println(err)
		return
	}
	files := fstest.MapFS{"states.yaml": {Data: []byte(`
states:
  - scenario: status=COMPLETED
    path: {asyncProcessesUuid: 11111111-1111-4111-8111-111111111111}
  - scenario: status=FALED
    path: {asyncProcessesUuid: 22222222-2222-4222-8222-222222222222}
`)}}
	_, err = contracttest.LoadStates(files, "states.yaml", catalog)
	fmt.Println(err)
	// Output: states.yaml:5:15: state "status=FALED": scenario "status=FALED" does not exist; closest is "status=FAILED"
}
