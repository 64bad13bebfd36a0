package contracttest_test

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/understudy-dev/understudy/contracttest"
	"github.com/understudy-dev/understudy/scenarios"
)

// lifecycleMutant is a provider that is wrong over time.
type lifecycleMutant struct {
	mutate   func(http.Handler) http.Handler
	contract string // a file of the contract's lifecycles; "" for the embedded contract
	failing  string // a case
	check    string
	pointer  string
	text     []string
}

func resourceMutants() map[string]lifecycleMutant {
	running, done := []string{"IN_PROGRESS"}, []string{"COMPLETED"}
	return map[string]lifecycleMutant{
		"a state goes back": {
			mutate: func(right http.Handler) http.Handler {
				return from(right, 4, running, func(body map[string]any) { body["status"] = "NOT_STARTED" })
			},
			failing: "lifecycle", check: "lifecycle/reachable", pointer: "/status",
			text: []string{
				"FAIL getAsyncProcess lifecycle: poll 5 to 6: a state is reachable from the one before", `want     a state after "IN_PROGRESS"`, `got      "NOT_STARTED"`,
				"polls    5 at 2.8s answered 200 OK, 6 at 4.599s answered 200 OK", "-H 'X-Mock-Elapsed: 4.599s'",
			},
		},
		"a terminal state changes": {
			mutate: func(right http.Handler) http.Handler {
				return from(right, 3, done, func(body map[string]any) { body["status"] = "FAILED" })
			},
			failing: "lifecycle", check: "lifecycle/terminal", pointer: "/status",
			text: []string{"poll 14 to 15: a terminal state is final", "polls    14 at 20s answered 200 OK, 15 at 30s answered 200 OK"},
		},
		"a constant moves": {
			mutate: func(right http.Handler) http.Handler {
				return counted(right, func(poll int, body map[string]any) { body["name"] = fmt.Sprint("name ", poll) })
			},
			failing: "lifecycle-skipped", check: "lifecycle/constant", pointer: "/name",
		},
		"a stamp moves": {
			mutate: func(right http.Handler) http.Handler {
				return from(right, 2, done, func(body map[string]any) { body["endTime"] = "2042-01-01T00:00:00Z" })
			},
			failing: "lifecycle", check: "lifecycle/stamp", pointer: "/endTime",
		},
		"an end never comes": {
			mutate: func(right http.Handler) http.Handler {
				return from(right, 1, done, func(body map[string]any) { body["status"] = "IN_PROGRESS" })
			},
			failing: "lifecycle", check: "lifecycle/end", pointer: "/status",
			text: []string{`got      "IN_PROGRESS", polled 15 times in 30s`, "poll 15: an end is reached"},
		},
		"an end comes where none should": {
			mutate: func(right http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("X-Mock-Scenario") == "lifecycle-stuck" {
						r.Header.Set("X-Mock-Scenario", "lifecycle")
						w = &echo{w, "lifecycle-stuck"}
					}
					right.ServeHTTP(w, r)
				})
			},
			failing: "lifecycle-stuck", check: "lifecycle/end", pointer: "/status",
			text: []string{"poll 12: no end is reached", "want     a state that is no end"},
		},
		"it ends otherwise": {
			mutate: func(right http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("X-Mock-Scenario") == "lifecycle" {
						r.Header.Set("X-Mock-Scenario", "lifecycle-failed-at-step-5")
						w = &echo{w, "lifecycle"}
					}
					right.ServeHTTP(w, r)
				})
			},
			failing: "lifecycle", check: "expectation", pointer: "/status",
			text: []string{"poll 15: the scenario lifecycle shows what its name promises", `want     "COMPLETED"`},
		},
		"the uuid changes between polls": {
			mutate: func(right http.Handler) http.Handler {
				return counted(right, func(poll int, body map[string]any) {
					body["uuid"] = fmt.Sprintf("00000000-0000-4000-8000-%012d", poll)
				})
			},
			failing: "lifecycle", check: "rule/uuid-stays",
			text: []string{"poll 1 to 2: a process keeps its uuid", "at       trace /uuid"},
		},
		"the body breaks the schema on the third poll": {
			mutate: func(right http.Handler) http.Handler {
				return counted(right, func(poll int, body map[string]any) {
					if poll >= 3 {
						body["taskDetails"] = poll
					}
				})
			},
			failing: "lifecycle", check: "schema", pointer: "/taskDetails",
			text: []string{"poll 3: sends a body that the schema allows", "got      number 3", "polls    3 at 1s answered 200 OK"},
		},
		"an error comes in between": {
			mutate: func(right http.Handler) http.Handler {
				return spoilt(right, func(r *http.Request, a *answer) {
					if r.Header.Get("X-Mock-Session") != "" && strings.Contains(string(a.body), `"Running step 2`) {
						a.status = http.StatusInternalServerError
					}
				})
			},
			failing: "lifecycle", check: "status-expected",
			text: []string{"poll 5: answers 200", "got      500 Internal Server Error", "polls    5 at 2.8s answered 500 Internal Server Error"},
		},
		"another process is answered": {
			mutate: func(right http.Handler) http.Handler {
				return counted(right, func(poll int, body map[string]any) {
					if poll > 1 {
						body["uuid"] = "00000000-0000-4000-8000-000000000001"
					}
				})
			},
			failing: "lifecycle", check: "rule/uuid-is-the-one-asked-for",
			text: []string{"poll 2: the process has the uuid that was asked for"},
		},
		"an outcome shows another's field": {
			contract: "operation.yaml",
			mutate: func(right http.Handler) http.Handler {
				return counted(right, func(poll int, body map[string]any) {
					if poll == 1 {
						body["error"] = map[string]any{"code": 5, "message": "no"}
					}
				})
			},
			failing: "lifecycle", check: "lifecycle/shows", pointer: "/error",
		},
	}
}

