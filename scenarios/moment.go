package scenarios

import (
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// want is what a moment must show: a state, or the end by an outcome; of the resource, of step number (from 1), or of any step
// (number 0).
type want struct {
	ofStep  bool
	step    int
	state   string
	outcome string
}

// wantShown is the end that shows what stands at a pointer; false when it is not for an outcome to show.
func wantShown(l *contract.Lifecycle, pointer string) (want, bool) {
	if o := showing(l.Outcomes, pointer); o != "" {
		return want{outcome: o}, true
	}
	if l.Steps == nil {
		return want{}, false
	}
	rest, ok := strings.CutPrefix(pointer, l.Steps.Items+"/*")
	o := showing(l.Steps.Outcomes, rest)
	return want{ofStep: true, outcome: o}, ok && o != ""
}

// showing names the first outcome that shows a pointer, or a place that it lies in.
func showing(outcomes contract.Outcomes, pointer string) string {
	for _, o := range outcomes {
		for _, shown := range o.Shows {
			if strings.HasPrefix(pointer+"/", shown+"/") {
				return o.Name
			}
		}
	}
	return ""
}

// wantAt turns an owned pointer and its value into a want; false when the lifecycle does not put a state there.
func wantAt(l *contract.Lifecycle, pointer, state string) (want, bool) {
	if pointer == l.State {
		return want{state: state}, true
	}
	if l.Steps == nil {
		return want{}, false
	}
	rest, ok := strings.CutPrefix(pointer, l.Steps.Items+"/")
	number, field, _ := strings.Cut(rest, "/")
	if !ok || "/"+field != l.Steps.State {
		return want{}, false
	}
	if number == "*" {
		return want{ofStep: true, state: state}, true
	}
	i, err := strconv.Atoi(number)
	return want{ofStep: true, step: i + 1, state: state}, err == nil && i >= 0
}

// solve finds the earliest phase that shows every want, and its plan: on the course of success, else of failure at the first step
// that fits, else with one step skipped, else on another course. Without wants it is the end of success.
func (s *stage) solve(wants []want) (p *plan, number int, ok bool) {
	for _, c := range s.courses() {
		p := newPlan(s.lifecycle, c, s.steps)
		if len(wants) == 0 {
			return p, len(p.phases) - 1, true
		}
		for number := range p.phases {
			if p.phases[number].shows(wants) {
				return p, number, true
			}
		}
	}
	return nil, 0, false
}

func (p *phase) shows(wants []want) bool {
	for _, w := range wants {
		if !p.showsOne(w) {
			return false
		}
	}
	return true
}

func (p *phase) showsOne(w want) bool {
	if !w.ofStep {
		return p.whole.shows(w)
	}
	for i := range p.steps {
		if (w.step == 0 || w.step == i+1) && p.steps[i].shows(w) {
			return true
		}
	}
	return false
}

func (s *standing) shows(w want) bool {
	if w.outcome != "" {
		return s.outcome == w.outcome
	}
	return s.state == w.state
}

func escape(key string) string { return strictyaml.Pointer(key)[1:] }
