package contract_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/understudy-dev/understudy/contract"
)

// traceOf makes a trace of bodies that are answered with 200; one that begins with a status is answered with that.
func traceOf(bodies ...string) contract.Trace {
	trace := rawTrace(bodies...)
	for _, at := range trace {
		before, after, _ := strings.Cut(string(at.Exchange.Body), " ")
		if code, err := strconv.Atoi(before); err == nil && after != "" {
			at.Exchange.Status, at.Exchange.Body = code, []byte(after)
		}
	}
	return trace
}

func rawTrace(bodies ...string) contract.Trace {
	var trace contract.Trace
	for _, body := range bodies {
		x := exchange(http.MethodGet, "/asyncProcesses/"+petID, http.StatusOK, "application/json", body)
		trace = append(trace, contract.Observation{Exchange: x})
	}
	return trace
}

// renderTrace is one line for each violation without operation and position.
func renderTrace(violations []contract.Violation) []string {
	lines := []string{}
	for _, v := range violations {
		lines = append(lines, fmt.Sprintf("%s %s %s | %s | want %s | got %s", v.Level, v.Rule, v.Pointer, v.Message, v.Want, v.Got))
	}
	return lines
}

// process is a body of the embedded contract in a state; its steps are written "a COMPLETED", in their order.
func process(state string, steps ...string) string {
	items := make([]string, 0, len(steps))
	for i, text := range steps {
		id, status, _ := strings.Cut(text, " ")
		items = append(items, fmt.Sprintf(`{"uuid": %q, "order": %d, "name": "step %s", "status": %q%s}`, id, i+1, id, status, stamps(status)))
	}
	return fmt.Sprintf(`{"uuid": "u", "name": "Work", "status": %q%s, "steps": [%s]}`, state, stamps(state), strings.Join(items, ", "))
}

func stamps(state string) string {
	switch state {
	case "IN_PROGRESS":
		return `, "startTime": "2024-01-01T10:00:00Z"`
	case "COMPLETED", "FAILED":
		return `, "startTime": "2024-01-01T10:00:00Z", "endTime": "2024-01-01T10:00:09Z"`
	}
	return ""
}

func with(body string, oldnew ...string) string {
	for i := 0; i < len(oldnew); i += 2 {
		if !strings.Contains(body, oldnew[i]) {
			panic("the test looks for " + oldnew[i] + " in " + body)
		}
		body = strings.Replace(body, oldnew[i], oldnew[i+1], 1)
	}
	return body
}

// The moments of a right run.
func waiting() string { return process("NOT_STARTED", "a NOT_STARTED", "b NOT_STARTED") }
func running() string { return process("IN_PROGRESS", "a COMPLETED", "b IN_PROGRESS") }
func done() string    { return process("COMPLETED", "a COMPLETED", "b COMPLETED") }

type traceCase struct {
	polls []string
	want  []string
}

func rightTraces() map[string]traceCase {
	return map[string]traceCase{
		"no poll":         {},
		"one poll":        {polls: []string{done()}},
		"all moments":     {polls: []string{waiting(), process("IN_PROGRESS", "a IN_PROGRESS", "b NOT_STARTED"), running(), done()}},
		"repeated polls":  {polls: []string{waiting(), waiting(), running(), running(), done(), done()}},
		"skipped moments": {polls: []string{waiting(), done()}},
		"not needed":      {polls: []string{waiting(), process("NOT_NEEDED", "a NOT_NEEDED", "b NOT_NEEDED")}},
		"a step fails":    {polls: []string{running(), process("FAILED", "a COMPLETED", "b FAILED")}},
		"answers without state": {polls: []string{
			waiting(), `500 {"status": "NOT_STARTED"}`, `404 {}`, running(), `200 not JSON`, `204 ` + waiting(), done(), `503 ` + waiting(), done(),
		}},
		"steps known later":       {polls: []string{with(waiting(), `, "steps": `, `, "later": `), process("NOT_STARTED"), running()}},
		"constant known later":    {polls: []string{with(waiting(), `"name": "Work", `, ""), running(), done()}},
		"null is no time":         {polls: []string{with(waiting(), `"name"`, `"startTime": null, "endTime": null, "name"`), done()}},
		"one instant, two ways":   {polls: []string{running(), with(running(), `b", "status": "IN_PROGRESS", "startTime": "2024-01-01T10:00:00Z`, `b", "status": "IN_PROGRESS", "startTime": "2024-01-01T11:00:00.0+01:00`)}},
		"one value, two ways":     {polls: []string{with(waiting(), `"order": 1`, `"order": 1.0, "key": "x"`), with(running(), `"order": 1`, `"key": "x", "order": 10e-1`)}},
		"a volatile id":           {polls: []string{with(running(), `{`, `{"apiRequestId": "1", `), with(running(), `{`, `{"apiRequestId": "2", `)}},
		"state of another schema": {polls: []string{`{"status": {"no": "state"}}`, `[]`, `7`, waiting()}},
	}
}

