package contract_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestJudgeShows judges what outcomes show.
func TestJudgeShows(t *testing.T) {
	const (
		waiting = `{"done": false, "name": "a"}`
		success = `{"done": true, "name": "a", "response": {"documents": 1}}`
		failure = `{"done": true, "name": "a", "error": {"code": 5}}`
		neither = `{"done": true, "name": "a"}`
	)
	tests := map[string]struct {
		contract string
		polls    []string
		want     []string
	}{
		"success":               {contract: "operation.yaml", polls: []string{waiting, success, success}},
		"failure":               {contract: "operation.yaml", polls: []string{failure}},
		"null is absent":        {contract: "operation.yaml", polls: []string{`{"done": false, "error": null, "response": null}`, with(success, `"name"`, `"error": null, "name"`)}},
		"false is left out":     {contract: "operation.yaml", polls: []string{`{"name": "a"}`, success}},
		"a state that is none":  {contract: "operation.yaml", polls: []string{`{"done": "soon", "error": {}}`, `[]`, `7`}},
		"told by another check": {contract: "operation.yaml", polls: []string{success, `{"name": "a", "error": {}}`}, want: []string{`lifecycle/terminal /done | poll 1 to 2: a terminal state is final | want true | got absent`}},
		"canceled":              {contract: "deployment.yaml", polls: []string{`{"properties": {"provisioningState": "Canceled"}}`}},
		"before the end": {contract: "operation.yaml", polls: []string{
			`{"done": false, "error": {"code": 5}}`, `{"done": false, "error": {"code": 6}}`, `{"done": false}`, `{"error": {"code": 7}}`, failure,
		}, want: []string{
			`lifecycle/shows /error | poll 1: what an outcome shows is absent before its end | want absent | got {"code":5}`,
			`lifecycle/shows /error | poll 4: what an outcome shows is absent before its end | want absent | got {"code":7}`,
		}},
		"both": {contract: "operation.yaml", polls: []string{`{"done": true, "error": 1, "response": 2}`, `{"done": true, "error": 1, "response": 2}`}, want: []string{
			`lifecycle/shows /error | poll 1: an end shows what success or failure shows, and nothing of other outcomes | want absent | got 1`,
		}},
		"neither": {contract: "operation.yaml", polls: []string{`{"done": false}`, `{"done": true}`, `{"done": true, "response": null}`}, want: []string{
			`lifecycle/shows /response | poll 2: an end shows what success or failure shows, and nothing of other outcomes | want a value | got absent`,
		}},
		"vanishes": {contract: "operation.yaml", polls: []string{success, `{"done": true, "name": "a"}`, success, `{"done": true, "name": "a"}`}, want: []string{
			`lifecycle/shows /response | poll 2: an end shows what success or failure shows, and nothing of other outcomes | want a value | got absent`,
			`lifecycle/shows /response | poll 4: an end shows what success or failure shows, and nothing of other outcomes | want a value | got absent`,
		}},
		"of another end": {contract: "deployment.yaml", polls: []string{
			`{"properties": {"provisioningState": "Accepted", "outputs": {}}}`, `{"properties": {"provisioningState": "Failed", "outputs": {}}}`,
		}, want: []string{
			`lifecycle/shows /properties/error | poll 2: an end shows what failure shows, and nothing of other outcomes | want a value | got absent`,
			`lifecycle/shows /properties/outputs | poll 1: what an outcome shows is absent before its end | want absent | got {}`,
		}},
		"of no end": {contract: "deployment.yaml", polls: []string{`{"properties": {"provisioningState": "Canceled", "error": {}}}`}, want: []string{
			`lifecycle/shows /properties/error | poll 1: an end shows what canceled shows, and nothing of other outcomes | want absent | got {}`,
		}},
		"before the first state": {contract: "operation.yaml", polls: []string{`{"name": "a", "error": {"code": 5}}`, waiting}, want: []string{
			`lifecycle/shows /error | poll 1: what an outcome shows is absent before its end | want absent | got {"code":5}`,
		}},
		"one end, then another": {contract: "operation.yaml", polls: []string{waiting, success, failure, failure, success, success, failure}, want: []string{
			`lifecycle/terminal /done | poll 2 to 3: an end does not become another one | want what success shows | got what failure shows`,
			`lifecycle/terminal /done | poll 6 to 7: an end does not become another one | want what success shows | got what failure shows`,
		}},
		"no end, then one, then another": {contract: "operation.yaml", polls: []string{neither, failure, neither, success}, want: []string{
			`lifecycle/terminal /done | poll 2 to 4: an end does not become another one | want what failure shows | got what success shows`,
			`lifecycle/shows /response | poll 1: an end shows what success or failure shows, and nothing of other outcomes | want a value | got absent`,
			`lifecycle/shows /response | poll 3: an end shows what success or failure shows, and nothing of other outcomes | want a value | got absent`,
		}},
		"one end, then none, then another": {contract: "operation.yaml", polls: []string{success, waiting, failure}, want: []string{
			`lifecycle/terminal /done | poll 1 to 2: a terminal state is final | want true | got false`,
		}},
		"one end, then another state": {contract: "deployment.yaml", polls: []string{
			`{"properties": {"provisioningState": "Succeeded", "outputs": {}}}`, `{"properties": {"provisioningState": "Failed", "error": {}}}`,
		}, want: []string{
			`lifecycle/terminal /properties/provisioningState | poll 1 to 2: a terminal state is final | want "Succeeded" | got "Failed"`,
		}},
		"stages": {contract: "rollout.yaml", polls: []string{
			`{"status": {"phase": "rolling", "stages": [{"name": "one", "phase": "passed"}, {"name": "two", "phase": "running"}, {"name": "six", "phase": "pending"}]}}`,
			`{"status": {"phase": "rolled-back", "reason": "x", "stages": [{"name": "one", "phase": "passed"}, {"name": "two", "phase": "broken", "cause": "y"}, {"name": "six", "phase": "pending"}]}}`,
		}},
		"stages, wrong": {contract: "rollout.yaml", polls: []string{
			`{"status": {"phase": "rolling", "stages": [{"name": "one", "phase": "running", "cause": "y"}, {"name": "two", "phase": "pending"}]}}`,
			`{"status": {"phase": "rolling", "stages": [{"name": "one", "phase": "passed", "cause": "y"}, {"name": "two", "phase": "running"}]}}`,
			`{"status": {"phase": "rolled-back", "stages": [{"name": "one", "phase": "passed"}, {"name": "two", "phase": "broken"}]}}`,
		}, want: []string{
			`lifecycle/shows /status/reason | poll 3: an end shows what failure shows, and nothing of other outcomes | want a value | got absent`,
			`lifecycle/step-shows /status/stages/0/cause | poll 1: what an outcome shows is absent before its end | want absent | got "y"`,
			`lifecycle/step-shows /status/stages/1/cause | poll 3: an end shows what failure shows, and nothing of other outcomes | want a value | got absent`,
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := []string{}
			for _, line := range renderTrace(kind(t, test.contract).JudgeTrace(t.Context(), traceOf(test.polls...)).Violations) {
				if text, ok := strings.CutPrefix(line, "must lifecycle/"); ok {
					got = append(got, "lifecycle/"+text)
				}
			}
			if diff := cmp.Diff(append([]string{}, test.want...), got); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

// TestJudgeEndsOfSteps has steps of which every end is true.
func TestJudgeEndsOfSteps(t *testing.T) {
	o := load(t, answering("3.1.0", `{state: /done, transitions: {false: [true]}, outcomes: {success: true}, steps: {items: /steps, key: /id, state: /ok,
        transitions: {false: [true]}, outcomes: {success: true, skipped: {state: true, shows: [/why]}}}}`,
		"{200: "+jsonOf("{properties: {done: {type: boolean}, steps: {items: {properties: {id: {}, ok: {type: boolean}, why: {}}}}}}")+"}")).Operation("getA")
	got := o.JudgeTrace(t.Context(), traceOf(
		`{"done": false, "steps": [{"id": "a", "ok": true}, {"id": "b", "ok": true, "why": "x"}, {"id": "c", "ok": true, "why": "x"}]}`,
		`{"done": false, "steps": [{"id": "a", "ok": true, "why": "x"}, {"id": "b", "ok": true, "why": "y"}, {"id": "c", "ok": true}]}`,
	)).Violations
	want := []string{
		`must lifecycle/step-terminal /steps/0/ok | poll 1 to 2: an end does not become another one | want what success shows | got what skipped shows`,
		`must lifecycle/step-terminal /steps/2/ok | poll 1 to 2: an end does not become another one | want what skipped shows | got what success shows`,
	}
	if diff := cmp.Diff(want, renderTrace(got)); diff != "" {
		t.Errorf("violations (-want +got):\n%s", diff)
	}
}

// TestJudgeSharedShows has a place that two outcomes of one state show.
func TestJudgeSharedShows(t *testing.T) {
	o := load(t, answering("3.1.0", `{state: /s, transitions: {NEW: [DONE]}, outcomes: {success: {state: DONE, shows: [/r]},
        others: {late: {state: DONE, shows: [/why, /r]}}}}`, "{200: "+jsonOf("{properties: {s: {type: string}, r: {}, why: {}}}")+"}")).Operation("getA")
	if got := o.JudgeTrace(t.Context(), traceOf(`{"s": "NEW"}`, `{"s": "DONE", "r": 1, "why": 2}`)).Violations; got != nil {
		t.Errorf("got %q", renderTrace(got))
	}
	want := []string{`must lifecycle/terminal /s | poll 1 to 2: an end does not become another one | want what success shows | got what late shows`}
	got := o.JudgeTrace(t.Context(), traceOf(`{"s": "DONE", "r": 1}`, `{"s": "DONE", "r": 1, "why": 2}`)).Violations
	if diff := cmp.Diff(want, renderTrace(got)); diff != "" {
		t.Errorf("violations (-want +got):\n%s", diff)
	}
}