func stepMutants() map[string]lifecycleMutant {
	all := []string{"NOT_STARTED", "IN_PROGRESS", "COMPLETED", "FAILED", "NOT_NEEDED"}
	wrong := func(edit func(body map[string]any)) func(http.Handler) http.Handler {
		return func(right http.Handler) http.Handler { return from(right, 7, all, edit) }
	}
	return map[string]lifecycleMutant{
		"a step vanishes": {
			mutate: wrong(func(body map[string]any) {
				steps, _ := body["steps"].([]any)
				body["steps"] = steps[:len(steps)-1]
			}),
			failing: "lifecycle", check: "lifecycle/steps-stay", pointer: "/steps",
		},
		"the steps change their order": {
			mutate: wrong(func(body map[string]any) {
				steps, _ := body["steps"].([]any)
				slices.Reverse(steps)
			}),
			failing: "lifecycle", check: "lifecycle/steps-order", pointer: "/steps/1",
		},
		"a step runs again": {
			mutate:  wrong(func(body map[string]any) { step(body, 0)["status"] = "IN_PROGRESS" }),
			failing: "lifecycle", check: "lifecycle/step-terminal", pointer: "/steps/0/status",
			text: []string{"poll 6 to 7: a terminal state is final"},
		},
		"a step waits again": {
			mutate: func(right http.Handler) http.Handler {
				return from(right, 2, all, func(body map[string]any) {
					if step(body, 1)["status"] == "COMPLETED" {
						step(body, 2)["status"] = "NOT_STARTED"
						return
					}
					step(body, 2)["status"] = "IN_PROGRESS"
				})
			},
			failing: "lifecycle", check: "lifecycle/step-reachable", pointer: "/steps/2/status",
		},
		"a step is renamed": {
			mutate:  wrong(func(body map[string]any) { step(body, 1)["name"] = "another" }),
			failing: "lifecycle", check: "lifecycle/step-constant", pointer: "/steps/1/name",
		},
		"a step's stamp moves": {
			mutate:  wrong(func(body map[string]any) { step(body, 0)["startTime"] = "2001-01-01T00:00:00Z" }),
			failing: "lifecycle", check: "lifecycle/step-stamp", pointer: "/steps/0/startTime",
		},
		"a step shows what another outcome shows": {
			contract: "rollout.yaml",
			mutate: func(right http.Handler) http.Handler {
				return counted(right, func(poll int, body map[string]any) {
					if first, ok := at(body, "status", "stages", 0).(map[string]any); ok && poll == 2 {
						first["cause"] = "none"
					}
				})
			},
			failing: "lifecycle", check: "lifecycle/step-shows", pointer: "/status/stages/0/cause",
		},
	}
}

// otherContract loads one of the contracts that are unlike the embedded one.
func otherContract(tb testing.TB, name string) *scenarios.Catalog {
	tb.Helper()
	if name == "" {
		return embedded(tb)
	}
	text, err := os.ReadFile("../contract/testdata/lifecycles/" + name)
	if err != nil {
		tb.Fatal(err)
	}
	return catalog(tb, string(text))
}

// TestLifecycleMutants plays providers that are wrong from poll to poll.
func TestLifecycleMutants(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes its time, and nothing in it is concurrent")
	}
	for name, test := range mutantsOverTime() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := otherContract(t, test.contract)
			report := run(t, contracttest.Params{Handler: test.mutate(ours(t, c)), Scenarios: c, Strict: true})
			caught(t, report, test.failing, test.check, test.pointer)
			shown := text(t, report)
			for _, want := range test.text {
				if !strings.Contains(shown, want) {
					t.Errorf("the report lacks %q:\n%s", want, shown)
				}
			}
			if len(find(t, report, test.failing).Polls) < 5 {
				t.Errorf("want the polls of the case, got %v", find(t, report, test.failing).Polls)
			}
		})
	}
}

func mutantsOverTime() map[string]lifecycleMutant {
	all := resourceMutants()
	maps.Copy(all, stepMutants())
	return all
}

// TestLifecycleChecksAllTripped keeps the tables above complete.
func TestLifecycleChecksAllTripped(t *testing.T) {
	t.Parallel()
	tripped := map[string]bool{}
	for _, test := range mutantsOverTime() {
		tripped[test.check] = true
	}
	for _, name := range []string{"", "operation.yaml", "rollout.yaml"} {
		for _, check := range otherContract(t, name).Contract().Operations()[0].TraceChecks(true) {
			if check.Rule == nil && !tripped[check.ID] {
				t.Errorf("no provider trips %s", check.ID)
			}
		}
	}
}
