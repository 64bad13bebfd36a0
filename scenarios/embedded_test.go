package scenarios_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/scenarios"
)

// loadEmbedded loads the catalog once: it never changes.
var loadEmbedded = sync.OnceValues(scenarios.Embedded)

func embedded(tb testing.TB) (*scenarios.Catalog, *contract.Operation) {
	tb.Helper()
	c, err := loadEmbedded()
	if err != nil {
		tb.Fatal(err)
	}
	return c, c.Contract().Operations()[0]
}

// fresh loads the catalog again: nothing in it is compiled yet.
func fresh(tb testing.TB) (*scenarios.Catalog, *contract.Operation) {
	tb.Helper()
	c, err := scenarios.Embedded()
	if err != nil {
		tb.Fatal(err)
	}
	return c, c.Contract().Operations()[0]
}

func inputs(op *contract.Operation, seed uint64, id string) *fixtures.Inputs {
	anchor, _ := time.Parse(time.RFC3339, scenarios.ConstantAnchor)
	return &fixtures.Inputs{
		Seed: seed, Operation: op.ID(), PathNames: []string{op.PathParameters()[0].Name}, PathValues: []string{id},
		Anchor: anchor, RequestID: requestID,
	}
}

const (
	requestID = "0d9a6f0e-5d1b-4a53-9f0c-6a1f2f6d7a10"
	someID    = "6f1c2b8e-3f0a-4c57-9a39-2b1d7c9e4f01"
)

func body(tb testing.TB, op *contract.Operation, a *scenarios.Answer, seed uint64) string {
	tb.Helper()
	in := inputs(op, seed, someID)
	return string(a.Bind(in).Append(nil, in.RequestID))
}

func decode(tb testing.TB, text string) map[string]any {
	tb.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		tb.Fatalf("%v in %s", err, text)
	}
	return v
}

func TestEmbeddedCatalogIsStrict(t *testing.T) {
	c, _ := embedded(t)
	if err := c.CheckAll(true); err != nil {
		t.Error(err)
	}
	for _, w := range c.Warnings() {
		t.Error(w)
	}
}

