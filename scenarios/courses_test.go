package scenarios

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-dev/understudy/contract"
)

// lifecycleOf describes a resource by its transitions, "A: B C" for each state, the first one's first, and by its outcomes,
// "success: B"; those of a step stand below.
func lifecycleOf(text string) *contract.Lifecycle {
	l := &contract.Lifecycle{}
	whole, step, hasSteps := strings.Cut(text, "steps\n")
	l.Initial, l.Transitions, l.Outcomes = movesOf(whole)
	if hasSteps {
		l.Steps = &contract.Steps{}
		l.Steps.Initial, l.Steps.Transitions, l.Steps.Outcomes = movesOf(step)
	}
	return l
}

func movesOf(text string) (initial string, transitions map[string][]string, outcomes contract.Outcomes) {
	transitions = map[string][]string{}
	for line := range strings.Lines(text) {
		name, list, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch {
		case name == "":
		case strings.ToUpper(name) != name:
			outcomes = append(outcomes, contract.Outcome{Name: name, State: list})
		default:
			if initial == "" {
				initial = name
			}
			transitions[name] = strings.Fields(list)
		}
	}
	return initial, transitions, outcomes
}

// stamped writes a plan with a line for each phase: what the whole shows, then each step, with the times that are there. The steps
// take two seconds each, and everything waits for one.
func stamped(p *plan) []string {
	offsets := (&pace{step: 2 * time.Second}).offsets(p, nil)
	text := func(s standing) string {
		out := s.state
		if s.started != none {
			out += "@" + offsets[s.started].String()
		}
		if s.ended != none {
			out += "-" + offsets[s.ended].String()
		}
		return out
	}
	var lines []string
	begins := p.begins(offsets)
	for i := range p.phases {
		line := []string{begins[i].String(), text(p.phases[i].whole)}
		for _, step := range p.phases[i].steps {
			line = append(line, text(step))
		}
		lines = append(lines, strings.Join(line, " "))
	}
	return lines
}

const (
	wholeRuns = "W: R N\nR: D F\nsuccess: D\nfailure: F\nskipped: N\n"
	stepRuns  = "steps\nW: R N\nR: D F\nsuccess: D\nfailure: F\nskipped: N\n"
	stepEnds  = "steps\nW: D\nsuccess: D\n"
	sixStates = "W: A1 X\nA1: A2\nA2: A3\nA3: A4\nA4: A5\nA5: A6\nA6: D F\nsuccess: D\nfailure: F\n"
	twoStates = "W: A1 X\nA1: A2\nA2: D\nsuccess: D\ncanceled: X\n"
)