func wrongTraces() map[string]traceCase {
	return map[string]traceCase{
		"ended, and runs again": {polls: []string{done(), with(done(), `"status": "COMPLETED", "startTime"`, `"status": "IN_PROGRESS", "startTime"`)}, want: []string{
			`should lifecycle/terminal /status | poll 1 to 2: a terminal state is final | want "COMPLETED" | got "IN_PROGRESS"`,
			`should rule/ended-stays-ended  | poll 1 to 2: a process that has ended keeps its status | want  | got `,
		}},
		"told with the last poll": {polls: []string{`{"status": "FAILED"}`, `{"status": "FAILED"}`, `{"status": "COMPLETED"}`}, want: []string{
			`should lifecycle/terminal /status | poll 2 to 3: a terminal state is final | want "FAILED" | got "COMPLETED"`,
			`should rule/ended-stays-ended  | poll 2 to 3: a process that has ended keeps its status | want  | got `,
		}},
		"ended, and without state": {polls: []string{process("COMPLETED"), `{"uuid": "u", "name": "Work"}`, `{"uuid": "u", "name": "Work"}`}, want: []string{
			`should lifecycle/stamp /endTime | poll 1 to 2: a time that is set neither moves nor vanishes | want "2024-01-01T10:00:09Z" | got absent`,
			`should lifecycle/stamp /startTime | poll 1 to 2: a time that is set neither moves nor vanishes | want "2024-01-01T10:00:00Z" | got absent`,
			`should lifecycle/terminal /status | poll 1 to 2: a terminal state is final | want "COMPLETED" | got absent`,
			`should rule/end-time-stays  | poll 1 to 2: an endTime never moves once it is known | want  | got `,
			`should rule/start-time-stays  | poll 1 to 2: a startTime never moves once it is known | want  | got `,
		}},
		"one stale answer after an error": {polls: []string{
			`{"status": "NOT_STARTED"}`, `{"status": "IN_PROGRESS"}`, `500 {}`, `{"status": "NOT_STARTED"}`, `{"status": "COMPLETED"}`,
		}, want: []string{
			`should lifecycle/reachable /status | poll 2 to 4: a state is reachable from the one before | want a state after "IN_PROGRESS" | got "NOT_STARTED"`,
			`should rule/started-stays-started  | poll 2 to 4: a process that has started is never again NOT_STARTED, nor NOT_NEEDED | want  | got `,
		}},
		"a state that the lifecycle lacks": {polls: []string{`{"status": "NOT_STARTED"}`, `{"status": "PAUSED"}`, `{"status": "PAUSED"}`, `{"status": "NOT_STARTED"}`}, want: []string{
			`should lifecycle/reachable /status | poll 1 to 2: a state is reachable from the one before | want a state after "NOT_STARTED" | got "PAUSED"`,
		}},
		"constants change": {polls: []string{waiting(), with(waiting(), `"uuid": "u"`, `"uuid": "v"`), with(waiting(), `"uuid": "u"`, `"uuid": "v"`), with(waiting(), `"name": "Work", `, ``)}, want: []string{
			`should lifecycle/constant /name | poll 3 to 4: what is constant does not change | want "Work" | got absent`,
			`should lifecycle/constant /uuid | poll 1 to 2: what is constant does not change | want "u" | got "v"`,
			`should rule/uuid-stays  | poll 1 to 2: a process keeps its uuid | want  | got `,
			`should rule/uuid-stays  | poll 3 to 4: a process keeps its uuid | want  | got `,
		}},
		"a constant changes within": {polls: []string{`{"business": {"name": "A", "type": "DEALER"}}`, `{"business": {"type": "DEALER", "name": "B"}}`}, want: []string{
			`should lifecycle/constant /business | poll 1 to 2: what is constant does not change | want {"name":"A","type":"DEALER"} | got {"name":"B","type":"DEALER"}`,
		}},
		"the end moves with every poll": {polls: []string{done(), with(done(), "00:09", "00:10"), with(done(), "00:09", "00:11")}, want: []string{
			`should lifecycle/stamp /endTime | poll 1 to 2: a time that is set neither moves nor vanishes | want "2024-01-01T10:00:09Z" | got "2024-01-01T10:00:10Z"`,
			`should lifecycle/stamp /endTime | poll 2 to 3: a time that is set neither moves nor vanishes | want "2024-01-01T10:00:09Z" | got "2024-01-01T10:00:11Z"`,
			`should rule/end-time-stays  | poll 1 to 2: an endTime never moves once it is known | want  | got `,
			`should rule/end-time-stays  | poll 2 to 3: an endTime never moves once it is known | want  | got `,
		}},
		"a step vanishes and comes back": {polls: []string{running(), process("IN_PROGRESS", "a COMPLETED"), running()}, want: []string{
			`should lifecycle/steps-stay /steps | poll 1 to 2: no step appears or vanishes | want /uuid "b" | got absent`,
			`should rule/steps-stay  | poll 1 to 2: no step appears or vanishes from one poll to the next | want  | got `,
			`should rule/steps-stay  | poll 2 to 3: no step appears or vanishes from one poll to the next | want  | got `,
		}},
		"all steps vanish, twice": {polls: []string{running(), process("IN_PROGRESS"), process("IN_PROGRESS"), running(), process("IN_PROGRESS")}, want: []string{
			`should lifecycle/steps-stay /steps | poll 1 to 2: no step appears or vanishes | want 2 steps | got none`,
			`should lifecycle/steps-stay /steps | poll 4 to 5: no step appears or vanishes | want 2 steps | got none`,
			`should rule/steps-stay  | poll 1 to 2: no step appears or vanishes from one poll to the next | want  | got `,
			`should rule/steps-stay  | poll 4 to 5: no step appears or vanishes from one poll to the next | want  | got `,
		}},
		"a step appears": {polls: []string{waiting(), process("IN_PROGRESS", "a IN_PROGRESS", "b NOT_STARTED", "c NOT_STARTED")}, want: []string{
			`should lifecycle/steps-stay /steps/2 | poll 1 to 2: no step appears or vanishes | want absent | got /uuid "c"`,
			`should rule/steps-stay  | poll 1 to 2: no step appears or vanishes from one poll to the next | want  | got `,
		}},
		"new ids with every poll": {polls: []string{waiting(), process("NOT_STARTED", "c NOT_STARTED", "d NOT_STARTED")}, want: []string{
			`should lifecycle/steps-stay /steps | poll 1 to 2: no step appears or vanishes | want /uuid "a" and 1 more | got absent`,
			`should lifecycle/steps-stay /steps/0 | poll 1 to 2: no step appears or vanishes | want absent | got /uuid "c" and 1 more`,
		}},
		"steps change places": {polls: []string{waiting(), process("NOT_STARTED", "b NOT_STARTED", "a NOT_STARTED")}, want: []string{
			`should lifecycle/step-constant /steps/0/order | poll 1 to 2: what is constant does not change | want 2 | got 1`,
			`should lifecycle/steps-order /steps/1 | poll 1 to 2: the order of the steps does not change | want /uuid "a" before /uuid "b" | got after it`,
			`should lifecycle/step-constant /steps/1/order | poll 1 to 2: what is constant does not change | want 1 | got 2`,
		}},
		"a finished step runs again": {polls: []string{running(), with(running(), `a", "status": "COMPLETED"`, `a", "status": "IN_PROGRESS"`)}, want: []string{
			`should lifecycle/step-terminal /steps/0/status | poll 1 to 2: a terminal state is final | want "COMPLETED" | got "IN_PROGRESS"`,
		}},
		"a step goes back": {polls: []string{running(), with(running(), `b", "status": "IN_PROGRESS"`, `b", "status": "NOT_STARTED"`)}, want: []string{
			`should lifecycle/step-reachable /steps/1/status | poll 1 to 2: a state is reachable from the one before | want a state after "IN_PROGRESS" | got "NOT_STARTED"`,
		}},
		"a step is started twice": {polls: []string{running(), with(running(), `b", "status": "IN_PROGRESS", "startTime": "2024-01-01T10:00:00Z"`, `b", "status": "IN_PROGRESS", "startTime": null`)}, want: []string{
			`should lifecycle/step-stamp /steps/1/startTime | poll 1 to 2: a time that is set neither moves nor vanishes | want "2024-01-01T10:00:00Z" | got null`,
		}},
		"a step is renamed": {polls: []string{running(), with(running(), "step b", "Schritt b")}, want: []string{
			`should lifecycle/step-constant /steps/1/name | poll 1 to 2: what is constant does not change | want "step b" | got "Schritt b"`,
		}},
		"one key for two steps": {polls: []string{process("IN_PROGRESS", "a COMPLETED", "a IN_PROGRESS"), process("IN_PROGRESS", "a COMPLETED", "a IN_PROGRESS", "a NOT_STARTED")}, want: []string{
			`should lifecycle/steps-stay /steps/2 | poll 1 to 2: no step appears or vanishes | want absent | got /order 3`,
			`should rule/steps-stay  | poll 1 to 2: no step appears or vanishes from one poll to the next | want  | got `,
		}},
	}
}

