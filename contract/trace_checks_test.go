package contract_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-dev/understudy/contract"
)

// renderChecks is one line for each check.
func renderChecks(o *contract.Operation, wantEnd bool) []string {
	lines := []string{}
	for _, c := range o.TraceChecks(wantEnd) {
		lines = append(lines, fmt.Sprintf("%s %s (%d): %s", c.Level, c.ID, c.Observations, c.Sentence))
	}
	return lines
}

func TestTraceChecks(t *testing.T) {
	for name, test := range map[string]struct {
		operation *contract.Operation
		wantEnd   bool
		want      []string
	}{
		"with steps": {embeddedOperation(t), true, []string{
			"should rule/ended-stays-ended (2): a process that has ended keeps its status",
			"should rule/started-stays-started (2): a process that has started is never again NOT_STARTED, nor NOT_NEEDED",
			"should rule/uuid-stays (2): a process keeps its uuid",
			"should rule/start-time-stays (2): a startTime never moves once it is known",
			"should rule/end-time-stays (2): an endTime never moves once it is known",
			"should rule/steps-stay (2): no step appears or vanishes from one poll to the next",
			"should lifecycle/reachable (2): a state is reachable from the one before",
			"should lifecycle/terminal (2): a terminal state is final",
			"should lifecycle/constant (2): what is constant does not change",
			"should lifecycle/stamp (2): a time that is set neither moves nor vanishes",
			"should lifecycle/steps-stay (2): no step appears or vanishes",
			"should lifecycle/steps-order (2): the order of the steps does not change",
			"should lifecycle/step-reachable (2): in every step, a state is reachable from the one before",
			"should lifecycle/step-terminal (2): in every step, a terminal state is final",
			"should lifecycle/step-constant (2): in every step, what is constant does not change",
			"should lifecycle/step-stamp (2): in every step, a time that is set neither moves nor vanishes",
			"should lifecycle/end (1): an end is reached",
		}},
		"without steps, never ends": {kind(t, "operation.yaml"), false, []string{
			"must rule/done-stays-done (2): an operation that is done does not change",
			"must rule/name-stays (2): an operation keeps its name",
			"must lifecycle/reachable (2): a state is reachable from the one before",
			"must lifecycle/terminal (2): a terminal state is final",
			"must lifecycle/constant (2): what is constant does not change",
			"must lifecycle/stamp (2): a time that is set neither moves nor vanishes",
			"must lifecycle/shows (1): what an outcome shows is there from its end on, and at no other time",
			"must lifecycle/end (1): no end is reached",
		}},
		"no lifecycle": {
			bare(t, `
            x-validations: [{id: stays, rule: self == oldSelf, message: it stays}, {id: fits, rule: self != null, message: it fits}]`), true,
			[]string{"must rule/stays (2): it stays"},
		},
		"an id of two rules": {
			bare(t, `
            x-validations: [{id: stays, level: should, rule: self == oldSelf, message: it stays}]
      x-validations: [{id: stays, rule: self == oldSelf, message: it stays}]`), true,
			[]string{"must rule/stays (2): it stays"},
		},
		"of an error":      {bare(t, "\n            x-validations: []\n          \"404\": {description: no, x-validations: [{id: stays, rule: self == oldSelf, message: it stays}]}"), true, []string{}},
		"nothing to judge": {bare(t, ""), true, []string{}},
	} {
		if diff := cmp.Diff(test.want, renderChecks(test.operation, test.wantEnd)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// bare is an operation without a lifecycle; more stands behind its 200.
func bare(t *testing.T, more string) *contract.Operation {
	t.Helper()
	text := `
openapi: 3.1.0
info: {title: Bare, version: "1"}
paths:
  /things:
    get:
      operationId: getThings
      responses:
          "200":
            description: ok
            content: {application/json: {schema: {}}}` + more
	c, err := contract.Load(fstest.MapFS{"api.yaml": {Data: []byte(text)}}, "api.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return c.Operation("getThings")
}

// TestTraceChecksAreThoseReported compares the list with what wrong traces show: nothing else is reported, and nothing listed never is.
func TestTraceChecksAreThoseReported(t *testing.T) {
	embedded := [][]string{}
	for _, test := range wrongTraces() {
		embedded = append(embedded, test.polls)
	}
	const rollout = `{"release": "%s", "strategy": "%s", "status": {"phase": "%s", "begunAt": "%s", "stages": [%s]}}`
	const stage = `{"name": "%s", "position": %d, "percent": %d, "phase": "%s", "times": {"begun": "%s"}}`
	for name, test := range map[string]struct {
		operation *contract.Operation
		traces    [][]string
	}{
		"embedded": {embeddedOperation(t), embedded},
		"rollout.yaml": {kind(t, "rollout.yaml"), [][]string{
			{
				fmt.Sprintf(rollout, "1", "canary", "rolling", "b", fmt.Sprintf(stage+", "+stage, "one", 1, 1, "passed", "b", "two", 2, 2, "running", "b")),
				fmt.Sprintf(rollout, "2", "none", "planned", "c", fmt.Sprintf(stage+", "+stage, "two", 2, 3, "pending", "c", "one", 1, 1, "running", "b")),
			},
			{
				fmt.Sprintf(rollout, "1", "canary", "released", "b", fmt.Sprintf(stage, "one", 1, 1, "broken", "b")),
				fmt.Sprintf(rollout, "1", "canary", "rolled-back", "b", ""),
			},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			levels, reported := map[string]contract.Level{}, map[string]bool{}
			for _, c := range test.operation.TraceChecks(true) {
				levels[c.ID] = c.Level
			}
			for _, polls := range test.traces {
				trace := traceOf(polls...)
				found := test.operation.JudgeTrace(t.Context(), trace).Violations
				for _, v := range slices.Concat(found, test.operation.JudgeEnd(trace, true)) {
					level, listed := levels[v.Rule]
					if !listed || level != v.Level {
						t.Errorf("%s %s is reported, and listed: %t as %s", v.Level, v.Rule, listed, level)
					}
					reported[v.Rule] = true
				}
			}
			for id := range levels {
				if !reported[id] {
					t.Errorf("%s is listed, and no trace trips it", id)
				}
			}
		})
	}
}

func ExampleOperation_TraceChecks() {
	c, err := contract.Embedded()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, check := range c.Operation("getAsyncProcess").TraceChecks(false) {
		if !strings.Contains(check.ID, "step") {
			fmt.Println(check.Level, check.ID+":", check.Sentence)
		}
	}
	// Output:
	// should rule/ended-stays-ended: a process that has ended keeps its status
	// should rule/started-stays-started: a process that has started is never again NOT_STARTED, nor NOT_NEEDED
	// should rule/uuid-stays: a process keeps its uuid
	// should rule/start-time-stays: a startTime never moves once it is known
	// should rule/end-time-stays: an endTime never moves once it is known
	// should lifecycle/reachable: a state is reachable from the one before
	// should lifecycle/terminal: a terminal state is final
	// should lifecycle/constant: what is constant does not change
	// should lifecycle/stamp: a time that is set neither moves nor vanishes
	// should lifecycle/end: no end is reached
}
