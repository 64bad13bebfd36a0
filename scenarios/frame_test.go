package scenarios

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// eachCourse plays every course of every fixture that a lifecycle fills.
func eachCourse(t *testing.T, play func(w *world, s *slots, st *stage, c course)) {
	t.Helper()
	catalog, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range catalog.worlds {
		for _, f := range w.derived().fixtures.All() {
			s := &slots{response: w.operation.Response(f.Status), status: f.Status, fixture: f}
			l := w.lifecycleFor(s.response)
			if l == nil {
				continue
			}
			st := newStage(l, bodySchema(s.response), f.Body, f.States)
			for _, c := range st.courses() {
				play(w, s, st, c)
			}
		}
	}
}

// TestEveryMomentKeepsTheContract plays every course at every moment, and between them.
func TestEveryMomentKeepsTheContract(t *testing.T) {
	played := 0
	eachCourse(t, func(w *world, s *slots, st *stage, c course) {
		for _, at := range around(newSchedule(st.lifecycle, c, st.steps).moments()) {
			body, err := st.frame(c, at)
			if err != nil {
				t.Fatal(err)
			}
			played++
			for _, v := range w.judge(s, body, 7) {
				t.Errorf("%s %+v at %s: %s", s.fixture.Name, c, at, v)
			}
		}
	})
	if played < 150 {
		t.Errorf("only %d moments played", played)
	}
}

func around(moments []time.Duration) []time.Duration {
	var list []time.Duration
	for _, at := range moments {
		list = append(list, at, at+time.Millisecond)
	}
	return list
}

// TestSchedule pins the plan of a failing course: when each state is entered.
func TestSchedule(t *testing.T) {
	moves := map[string][]string{"WAITING": {"RUNNING"}, "RUNNING": {"DONE", "BROKEN"}}
	ends := contract.Outcomes{Success: "DONE", Failure: "BROKEN"}
	l := &contract.Lifecycle{
		State: "/s", Initial: "WAITING", Transitions: moves, Outcomes: ends,
		Steps: &contract.Steps{Items: "/i", State: "/s", Initial: "WAITING", Transitions: moves, Outcomes: ends},
	}
	plan := newSchedule(l, course{end: "BROKEN", failAt: 2, pace: 2 * time.Second}, 3)
	var got []string
	for _, at := range plan.moments() {
		line := []string{at.String(), plan.whole.at(at)}
		for i := range plan.steps {
			line = append(line, plan.steps[i].at(at))
		}
		got = append(got, strings.Join(line, " "))
	}
	want := []string{
		"0s WAITING WAITING WAITING WAITING",
		"1s RUNNING RUNNING WAITING WAITING",
		"3s RUNNING DONE RUNNING WAITING",
		"5s BROKEN DONE BROKEN WAITING",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A default run takes ten seconds, whatever the number of steps.
func TestDefaultRunTakesTenSeconds(t *testing.T) {
	c, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	l := c.worlds[0].operation.Lifecycle()
	for steps := range 8 {
		plan := newSchedule(l, course{end: l.Outcomes.Success}, steps)
		if short := 10*time.Second - plan.end; short < 0 || short > time.Microsecond {
			t.Errorf("%d steps take %s", steps, plan.end)
		}
	}
}

func TestEncodeName(t *testing.T) {
	for in, want := range map[string]string{
		"plain": "plain", "a,b": "a%2Cb", "50%": "50%25", "a=b": "a%3Db", "a b": "a%20b", "é": "%C3%A9", "a\nb": "a%0Ab", "a.b-c_d": "a.b-c_d",
	} {
		if got := encodeName(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestPlaceFallsBackOnTheFixture(t *testing.T) {
	c, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	f := c.worlds[0].fixtures.Named("create-dealer")
	for pointer, want := range map[string]strictyaml.Position{
		"/name": f.Body.At("/name").Position(), "/steps/0/nowhere": f.Body.At("/steps/0").Position(), "/nowhere": f.Position,
	} {
		if got := place(f, pointer); got != want {
			t.Errorf("%s: got %s, want %s", pointer, got, want)
		}
	}
}

// TestEveryPairOfMomentsIsLegal judges each course as a trace: every later moment after every earlier one.
func TestEveryPairOfMomentsIsLegal(t *testing.T) {
	pairs := 0
	eachCourse(t, func(w *world, s *slots, st *stage, c course) {
		seen := observe(t, w, s, st, c)
		for i, earlier := range seen {
			for _, later := range seen[i:] {
				pairs++
				for _, v := range w.operation.JudgeTrace(t.Context(), contract.Trace{earlier, later}).Violations {
					t.Errorf("%s %+v: %s", s.fixture.Name, c, v)
				}
			}
		}
		for _, v := range w.operation.JudgeEnd(seen, true) {
			t.Errorf("%s %+v: %s", s.fixture.Name, c, v)
		}
	})
	if pairs < 200 {
		t.Errorf("only %d pairs judged", pairs)
	}
}

// observe polls a course at every moment.
func observe(t *testing.T, w *world, s *slots, st *stage, c course) contract.Trace {
	t.Helper()
	var trace contract.Trace
	for _, at := range newSchedule(st.lifecycle, c, st.steps).moments() {
		body, err := st.frame(c, at)
		if err != nil {
			t.Fatal(err)
		}
		a := head(s, s.fixture, true)
		x := w.exchange(a, w.render(body, a.MediaType, 3))
		trace = append(trace, contract.Observation{Exchange: x})
	}
	return trace
}