func embeddedOperation(tb testing.TB) *contract.Operation {
	tb.Helper()
	c, err := contract.Embedded()
	if err != nil {
		tb.Fatal(err)
	}
	return c.Operation("getAsyncProcess")
}

func TestJudgeTrace(t *testing.T) {
	o := embeddedOperation(t)
	for _, cases := range []map[string]traceCase{rightTraces(), wrongTraces()} {
		for name, test := range cases {
			t.Run(name, func(t *testing.T) {
				got := o.JudgeTrace(t.Context(), traceOf(test.polls...))
				rendered := renderTrace(got.Violations)
				slices.Sort(rendered)
				if diff := cmp.Diff(slices.Sorted(slices.Values(test.want)), rendered, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("violations (-want +got):\n%s", diff)
				}
				if len(got.Rules) != 6 {
					t.Errorf("want a result for each of the six rules, got %d", len(got.Rules))
				}
			})
		}
	}
}

// TestTraceRulesAllTripped keeps the table above complete.
func TestTraceRulesAllTripped(t *testing.T) {
	o := embeddedOperation(t)
	broken := map[string]bool{}
	for _, test := range wrongTraces() {
		for _, v := range o.JudgeTrace(t.Context(), traceOf(test.polls...)).Violations {
			broken[v.Rule] = true
			if v.Operation != "getAsyncProcess" || v.Status != 200 || v.Where != "trace" || v.Position.Line == 0 {
				t.Errorf("not told in full: %+v", v)
			}
		}
	}
	rules, err := o.Rules()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"reachable", "terminal", "constant", "stamp", "steps-stay", "steps-order", "step-reachable", "step-terminal", "step-constant", "step-stamp"}
	for i := range want {
		want[i] = "lifecycle/" + want[i]
	}
	for _, rule := range rules {
		if rule.Transition {
			want = append(want, "rule/"+rule.ID)
		}
	}
	for _, rule := range want {
		if !broken[rule] {
			t.Errorf("no trace trips %s", rule)
		}
	}
}

