package scenarios

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// TestPlan pins how a failing course goes, and when.
func TestPlan(t *testing.T) {
	moves := map[string][]string{"WAITING": {"RUNNING"}, "RUNNING": {"DONE", "BROKEN"}}
	ends := contract.Outcomes{{Name: "success", State: "DONE"}, {Name: "failure", State: "BROKEN"}}
	l := &contract.Lifecycle{
		State: "/s", Initial: "WAITING", Transitions: moves, Outcomes: ends,
		Steps: &contract.Steps{Items: "/i", State: "/s", Initial: "WAITING", Transitions: moves, Outcomes: ends},
	}
	second := time.Second
	tests := map[string]struct {
		course course
		pace   pace
		want   []string
	}{
		"failure": {course{"failure", 2}, pace{step: 2 * second}, []string{
			"0s WAITING WAITING WAITING WAITING",
			"1s RUNNING RUNNING WAITING WAITING",
			"3s RUNNING DONE RUNNING WAITING",
			"5s BROKEN DONE BROKEN WAITING",
		}},
		"stuck": {course{"stuck", 2}, pace{wait: 3 * second, step: second}, []string{
			"0s WAITING WAITING WAITING WAITING",
			"3s RUNNING RUNNING WAITING WAITING",
			"4s RUNNING DONE RUNNING WAITING",
		}},
		"a pace for each": {course{"success", 0}, pace{wait: second, step: second, steps: map[int]time.Duration{2: 10 * second}}, []string{
			"0s WAITING WAITING WAITING WAITING",
			"1s RUNNING RUNNING WAITING WAITING",
			"2s RUNNING DONE RUNNING WAITING",
			"12s RUNNING DONE DONE RUNNING",
			"13s DONE DONE DONE DONE",
		}},
	}
	for name, test := range tests {
		if diff := cmp.Diff(test.want, shown(newPlan(l, test.course, 3), &test.pace)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// shown writes a plan with a line for each phase.
func shown(p *plan, t *pace) []string {
	var lines []string
	begins := p.begins(t.offsets(p, nil))
	for i := range p.phases {
		line := []string{begins[i].String(), p.phases[i].whole.state}
		for _, step := range p.phases[i].steps {
			line = append(line, step.state)
		}
		lines = append(lines, strings.Join(line, " "))
	}
	return lines
}

// A default run takes ten seconds, whatever the number of steps.
func TestDefaultRunTakesTenSeconds(t *testing.T) {
	c, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	l := c.worlds[0].operation.Lifecycle()
	for steps := range 8 {
		p := newPlan(l, course{outcome: contract.OutcomeSuccess}, steps)
		offsets := (&pace{}).offsets(p, nil)
		if short := 10*time.Second - offsets[len(offsets)-1]; short < 0 || short > time.Microsecond {
			t.Errorf("%d steps take %s", steps, offsets[len(offsets)-1])
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
		"/errors/0/errorCode": f.States["FAILED"].At("/errors/0/errorCode").Position(),
	} {
		if got := place(f, "FAILED", pointer); got != want {
			t.Errorf("%s: got %s, want %s", pointer, got, want)
		}
	}
}