// TestCourses plans every sort of course, for a number of steps. W is the state before anything runs.
func TestCourses(t *testing.T) {
	for name, test := range map[string]struct {
		lifecycle string
		course    course
		steps     int
		want      []string
	}{
		"success": {wholeRuns + stepRuns, course{"success", 0}, 2, []string{
			"0s W W W", "1s R@1s R@1s W", "3s R@1s D@1s-3s R@3s", "5s D@1s-5s D@1s-3s D@3s-5s",
		}},
		"failure": {wholeRuns + stepRuns, course{"failure", 2}, 3, []string{
			"0s W W W W", "1s R@1s R@1s W W", "3s R@1s D@1s-3s R@3s W", "5s F@1s-5s D@1s-3s F@3s-5s W",
		}},
		"a failing step with more states than a sound one": {
			wholeRuns + "steps\nW: D R\nR: X\nX: F\nsuccess: D\nfailure: F\n",
			course{"failure", 1},
			1,
			[]string{"0s W W", "1s R@1s R@1s", "2s R@1s X@1s", "3s F@1s-3s F@1s-3s"},
		},
		"an end that later states cannot reach": {
			"W: A1\nA1: A2 F\nA2: A3\nA3: D\nsuccess: D\nfailure: F\n", course{"failure", 0}, 0, []string{"0s W", "1s A1@1s", "3s F@1s-3s"},
		},
		"no steps": {wholeRuns, course{"failure", 0}, 0, []string{"0s W", "1s R@1s", "3s F@1s-3s"}},

		"the first step is skipped": {wholeRuns + stepRuns, course{"success", 1}, 3, []string{
			"0s W W W W", "1s R@1s N R@1s W", "3s R@1s N D@1s-3s R@3s", "5s D@1s-5s N D@1s-3s D@3s-5s",
		}},
		"a step in the middle is skipped": {wholeRuns + stepRuns, course{"success", 2}, 3, []string{
			"0s W W W W", "1s R@1s R@1s W W", "3s R@1s D@1s-3s N R@3s", "5s D@1s-5s D@1s-3s N D@3s-5s",
		}},
		"the last step is skipped": {wholeRuns + stepRuns, course{"success", 3}, 3, []string{
			"0s W W W W", "1s R@1s R@1s W W", "3s R@1s D@1s-3s R@3s W", "5s D@1s-5s D@1s-3s D@3s-5s N",
		}},
		"the only step is skipped": {wholeRuns + stepRuns, course{"success", 1}, 1, []string{
			"0s W W", "1s R@1s N", "3s D@1s-3s N",
		}},
		"all of it is skipped": {wholeRuns + stepRuns, course{"skipped", 0}, 2, []string{"0s W W W", "1s N N N"}},

		"a step without a state for its work": {wholeRuns + stepEnds, course{"success", 0}, 2, []string{
			"0s W W W", "1s R@1s W W", "3s R@1s D@1s-3s W", "5s D@1s-5s D@1s-3s D@3s-5s",
		}},
		"a step that is refused never started": {
			wholeRuns + "steps\nW: R F\nR: D\nsuccess: D\nfailure: F\n",
			course{"failure", 2},
			2,
			[]string{"0s W W W", "1s R@1s R@1s W", "3s R@1s D@1s-3s W", "5s F@1s-5s D@1s-3s F"},
		},
		"a step with two states for its work": {
			wholeRuns + "steps\nW: A\nA: B\nB: D F\nsuccess: D\nfailure: F\n",
			course{"failure", 2},
			2,
			[]string{
				"0s W W W", "1s R@1s A@1s W", "2s R@1s B@1s W", "3s R@1s D@1s-3s A@3s", "4s R@1s D@1s-3s B@3s", "5s F@1s-5s D@1s-3s F@3s-5s",
			},
		},
		"a whole without a state for its work": {"W: D F\nsuccess: D\nfailure: F\n" + stepRuns, course{"success", 0}, 1, []string{
			"0s W@0s W", "1s W@0s R@1s", "3s D@0s-3s D@1s-3s",
		}},

		"more states than steps": {sixStates + stepEnds, course{"success", 0}, 2, []string{
			"0s W W W", "1s A1@1s W W", "1.666666666s A2@1s W W", "2.333333333s A3@1s W W",
			"3s A4@1s D@1s-3s W", "3.666666666s A5@1s D@1s-3s W", "4.333333333s A6@1s D@1s-3s W", "5s D@1s-5s D@1s-3s D@3s-5s",
		}},
		"more states than steps, and some left over": {
			"W: A1\nA1: A2\nA2: A3\nA3: D\nsuccess: D\n" + stepEnds,
			course{"success", 0},
			2,
			[]string{"0s W W W", "1s A1@1s W W", "3s A2@1s D@1s-3s W", "4s A3@1s D@1s-3s W", "5s D@1s-5s D@1s-3s D@3s-5s"},
		},
		"more states than those of a step": {
			"W: A1\nA1: A2\nA2: A3\nA3: A4\nA4: D\nsuccess: D\nsteps\nW: A\nA: B\nB: D\nsuccess: D\n",
			course{"success", 0},
			1,
			[]string{"0s W W", "1s A1@1s A@1s", "1.5s A2@1s A@1s", "2s A3@1s B@1s", "2.5s A4@1s B@1s", "3s D@1s-3s D@1s-3s"},
		},
		"more states than work": {sixStates, course{"success", 0}, 0, []string{
			"0s W", "1s A1@1s", "1.333333333s A2@1s", "1.666666666s A3@1s", "2s A4@1s", "2.333333333s A5@1s", "2.666666666s A6@1s", "3s D@1s-3s",
		}},
		"more steps than states": {twoStates + stepEnds, course{"success", 0}, 3, []string{
			"0s W W W W", "1s A1@1s W W W", "3s A1@1s D@1s-3s W W", "5s A2@1s D@1s-3s D@3s-5s W", "7s D@1s-7s D@1s-3s D@3s-5s D@5s-7s",
		}},
		"a failure is the beginning of success": {sixStates + stepRuns, course{"failure", 1}, 3, []string{
			"0s W W W W", "1s A1@1s R@1s W W", "2s A2@1s R@1s W W", "3s F@1s-3s F@1s-3s W W",
		}},
		"stuck shows the last state before the end": {sixStates + stepEnds, course{"stuck", 0}, 1, []string{
			"0s W W", "1s A1@1s W", "1.333333333s A2@1s W", "1.666666666s A3@1s W", "2s A4@1s W", "2.333333333s A5@1s W", "2.666666666s A6@1s W",
		}},
		"stuck at the first step": {wholeRuns + stepRuns, course{"stuck", 1}, 2, []string{"0s W W W", "1s R@1s R@1s W"}},
		"stuck at the last step": {wholeRuns + stepRuns, course{"stuck", 0}, 2, []string{
			"0s W W W", "1s R@1s R@1s W", "3s R@1s D@1s-3s R@3s",
		}},
		"stuck without steps": {wholeRuns, course{"stuck", 0}, 0, []string{"0s W", "1s R@1s"}},

		"on the way to skipped": {
			"W: A1 A2\nA1: N\nA2: D\nsuccess: D\nskipped: N\n" + stepRuns,
			course{"skipped", 0},
			2,
			[]string{"0s W W W", "1s A1@1s W W", "3s N@1s-3s N N"},
		},
		"a long way to skipped": {
			"W: A1 A3\nA1: A2\nA2: N\nA3: D\nsuccess: D\nskipped: N\n",
			course{"skipped", 0},
			0,
			[]string{"0s W", "1s A1@1s", "2s A2@1s", "3s N@1s-3s"},
		},
		"skipped steps without a word for it": {
			"W: R N\nR: D\nsuccess: D\nskipped: N\n" + stepEnds,
			course{"skipped", 0},
			2,
			[]string{"0s W W W", "1s N W W"},
		},
		"canceled before anything runs": {twoStates + stepRuns, course{"canceled", 0}, 2, []string{"0s W W W", "1s X W W"}},
	} {
		got := stamped(newPlan(lifecycleOf(test.lifecycle), test.course, test.steps))
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A run that is broken off has done half of its steps. The one under way is broken off too, where it has a word for that.
func TestBrokenOff(t *testing.T) {
	const whole = "W: R\nR: D X\nsuccess: D\ncanceled: X\n"
	with := whole + "steps\nW: R\nR: D X\nsuccess: D\ncanceled: X\n"
	without := whole + "steps\nW: R\nR: D\nsuccess: D\n"
	for name, test := range map[string]struct {
		lifecycle string
		steps     int
		want      []string
	}{
		"a word, no steps": {with, 0, []string{"0s W", "1s R@1s", "3s X@1s-3s"}},
		"a word, one step": {with, 1, []string{"0s W W", "1s R@1s R@1s", "3s X@1s-3s X@1s-3s"}},
		"a word, two steps": {with, 2, []string{
			"0s W W W", "1s R@1s R@1s W", "3s R@1s D@1s-3s R@3s", "5s X@1s-5s D@1s-3s X@3s-5s",
		}},
		"a word, three steps": {with, 3, []string{
			"0s W W W W", "1s R@1s R@1s W W", "3s R@1s D@1s-3s R@3s W", "5s X@1s-5s D@1s-3s X@3s-5s W",
		}},
		"no word, no steps":    {without, 0, []string{"0s W", "1s R@1s", "3s X@1s-3s"}},
		"no word, one step":    {without, 1, []string{"0s W W", "1s R@1s W", "3s X@1s-3s W"}},
		"no word, two steps":   {without, 2, []string{"0s W W W", "1s R@1s R@1s W", "3s X@1s-3s D@1s-3s W"}},
		"no word, three steps": {without, 3, []string{"0s W W W W", "1s R@1s R@1s W W", "3s X@1s-3s D@1s-3s W W"}},
		"no word, four steps": {without, 4, []string{
			"0s W W W W W", "1s R@1s R@1s W W W", "3s R@1s D@1s-3s R@3s W W", "5s X@1s-5s D@1s-3s D@3s-5s W W",
		}},
	} {
		got := stamped(newPlan(lifecycleOf(test.lifecycle), course{outcome: "canceled"}, test.steps))
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A run that breaks off early and cannot do so from the states of success goes a way of its own.
func TestEndThatSuccessDoesNotLeadTo(t *testing.T) {
	l := lifecycleOf("W: A1 B1\nA1: A2\nA2: D\nB1: B2\nB2: X\nsuccess: D\ncanceled: X\n" + stepEnds)
	want := []string{"0s W W W W", "1s B1@1s W W W", "2s B2@1s W W W", "3s X@1s-3s D@1s-3s W W"}
	if diff := cmp.Diff(want, stamped(newPlan(l, course{outcome: "canceled"}, 3))); diff != "" {
		t.Error(diff)
	}
}