func TestJudgeTraceCountsRules(t *testing.T) {
	got := embeddedOperation(t).JudgeTrace(t.Context(), traceOf(waiting(), running(), with(running(), `"uuid": "u"`, `"uuid": "v"`), done()))
	counts := map[string][2]int{}
	for _, result := range got.Rules {
		counts[result.Rule.ID] = [2]int{result.Applied, result.Broken}
	}
	want := map[string][2]int{
		"ended-stays-ended": {0, 0}, "started-stays-started": {2, 0}, "uuid-stays": {3, 2}, "start-time-stays": {2, 0}, "end-time-stays": {0, 0},
		"steps-stay": {3, 0},
	}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Errorf("applied and broken (-want +got):\n%s", diff)
	}
}

func TestJudgeTraceWhenTimeIsUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got := embeddedOperation(t).JudgeTrace(ctx, traceOf(running(), running()))
	if len(got.Violations) != 6 || !strings.Contains(got.Violations[0].Got, "canceled") {
		t.Errorf("want six rules that could not be evaluated, got %q", renderTrace(got.Violations))
	}
}

func TestJudgeTracePassesOver(t *testing.T) {
	right := traceOf(running(), waiting(), waiting(), waiting(), running())
	right[1].Exchange = nil
	right[2].Exchange.Header.Set("Content-Type", "text/html")
	right[3].Exchange.Method = http.MethodHead
	if got := embeddedOperation(t).JudgeTrace(t.Context(), right); len(got.Violations) > 0 {
		t.Errorf("got %q", renderTrace(got.Violations))
	}
}

