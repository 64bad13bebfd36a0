package scenarios_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/scenarios"
)

func request(tb testing.TB, op *contract.Operation, values []string) *http.Request {
	tb.Helper()
	return httptest.NewRequestWithContext(tb.Context(), op.Method(), op.Expand(values), nil)
}

func TestSelectRefuses(t *testing.T) {
	c, op := embedded(t)
	for names, want := range map[string]struct{ code, closest, detail string }{
		"respnse-500":                             {"unknown-scenario", "response-500", `scenario "respnse-500" does not exist`},
		"failed":                                  {"unknown-scenario", "status=FAILED", ""},
		"getAsyncProces:status=FAILED":            {"unknown-scenario", "status=FAILED", ""},
		"status=FAILD":                            {"unknown-scenario", "status=FAILED", ""},
		"getAsyncProcess:stauts=FAILED":           {"unknown-scenario", "status=FAILED", ""},
		"failed-at-step-6":                        {"unknown-scenario", "failed-at-step-1", ""},
		"response-200, response-500":              {"scenario-conflict", "", "one answers 200, the other 500"},
		"status=FAILED, status=COMPLETED":         {"scenario-conflict", "", "/status is COMPLETED and /status is FAILED"},
		"status=FAILED, steps.status=IN_PROGRESS": {"scenario-conflict", "", "no moment at which"},
		"failed-at-step-5, asyncTaskType=UPDATE_DEALER_PRODUCTS": {"scenario-conflict", "", "step 5 of 3 is FAILED"},
		"create-dealer, update-dealer-products":                  {"scenario-conflict", "", `fixture "create-dealer"`},
		"minimal, full":                                          {"scenario-conflict", "", "one is minimal, the other full"},
		"business.type=DEALER, business.type=PRODUCT":            {"scenario-conflict", "", "sets /business/type to DEALER"},
		"flaky-then-done, minimal":                               {"scenario-conflict", "", "stands alone"},
		strings.Repeat("minimal,", 17):                           {"scenario-conflict", "", "17 names"},
		"errors.errorTitle=WRONG_CREDENTIAL, failed-at-step-1":   {"scenario-conflict", "", "one answers 401, the other 200"},
	} {
		t.Run(names, func(t *testing.T) {
			_, err := c.Select(op, names)
			var e *scenarios.SelectError
			if !errors.As(err, &e) {
				t.Fatalf("got %v", err)
			}
			if e.Code != want.code || e.Closest != want.closest || !strings.Contains(e.Detail, want.detail) {
				t.Errorf("got %s, closest %q: %s", e.Code, e.Closest, e.Detail)
			}
			if want.code == "unknown-scenario" && len(e.Names) == 0 {
				t.Error("no names that exist")
			}
		})
	}
}

func TestErrorValuesPlayThatError(t *testing.T) {
	c, op := embedded(t)
	a, err := c.Select(op, "errors.errorTitle=WRONG_CREDENTIAL")
	if err != nil {
		t.Fatal(err)
	}
	got := decode(t, body(t, op, a, 1))["errors"].([]any)[0].(map[string]any)
	if a.Status != http.StatusUnauthorized || got["errorCode"] != 100003.0 {
		t.Errorf("got %d %v", a.Status, got)
	}
}

func TestOrderedCalls(t *testing.T) {
	c, op := embedded(t)
	a, err := c.Select(op, "flaky-then-done")
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range []int{500, 500, 200, 200, 200} {
		one, ok := a.Call(n)
		if !ok || one.Status != want || one.Scenario != "flaky-then-done" {
			t.Errorf("call %d is %v", n, one)
		}
	}
	if other, _ := c.Select(op, "response-500"); other.Scenario != "response-500" {
		t.Errorf("an ordered scenario renamed %q", other.Scenario)
	}
}

func TestRefusals(t *testing.T) {
	c, op := embedded(t)
	for status, want := range map[int]bool{400: true, 401: true, 403: true, 500: true, 404: false, 415: false} {
		if a := c.Refusal(op, status); (a != nil) != want || (a != nil && a.Status != status) {
			t.Errorf("%d: got %v", status, a)
		}
	}
}

func TestSelectIsSafeForConcurrentUse(t *testing.T) {
	c, op := fresh(t)
	all := c.For(op)
	rounds := 60
	if testing.Short() {
		rounds = 15 // 8 goroutines meet in each scenario all the same
	}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range rounds {
				s := all[(i*7+g)%len(all)]
				a, err := c.Select(op, s.Name)
				if err != nil {
					t.Error(err)
					continue
				}
				a, _ = a.Call(0)
				in := inputs(op, uint64(1+i%3), someID)
				if text := string(a.Bind(in).Append(nil, requestID)); !strings.Contains(text, requestID) && s.Name != "minimal" {
					t.Errorf("%s: %s", s.Name, text)
				}
				_, _ = c.Select(op, s.Name+", minimal")
			}
		})
	}
	wg.Wait()
}

func FuzzSelect(f *testing.F) {
	for _, seed := range []string{"status=FAILED", "a,b", "getAsyncProcess:minimal", ",,", "%2C", "200:x=y", "full, dealer-rejected"} {
		f.Add(seed)
	}
	c, op := embedded(f)
	f.Fuzz(func(t *testing.T, names string) {
		a, err := c.Select(op, names)
		var e *scenarios.SelectError
		if (a == nil) == (err == nil) || (err != nil && !errors.As(err, &e)) {
			t.Errorf("%q gives %v and %v", names, a, err)
		}
	})
}

// Without a fixture, the documented example that holds the named value is played.
func TestDocumentedExamplesComeBeforeFakes(t *testing.T) {
	c, err := contract.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := scenarios.Load(nil, c, &fixtures.Set{})
	if err != nil {
		t.Fatal(err)
	}
	op := c.Operations()[0]
	a, err := catalog.Select(op, "errors.errorTitle=ACCESS_FORBIDDEN")
	if err != nil {
		t.Fatal(err)
	}
	got := decode(t, body(t, op, a, 1))["errors"].([]any)[0].(map[string]any)
	if a.Status != http.StatusForbidden || got["errorCode"] != 100002.0 {
		t.Errorf("got %d %v", a.Status, got)
	}
}
