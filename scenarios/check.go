package scenarios

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// checkFixtures proves each fixture: its names exist, and what it plays keeps the contract.
func (c *Catalog) checkFixtures(fx *fixtures.Set, problems *strictyaml.Problems) {
	ids := make([]string, len(c.worlds))
	for i, w := range c.worlds {
		ids[i] = w.operation.ID()
	}
	for _, f := range fx.All() {
		subject := fmt.Sprintf("fixture %q", f.Name)
		op := c.contract.Operation(f.Operation)
		if op == nil {
			problems.Add(f.OperationPosition, subject, fmt.Sprintf("operation %q is not in the contract", f.Operation),
				strictyaml.ClosestHint(f.Operation, ids))
			continue
		}
		if op.Response(f.Status) == nil && f.OffContract == "" {
			problems.Add(f.StatusPosition, subject, fmt.Sprintf("status %d is not documented for %s", f.Status, op.ID()), documented(op))
			continue
		}
		before := problems.Len()
		w := c.byOp[op]
		w.checkName(f, subject, problems)
		w.checkTemplates(f, subject, problems)
		w.checkOwned(f, subject, problems)
		if problems.Len() == before && f.OffContract == "" {
			c.playFixture(w, f, subject, problems)
		}
	}
}

// checkName refuses a name that would select another scenario.
func (w *world) checkName(f *fixtures.Fixture, subject string, problems *strictyaml.Problems) {
	if s := w.derived().index[f.Name]; s != nil && s.Family != FamilyFixture {
		problems.Add(f.Position, subject, "the name is that of a derived scenario of "+w.operation.ID(), "")
	}
}

func (w *world) checkTemplates(f *fixtures.Fixture, subject string, problems *strictyaml.Problems) {
	w.checkNames(f.Body, subject, problems)
	for _, v := range f.Headers {
		w.checkNames(v, subject, problems)
	}
	l := w.lifecycleFor(w.operation.Response(f.Status))
	for state, v := range f.States {
		w.checkNames(v, subject, problems)
		switch {
		case l == nil:
			problems.Add(v.Position(), subject, fmt.Sprintf("%s %d has no lifecycle, so no states", w.operation.ID(), f.Status), "")
		case !slices.Contains(statesOf(l), state):
			problems.Add(v.Position(), subject, fmt.Sprintf("unknown state %q", state), strictyaml.ClosestHint(state, statesOf(l)))
		}
	}
}

func statesOf(l *contract.Lifecycle) []string {
	states := []string{l.Initial}
	for from, list := range l.Transitions {
		states = append(append(states, from), list...)
	}
	slices.Sort(states)
	return slices.Compact(states)
}

// checkOwned refuses what the lifecycle fills: a fixture that writes it is frozen, or wrong.
func (w *world) checkOwned(f *fixtures.Fixture, subject string, problems *strictyaml.Problems) {
	l := w.lifecycleFor(w.operation.Response(f.Status))
	if l == nil || f.Frozen || f.OffContract != "" {
		return
	}
	pointers := []string{l.State, l.StartedAt, l.EndedAt}
	if l.Steps != nil {
		for i := range f.Body.At(l.Steps.Items).Items() {
			step := l.Steps.Items + "/" + strconv.Itoa(i)
			pointers = append(pointers, step+l.Steps.State, step+l.Steps.StartedAt, step+l.Steps.EndedAt)
		}
	}
	for _, pointer := range pointers {
		if v := f.Body.At(pointer); v != nil && l.Owns(pointer) {
			problems.Add(v.Position(), subject, pointer+" is filled by the lifecycle",
				"leave it out, or say frozen: true")
		}
	}
	checkOwnedStates(f, l, subject, problems)
}

// checkOwnedStates refuses the same in the patches of the states.
func checkOwnedStates(f *fixtures.Fixture, l *contract.Lifecycle, subject string, problems *strictyaml.Problems) {
	for _, patch := range f.States {
		checkPatch(patch, l, subject, "leave it out", problems)
	}
}

// checkPatch refuses a merge patch over what the lifecycle fills. Such a patch can only replace the steps as a whole.
func checkPatch(patch *fixtures.Value, l *contract.Lifecycle, subject, hint string, problems *strictyaml.Problems) {
	pointers := []string{l.State, l.StartedAt, l.EndedAt}
	if l.Steps != nil {
		pointers = append(pointers, l.Steps.Items)
	}
	for _, pointer := range pointers {
		if v := patch.At(pointer); pointer != "" && v != nil {
			problems.Add(v.Position(), subject, pointer+" is filled by the lifecycle", hint)
		}
	}
}

