package scenarios

import (
	"strconv"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// moment is a point on a course.
type moment struct {
	course course
	at     time.Duration
}

// want is a state that a moment must show: of the resource, of step number (from 1), or of any step (number 0).
type want struct {
	ofStep bool
	step   int
	state  string
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

// solve finds the earliest moment that shows every want: on the course of success, else of failure at the first step
// that fits, else with one step skipped, else skipped as a whole. Without wants it is the end of success.
func (s *stage) solve(wants []want, pace time.Duration) (moment, bool) {
	for _, c := range s.courses() {
		c.pace = pace
		plan := newSchedule(s.lifecycle, c, s.steps)
		if len(wants) == 0 {
			return moment{c, plan.end}, true
		}
		for _, at := range plan.moments() {
			if plan.shows(wants, at) {
				return moment{c, at}, true
			}
		}
	}
	return moment{}, false
}

// courses lists every way the lifecycle can go, the plainest first.
func (s *stage) courses() []course {
	l := s.lifecycle
	list := []course{{end: l.Outcomes.Success}}
	if l.Outcomes.Failure != "" {
		if s.steps == 0 || l.Steps.Outcomes.Failure == "" {
			list = append(list, course{end: l.Outcomes.Failure})
		} else {
			for k := range s.steps {
				list = append(list, course{end: l.Outcomes.Failure, failAt: k + 1})
			}
		}
	}
	if l.Steps != nil && l.Steps.Outcomes.Skipped != "" {
		for k := range s.steps {
			list = append(list, course{end: l.Outcomes.Success, skip: k + 1})
		}
	}
	if l.Outcomes.Skipped != "" {
		list = append(list, course{end: l.Outcomes.Skipped})
	}
	return list
}

func (s *schedule) shows(wants []want, at time.Duration) bool {
	for _, w := range wants {
		if !s.showsOne(w, at) {
			return false
		}
	}
	return true
}

func (s *schedule) showsOne(w want, at time.Duration) bool {
	if !w.ofStep {
		return s.whole.at(at) == w.state
	}
	for i := range s.steps {
		if (w.step == 0 || w.step == i+1) && s.steps[i].at(at) == w.state {
			return true
		}
	}
	return false
}

func escape(key string) string { return strictyaml.Pointer(key)[1:] }