func TestEmbeddedFamilies(t *testing.T) {
	c, op := embedded(t)
	got := map[string][]string{}
	for _, s := range c.For(op) {
		got[s.Family] = append(got[s.Family], s.Name)
	}
	want := map[string][]string{
		"status": {"response-200", "response-400", "response-401", "response-403", "response-500"},
		"value": {
			"status=NOT_STARTED", "status=COMPLETED", "status=FAILED", "status=IN_PROGRESS", "status=NOT_NEEDED",
			"asyncTaskType=CREATE_DEALER", "asyncTaskType=UPDATE_DEALER_PRODUCTS",
			"steps.status=NOT_STARTED", "steps.status=COMPLETED", "steps.status=FAILED", "steps.status=IN_PROGRESS", "steps.status=NOT_NEEDED",
			"business.type=DEALER", "business.type=PRODUCT",
			"requesterUser.type=ADMIN_USER", "requesterUser.type=MYKAARMA_USER", "requesterUser.type=EXTERNAL_USER",
			"errors.errorTitle=NULL_CREDENTIALS", "errors.errorTitle=WRONG_CREDENTIAL",
			"errors.errorTitle=REQUEST_NOT_AUTHORIZED", "errors.errorTitle=ACCESS_FORBIDDEN",
			"errors.errorTitle=INTERNAL_SERVER_EXCEPTION", "errors.errorTitle=INTERNAL_SERVER_ERROR",
		},
		"failing-step": {"failed-at-step-1", "failed-at-step-2", "failed-at-step-3", "failed-at-step-4", "failed-at-step-5"},
		"lifecycle": {
			"lifecycle", "lifecycle-failed-at-step-1", "lifecycle-failed-at-step-2", "lifecycle-failed-at-step-3",
			"lifecycle-failed-at-step-4", "lifecycle-failed-at-step-5", "lifecycle-skipped", "lifecycle-stuck",
		},
		"shape": {"minimal", "empty-lists", "full"},
		"fixture": {
			"create-dealer", "null-credentials", "wrong-credential", "request-not-authorized", "access-forbidden",
			"invalid-request-data", "internal-server-exception", "internal-server-error", "update-dealer-products",
		},
		"declared": {"dealer-rejected", "error-on-the-way", "flaky-then-done", "slow-with-warnings"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEveryScenarioOwnsOneID(t *testing.T) {
	c, op := embedded(t)
	again, _ := fresh(t)
	seen := map[string]string{}
	for i, s := range c.For(op) {
		if other := seen[s.ID]; s.ID == "" || other != "" {
			t.Errorf("%s has id %q, as has %q", s.Name, s.ID, other)
		}
		seen[s.ID] = s.Name
		if got := c.ByID(op, s.ID); got != s {
			t.Errorf("ByID(%s) is %v", s.ID, got)
		}
		if got := c.ByID(op, strings.ToUpper(s.ID)); got != s {
			t.Errorf("ByID(%s) in upper case is %v", s.ID, got)
		}
		if same := again.For(again.Contract().Operations()[0])[i]; same.ID != s.ID || same.Name != s.Name {
			t.Errorf("a second load gives %s the id %s", same.Name, same.ID)
		}
		if vs := op.JudgeParameters(request(t, op, s.Values()), s.Values()); len(vs) > 0 {
			t.Error(vs)
		}
	}
}

// step is the part of a body's step that the table below looks at.
type step struct {
	Status             string
	StartTime, EndTime string
}

type process struct {
	Status, AsyncTaskType, Name string
	StartTime, EndTime          string
	TaskDetails                 string
	Steps                       []step
	Errors                      []struct{ ErrorTitle string }
	Business, RequesterUser     struct{ Type string }
}

func (p process) states() string {
	all := []string{p.Status + ":"}
	for _, s := range p.Steps {
		all = append(all, s.Status)
	}
	return strings.Join(all, " ")
}

func TestStatesAreCoherent(t *testing.T) {
	c, op := embedded(t)
	for names, want := range map[string]string{
		"response-200":             "COMPLETED: COMPLETED COMPLETED COMPLETED COMPLETED COMPLETED",
		"status=NOT_STARTED":       "NOT_STARTED: NOT_STARTED NOT_STARTED NOT_STARTED NOT_STARTED NOT_STARTED",
		"status=IN_PROGRESS":       "IN_PROGRESS: IN_PROGRESS NOT_STARTED NOT_STARTED NOT_STARTED NOT_STARTED",
		"status=FAILED":            "FAILED: FAILED NOT_STARTED NOT_STARTED NOT_STARTED NOT_STARTED",
		"status=NOT_NEEDED":        "NOT_NEEDED: NOT_NEEDED NOT_NEEDED NOT_NEEDED NOT_NEEDED NOT_NEEDED",
		"failed-at-step-3":         "FAILED: COMPLETED COMPLETED FAILED NOT_STARTED NOT_STARTED",
		"failed-at-step-5":         "FAILED: COMPLETED COMPLETED COMPLETED COMPLETED FAILED",
		"steps.status=NOT_STARTED": "NOT_STARTED: NOT_STARTED NOT_STARTED NOT_STARTED NOT_STARTED NOT_STARTED",
		"steps.status=IN_PROGRESS": "IN_PROGRESS: IN_PROGRESS NOT_STARTED NOT_STARTED NOT_STARTED NOT_STARTED",
		"steps.status=COMPLETED":   "IN_PROGRESS: COMPLETED IN_PROGRESS NOT_STARTED NOT_STARTED NOT_STARTED",
		"steps.status=FAILED":      "FAILED: FAILED NOT_STARTED NOT_STARTED NOT_STARTED NOT_STARTED",
		"steps.status=NOT_NEEDED":  "IN_PROGRESS: NOT_NEEDED IN_PROGRESS NOT_STARTED NOT_STARTED NOT_STARTED",

		"status=COMPLETED, steps.status=NOT_NEEDED":                 "COMPLETED: NOT_NEEDED COMPLETED COMPLETED COMPLETED COMPLETED",
		"failed-at-step-2, asyncTaskType=UPDATE_DEALER_PRODUCTS":    "FAILED: COMPLETED FAILED NOT_STARTED",
		"business.type=PRODUCT , steps.status=FAILED,status=FAILED": "FAILED: FAILED NOT_STARTED NOT_STARTED",
		"getAsyncProcess:status=FAILED":                             "FAILED: FAILED NOT_STARTED NOT_STARTED NOT_STARTED NOT_STARTED",
	} {
		t.Run(names, func(t *testing.T) {
			a, err := c.Select(op, names)
			if err != nil {
				t.Fatal(err)
			}
			var p process
			if err := json.Unmarshal([]byte(body(t, op, a, 1)), &p); err != nil {
				t.Fatal(err)
			}
			if got := p.states(); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			started := p.Status != "NOT_STARTED" && p.Status != "NOT_NEEDED"
			ended := p.Status == "COMPLETED" || p.Status == "FAILED"
			if (p.StartTime != "") != started || (p.EndTime != "") != ended {
				t.Errorf("%s from %q to %q", p.Status, p.StartTime, p.EndTime)
			}
			if (len(p.Errors) > 0) != (p.Status == "FAILED") {
				t.Errorf("%s with errors %v", p.Status, p.Errors)
			}
		})
	}
}

func TestAScenarioChangesOnlyWhatItNames(t *testing.T) {
	c, op := embedded(t)
	var want map[string]any
	for _, name := range []string{"response-200", "status=NOT_STARTED", "failed-at-step-4", "status=NOT_NEEDED"} {
		a, err := c.Select(op, name)
		if err != nil {
			t.Fatal(err)
		}
		got := decode(t, body(t, op, a, 1))
		for _, moving := range []string{"status", "startTime", "endTime", "steps", "taskDetails", "errors"} {
			delete(got, moving)
		}
		if want == nil {
			want = got
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestSeedDecidesTheBytes(t *testing.T) {
	c, op := embedded(t)
	a, err := c.Default(op)
	if err != nil {
		t.Fatal(err)
	}
	if one, same := body(t, op, a, 1), body(t, op, a, 1); one != same {
		t.Errorf("one seed, two bodies: %s and %s", one, same)
	}
	if one, other := body(t, op, a, 1), body(t, op, a, 2); one == other {
		t.Error("two seeds, one body")
	}
	in := inputs(op, 1, strings.Replace(someID, "6", "7", 1))
	if one, other := body(t, op, a, 1), string(a.Bind(in).Append(nil, requestID)); decode(t, one)["requesterUser"].(map[string]any)["name"] == decode(t, other)["requesterUser"].(map[string]any)["name"] {
		t.Error("two processes, one requester")
	}
}

func TestShapes(t *testing.T) {
	c, op := embedded(t)
	get := func(name string) map[string]any {
		a, err := c.Select(op, name)
		if err != nil {
			t.Fatal(err)
		}
		return decode(t, body(t, op, a, 1))
	}
	minimal, full, empty := get("minimal"), get("full"), get("empty-lists")
	if minimal["status"] != "COMPLETED" || minimal["endTime"] == nil || minimal["business"] != nil || minimal["name"] != nil {
		t.Errorf("minimal is %v", minimal)
	}
	if len(full) < len(get("response-200")) || len(full["warnings"].([]any)) == 0 || len(full["errors"].([]any)) != 0 {
		t.Errorf("full is %v", full)
	}
	if len(empty["warnings"].([]any)) != 0 || len(empty["steps"].([]any)) == 0 {
		t.Errorf("empty-lists is %v", empty)
	}
}

func TestAtEnd(t *testing.T) {
	c, op := embedded(t)
	want := map[string]string{
		"lifecycle": "[{/status COMPLETED}]", "lifecycle-failed-at-step-3": "[{/status FAILED} {/steps/2/status FAILED}]",
		"lifecycle-skipped": "[{/status NOT_NEEDED}]", "lifecycle-stuck": "[]", "dealer-rejected": "[{/status FAILED} {/steps/2/status FAILED}]",
		"error-on-the-way": "[{/status COMPLETED}]", "status=FAILED": "[]",
	}
	for _, s := range c.For(op) {
		if text, ok := want[s.Name]; ok && fmt.Sprint(s.AtEnd) != text {
			t.Errorf("%s: want %s, got %v", s.Name, text, s.AtEnd)
		}
	}
}
