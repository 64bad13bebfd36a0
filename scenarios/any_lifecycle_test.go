package scenarios

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/understudy-dev/understudy/contract"
)

// TestAnyLifecycle plans the courses of lifecycles that nobody would think of: none panics, every state is reachable from the one
// before, marks ascend, and what ends, ends in its outcome.
func TestAnyLifecycle(t *testing.T) {
	if testing.Short() {
		t.Skip("takes its time, and nothing in it is concurrent")
	}
	random := rand.New(rand.NewPCG(11, 11))
	planned := 0
	for range 3000 {
		whole, step := anyMachine(random), anyMachine(random)
		l := &contract.Lifecycle{State: "/s", Initial: whole.initial, Transitions: whole.moves, Outcomes: whole.outcomes}
		steps := random.IntN(5)
		if steps > 0 {
			l.Steps = &contract.Steps{Items: "/i", State: "/s", Initial: step.initial, Transitions: step.moves, Outcomes: step.outcomes}
		}
		s := &stage{lifecycle: l, steps: steps}
		for _, c := range s.courses() {
			p := newPlan(l, c, steps)
			planned++
			if problem := wrongWith(l, c, p); problem != "" {
				t.Fatalf("%+v of %v %v with %d steps of %v %v: %s", c, whole.moves, whole.outcomes, steps, step.moves, step.outcomes, problem)
			}
		}
	}
	if planned < 10_000 {
		t.Errorf("only %d courses", planned)
	}
}

func wrongWith(l *contract.Lifecycle, c course, p *plan) string {
	offsets := (&pace{}).offsets(p, func(int) float64 { return 0.5 })
	for i := 1; i < len(offsets); i++ {
		if offsets[i] < offsets[i-1] || offsets[i] > time.Hour {
			return fmt.Sprintf("mark %d lies at %s, the one before at %s", i, offsets[i], offsets[i-1])
		}
	}
	for i := 1; i < len(p.phases); i++ {
		was, is := &p.phases[i-1], &p.phases[i]
		if !l.Reachable(was.whole.state, is.whole.state) {
			return fmt.Sprintf("%s follows %s", is.whole.state, was.whole.state)
		}
		for k := range is.steps {
			if !l.Steps.Reachable(was.steps[k].state, is.steps[k].state) {
				return fmt.Sprintf("step %d: %s follows %s", k+1, is.steps[k].state, was.steps[k].state)
			}
		}
	}
	last := &p.phases[len(p.phases)-1].whole
	if c.outcome != outcomeStuck && (last.outcome != c.outcome || last.state != l.Outcomes.State(c.outcome)) {
		return fmt.Sprintf("it ends in %s by %q", last.state, last.outcome)
	}
	if c.outcome == outcomeStuck && (last.outcome != "" || len(l.Transitions[last.state]) == 0) {
		return fmt.Sprintf("it is stuck in %s by %q", last.state, last.outcome)
	}
	return ""
}

// anyMachine is a lifecycle that a contract may have: every state can be reached, and every state but the ends can be left for one.
func anyMachine(random *rand.Rand) (m struct {
	initial  string
	moves    map[string][]string
	outcomes contract.Outcomes
},
) {
	states := 1 + random.IntN(5)
	name := func(i int) string { return fmt.Sprintf("S%d", i) }
	m.initial, m.moves = name(0), map[string][]string{}
	for i := 1; i < states; i++ { // a tree, so that each can be reached
		from := name(random.IntN(i))
		m.moves[from] = append(m.moves[from], name(i))
	}
	for range random.IntN(3) { // detours, also back
		from, to := name(random.IntN(states)), name(random.IntN(states))
		if from != to {
			m.moves[from] = append(m.moves[from], to)
		}
	}
	ends := []string{contract.OutcomeSuccess, contract.OutcomeFailure, contract.OutcomeSkipped, "canceled"}[:1+random.IntN(4)]
	for _, end := range ends {
		m.outcomes = append(m.outcomes, contract.Outcome{Name: end, State: "END_" + end})
		from := name(random.IntN(states))
		m.moves[from] = append(m.moves[from], "END_"+end)
	}
	for i := range states { // no dead ends
		if len(m.moves[name(i)]) == 0 {
			m.moves[name(i)] = []string{"END_" + ends[0]}
		}
	}
	return m
}
