package scenarios

import (
	"slices"

	"github.com/understudy-dev/understudy/contract"
)

// outcomeStuck is the outcome of what never ends.
const outcomeStuck = "stuck"

// course is one way a lifecycle can go. The zero step is none; with stuck it is the last.
type course struct {
	outcome string // one of the lifecycle's, or outcomeStuck
	step    int    // from 1: the step that fails, that never ends, or that success does without
}

// courses lists every way the lifecycle can go, the plainest first.
func (s *stage) courses() []course {
	l := s.lifecycle
	list := []course{{outcome: contract.OutcomeSuccess}}
	if l.Outcomes.Has(contract.OutcomeFailure) {
		if s.steps == 0 || !failsByStep(l) {
			list = append(list, course{outcome: contract.OutcomeFailure})
		} else {
			for k := range s.steps {
				list = append(list, course{contract.OutcomeFailure, k + 1})
			}
		}
	}
	if l.Steps != nil && l.Steps.Outcomes.Has(contract.OutcomeSkipped) {
		for k := range s.steps {
			list = append(list, course{contract.OutcomeSuccess, k + 1})
		}
	}
	for _, o := range l.Outcomes {
		if o.Name != contract.OutcomeSuccess && o.Name != contract.OutcomeFailure {
			list = append(list, course{outcome: o.Name})
		}
	}
	return append(list, course{outcome: outcomeStuck})
}

// failsByStep says whether it is a step that makes the whole fail.
func failsByStep(l *contract.Lifecycle) bool {
	return l.Steps != nil && l.Steps.Outcomes.Has(contract.OutcomeFailure) && l.Outcomes.Has(contract.OutcomeFailure) &&
		works(wayOf(l, contract.OutcomeFailure), wayOf(l, contract.OutcomeSuccess))
}

// wayOf is the chain of states that the resource goes through to an outcome.
func wayOf(l *contract.Lifecycle, outcome string) []string {
	return way(l.Transitions, l.Outcomes, outcome, l.Course)
}

// stepWayOf is wayOf for a step.
func stepWayOf(s *contract.Steps, outcome string) []string {
	return way(s.Transitions, s.Outcomes, outcome, s.Course)
}

// way goes along with success for as long as it can, so that what fails has run before. What is skipped takes the shortest
// way out. Stuck is success without its end.
func way(transitions map[string][]string, outcomes contract.Outcomes, outcome string, shortest func(end string) []string) []string {
	success := shortest(outcomes.State(contract.OutcomeSuccess))
	end := outcomes.State(outcome)
	switch outcome {
	case outcomeStuck:
		return success[:len(success)-1]
	case contract.OutcomeSuccess, contract.OutcomeSkipped:
		return shortest(end)
	}
	for i := len(success) - 2; i >= 0; i-- {
		if slices.Contains(transitions[success[i]], end) {
			return append(slices.Clone(success[:i+1]), end)
		}
	}
	return shortest(end)
}

// works says whether a chain goes through work: it does not when it leaves the first state at once for its end, and success has
// states in between.
func works(chain, success []string) bool { return len(chain) != 2 || len(success) <= 2 }
