package contract_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/understudy-dev/understudy/contract"
)

// kind loads a contract of testdata/lifecycles, and its only operation.
func kind(t *testing.T, name string) *contract.Operation {
	t.Helper()
	c, err := contract.Load(os.DirFS("testdata/lifecycles"), name)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Operations()) != 1 {
		t.Fatalf("want one operation, got %d", len(c.Operations()))
	}
	return c.Operations()[0]
}

// TestKindsOfLifecycles pins what is read of resources that are unlike the embedded one.
func TestKindsOfLifecycles(t *testing.T) {
	tests := map[string]*contract.Lifecycle{
		"job.yaml": {
			State: "/state", Initial: "queued", Transitions: map[string][]string{"queued": {"running"}, "running": {"done", "failed"}},
			Outcomes:  contract.Outcomes{{Name: "success", State: "done", Shows: []string{"/downloadUrl"}}, {Name: "failure", State: "failed"}},
			StartedAt: "/startedAt", EndedAt: "/endedAt", Constant: []string{"/report", "/createdAt", "/priority", "/rows"},
		},
		"operation.yaml": {
			State: "/done", Initial: "false", Transitions: map[string][]string{"false": {"true"}},
			Outcomes: contract.Outcomes{
				{Name: "success", State: "true", Shows: []string{"/response"}}, {Name: "failure", State: "true", Shows: []string{"/error"}},
			},
			StartedAt: "/metadata/createTime", EndedAt: "/metadata/endTime", Constant: []string{"/name", "/metadata/target", "/metadata/verb"},
		},
		"deployment.yaml": {
			State: "/properties/provisioningState", Initial: "Accepted",
			Transitions: map[string][]string{
				"Accepted": {"Creating", "Canceled"}, "Creating": {"Running", "Failed", "Canceled"}, "Running": {"Succeeded", "Failed", "Canceled"},
			},
			Outcomes: contract.Outcomes{
				{Name: "success", State: "Succeeded", Shows: []string{"/properties/outputs"}},
				{Name: "failure", State: "Failed", Shows: []string{"/properties/error"}},
				{Name: "canceled", State: "Canceled"},
			},
			StartedAt: "/properties/startTime", EndedAt: "/properties/endTime", Constant: []string{"/id", "/name", "/location", "/properties/mode"},
			Volatile: []string{"/properties/correlationId"},
		},
		"rollout.yaml": {
			State: "/status/phase", Initial: "planned", Transitions: map[string][]string{"planned": {"rolling"}, "rolling": {"released", "rolled-back"}},
			Outcomes: contract.Outcomes{
				{Name: "success", State: "released"}, {Name: "failure", State: "rolled-back", Shows: []string{"/status/reason"}},
			},
			StartedAt: "/status/begunAt", EndedAt: "/status/settledAt", Constant: []string{"/service", "/release", "/strategy"},
			Steps: &contract.Steps{
				Items: "/status/stages", Order: "/position", Key: "/name", State: "/phase", Initial: "pending",
				Transitions: map[string][]string{"pending": {"preparing", "omitted"}, "preparing": {"running"}, "running": {"passed", "broken"}},
				Outcomes: contract.Outcomes{
					{Name: "success", State: "passed"}, {Name: "failure", State: "broken", Shows: []string{"/cause"}}, {Name: "skipped", State: "omitted"},
				},
				StartedAt: "/times/begun", EndedAt: "/times/settled", Constant: []string{"/position", "/name", "/percent"},
			},
		},
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			o := kind(t, name)
			if diff := cmp.Diff(want, o.Lifecycle(), cmpopts.IgnoreFields(contract.Lifecycle{}, "Position")); diff != "" {
				t.Errorf("lifecycle (-want +got):\n%s", diff)
			}
			rules, err := o.Rules()
			if err != nil {
				t.Fatal(err)
			}
			transitions := 0
			for _, rule := range rules {
				if rule.Transition {
					transitions++
				}
			}
			if transitions == 0 || transitions == len(rules) {
				t.Errorf("want rules of both kinds, got %d of %d that read oldSelf", transitions, len(rules))
			}
		})
	}
}

func TestOutcomes(t *testing.T) {
	outcomes := kind(t, "deployment.yaml").Lifecycle().Outcomes
	if got := outcomes.State("canceled"); got != "Canceled" {
		t.Errorf("want Canceled, got %q", got)
	}
	if outcomes.Has("skipped") || outcomes.State("skipped") != "" || !outcomes.Has(contract.OutcomeFailure) {
		t.Error("want success, failure and canceled, and no other outcome")
	}
	if diff := cmp.Diff([]string{"Succeeded", "Failed", "Canceled"}, outcomes.Ends()); diff != "" {
		t.Errorf("ends (-want +got):\n%s", diff)
	}
	// Two outcomes share a state.
	if diff := cmp.Diff([]string{"true"}, kind(t, "operation.yaml").Lifecycle().Outcomes.Ends()); diff != "" {
		t.Errorf("ends (-want +got):\n%s", diff)
	}
	var none contract.Outcomes
	if none.Has(contract.OutcomeSuccess) || none.Ends() != nil {
		t.Error("want nothing of no outcomes")
	}
}

// TestManyOutcomes has one more of everything than there may be.
func TestManyOutcomes(t *testing.T) {
	const many = 101
	var states, others, places, properties []string
	for i := range many {
		states = append(states, fmt.Sprintf("S%d", i))
		others = append(others, fmt.Sprintf("o%d: S%d", i, i))
		places = append(places, fmt.Sprintf("/p%d", i))
		properties = append(properties, fmt.Sprintf("p%d: {type: string}", i))
	}
	document := func(others, places []string) string {
		return `openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /jobs:
    get:
      operationId: getJob
      x-lifecycle:
        state: /state
        transitions: {NEW: [DONE, ` + strings.Join(states[:len(others)], ", ") + `]}
        outcomes:
          success: {state: DONE, shows: [` + strings.Join(places, ", ") + `]}
          others:
            ` + strings.Join(others, "\n            ") + `
      responses:
        "200": {description: OK, content: {application/json: {schema: {type: object, properties: {state: {type: string}, ` + strings.Join(properties, ", ") + `}}}}}
`
	}
	if got := load(t, document(others[:99], places[:100])).Operation("getJob").Lifecycle().Outcomes; len(got) != 100 || len(got[0].Shows) != 100 {
		t.Errorf("want 100 outcomes, and 100 places of the first, got %d and %d", len(got), len(got[0].Shows))
	}
	got := refusal(t, func() error {
		_, err := contract.Load(fstest.MapFS{"contract.yaml": {Data: []byte(document(others[:100], places))}}, "contract.yaml")
		return err
	})
	want := `contract.yaml:11:632: lifecycle of "getJob": outcomes: /success: more than 100 places
contract.yaml:112:13: lifecycle of "getJob": more than 100 outcomes
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("error text (-want +got):\n%s", diff)
	}
}