func TestJudgeEnd(t *testing.T) {
	tests := map[string]struct {
		polls   []string
		wantEnd bool
		want    []string
	}{
		"ended":           {polls: []string{waiting(), done()}, wantEnd: true},
		"ended, error":    {polls: []string{done(), `500 {}`}, wantEnd: true},
		"stuck":           {polls: []string{waiting(), running(), running()}},
		"stuck, no poll":  {},
		"never ends":      {polls: []string{waiting(), running(), `500 {}`}, wantEnd: true, want: []string{`should lifecycle/end /status | poll 2: an end is reached | want one of COMPLETED, FAILED, NOT_NEEDED | got "IN_PROGRESS"`}},
		"no observation":  {polls: []string{`500 {}`}, wantEnd: true, want: []string{`should lifecycle/end /status | an end is reached | want one of COMPLETED, FAILED, NOT_NEEDED | got no observation`}},
		"no state":        {polls: []string{`{}`}, wantEnd: true, want: []string{`should lifecycle/end /status | poll 1: an end is reached | want one of COMPLETED, FAILED, NOT_NEEDED | got absent`}},
		"ended, not last": {polls: []string{done(), running()}, wantEnd: true, want: []string{`should lifecycle/end /status | poll 2: an end is reached | want one of COMPLETED, FAILED, NOT_NEEDED | got "IN_PROGRESS"`}},
		"not stuck":       {polls: []string{waiting(), `500 {}`, done(), running()}, want: []string{`should lifecycle/end /status | poll 3: no end is reached | want a state that is no end | got "COMPLETED"`}},
	}
	o := embeddedOperation(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := renderTrace(o.JudgeEnd(traceOf(test.polls...), test.wantEnd))
			if diff := cmp.Diff(append([]string{}, test.want...), got); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

// TestJudgeTraceTogether judges one trace many times at once, and finds it unchanged.
func TestJudgeTraceTogether(t *testing.T) {
	o := embeddedOperation(t)
	trace, copied := traceOf(waiting(), running(), waiting()), traceOf(waiting(), running(), waiting())
	want := renderTrace(o.JudgeTrace(t.Context(), trace).Violations)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if got := renderTrace(o.JudgeTrace(t.Context(), trace).Violations); !slices.Equal(want, got) {
				t.Errorf("want %q, got %q", want, got)
			}
		})
	}
	group.Wait()
	if diff := cmp.Diff(copied, trace); diff != "" {
		t.Errorf("trace (-before +after):\n%s", diff)
	}
}

// FuzzJudgeTrace holds that no bodies break the judgement, and that a resource that does not change breaks no lifecycle.
func FuzzJudgeTrace(f *testing.F) {
	f.Add(waiting(), done())
	f.Add(`{"steps": {"-1": 0}}`, `{"steps": [[], {"uuid": "a"}, {"uuid": "a"}], "status": true}`)
	f.Add(`{"steps": [{"uuid": null, "order": 1e999999999}], "startTime": 7, "status": {}}`, `null`)
	o := embeddedOperation(f)
	f.Fuzz(func(t *testing.T, a, b string) {
		o.JudgeTrace(t.Context(), rawTrace(a, b, a))
		o.JudgeEnd(rawTrace(a, b), true)
		for _, v := range o.JudgeTrace(t.Context(), rawTrace(a, a)).Violations {
			if strings.HasPrefix(v.Rule, "lifecycle/") {
				t.Errorf("the same answer twice: %v", v)
			}
		}
	})
}