// playFixture judges what the fixture plays at the moments that tell, how it moves from one to the next, and the end of success
// for a second seed too. Steps in the middle are like their neighbours: CheckAll plays those.
func (c *Catalog) playFixture(w *world, f *fixtures.Fixture, subject string, problems *strictyaml.Problems) {
	w.derived()
	s := &slots{response: w.operation.Response(f.Status), status: f.Status, fixture: f}
	told := map[string]bool{}
	fail := func(err error) {
		if !told[err.Error()] {
			told[err.Error()] = true
			addPlaced(problems, err, f.Position, subject)
		}
	}
	report := func(state string, violations []contract.Violation) {
		for _, v := range violations {
			if key := v.Rule + " " + v.Pointer; !told[key] {
				told[key] = true
				c.report(problems, place(f, state, v.Pointer), subject, v)
			}
		}
	}
	l := w.lifecycleFor(s.response)
	if l == nil || f.Frozen {
		made, err := w.scene(s)
		if err != nil {
			fail(err)
			return
		}
		for seed := range uint64(2) {
			report("", w.judge(s, made.frames[0].body, seed+1))
		}
		return
	}
	st := newStage(l, bodySchema(s.response), f.Body)
	if st.states = append(st.states, f.States); st.steps > maxSteps {
		problems.Add(f.Body.At(l.Steps.Items).Position(), subject, tooManySteps(st.steps), "")
		return
	}
	for _, course := range st.telling() {
		w.playCourse(s, st, course, report, fail)
	}
}

// playCourse plays the first two and the last two moments of success, and the first and the last of another course.
func (w *world) playCourse(s *slots, st *stage, c course, report func(string, []contract.Violation), fail func(error)) {
	p := newPlan(st.lifecycle, c, st.steps)
	offsets, last := (&pace{}).offsets(p, nil), len(p.phases)-1
	succeeds := c == course{outcome: contract.OutcomeSuccess}
	var trace contract.Trace
	for number := range p.phases {
		if number > 0 && number < last && (!succeeds || (number > 1 && number < last-1)) {
			continue
		}
		body, _, err := st.frame(p, offsets, number)
		if err != nil {
			fail(err)
			return
		}
		state, x := p.phases[number].whole.state, w.sampled(s, body, 1)
		report(state, w.operation.JudgeResponse(context.Background(), x).Violations)
		trace = append(trace, contract.Observation{Exchange: x})
		report(state, w.operation.JudgeTrace(context.Background(), trace).Violations)
		if succeeds && number == last {
			report(state, w.judge(s, body, 2))
		}
	}
}

// addPlaced keeps the positions that an error has of its own.
func addPlaced(problems *strictyaml.Problems, err error, at strictyaml.Position, subject string) {
	if placed := (*strictyaml.Error)(nil); errors.As(err, &placed) {
		problems.AddError(err)
		return
	}
	problems.Add(at, subject, err.Error(), "")
}

// telling lists the courses to judge a fixture by: success, failure at the first and the last step, a run that does without its first
// step, and each other end.
func (s *stage) telling() []course {
	return slices.DeleteFunc(s.courses(), func(c course) bool {
		return c.outcome == outcomeStuck || (c.outcome == contract.OutcomeFailure && c.step > 1 && c.step < s.steps) ||
			(c.outcome == contract.OutcomeSuccess && c.step > 1)
	})
}

// place is where a fixture writes the value at a pointer in a state, or the nearest value around it.
func place(f *fixtures.Fixture, state, pointer string) strictyaml.Position {
	for _, v := range []*fixtures.Value{f.States[state], f.Body} {
		if at, ok := nearest(v, pointer); ok {
			return at
		}
	}
	return f.Position
}

// nearest is where a template writes the value at a pointer, or the last value on the way to it.
func nearest(v *fixtures.Value, pointer string) (strictyaml.Position, bool) {
	tokens, err := strictyaml.Tokens(pointer)
	for n := len(tokens); err == nil && n > 0; n-- {
		if at := v.At(strictyaml.Pointer(tokens[:n]...)); at != nil {
			return at.Position(), true
		}
	}
	return strictyaml.Position{}, false
}

// CheckAll compiles every scenario of every operation and plays it for two seeds. The error joins what cannot be
// played and what breaks the contract, one line each, and for strict what breaks a should as well.
func (c *Catalog) CheckAll(strict bool) error {
	var all []error
	for _, s := range c.Scenarios() {
		if _, err := s.compile(); err != nil {
			all = append(all, fmt.Errorf("%s %s: %w", s.Operation.ID(), s.Name, err))
			continue
		}
		for seed := uint64(1); seed <= 2 && len(s.slots.calls) == 0; seed++ {
			violations, err := s.world.verify(&s.slots, seed)
			if err != nil {
				all = append(all, fmt.Errorf("%s %s: %w", s.Operation.ID(), s.Name, err))
			}
			for _, v := range violations {
				if strict || v.Level == contract.Must {
					all = append(all, fmt.Errorf("%s %s: seed %d: %s", s.Operation.ID(), s.Name, seed, v))
				}
			}
		}
	}
	return errors.Join(all...)
}
