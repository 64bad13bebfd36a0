package scenarios

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/internal/schema"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// maxEnum bounds how many values of one enum become scenarios.
const maxEnum = 200

// derive lists the scenarios that follow from the contract and the fixtures.
func (w *world) derive() []*Scenario {
	var list []*Scenario
	for _, r := range w.operation.Responses() {
		list = append(list, w.statusScenario(r))
	}
	list = append(list, w.valueScenarios()...)
	list = append(list, w.failingSteps()...)
	list = append(list, w.lifecycles()...)
	list = append(list, w.shapes()...)
	for _, f := range w.fixtures.All() {
		if f.Operation == w.operation.ID() {
			list = append(list, w.fixtureScenario(list, f)...)
		}
	}
	return list
}

func (w *world) newScenario(name, family, summary string, s slots) *Scenario {
	s.from = name
	return &Scenario{
		Name: name, Family: family, Summary: summary, Operation: w.operation, Status: s.status, Expect: s.expect,
		OffContract: s.off, Ordered: len(s.calls) > 0, OverTime: s.moves(), AtEnd: w.atEnd(&s), world: w, slots: s,
	}
}

// atEnd is what the course of an answer over time comes to; nil for one that never ends, and for other answers.
func (w *world) atEnd(s *slots) []Expectation {
	if !s.moves() {
		return nil
	}
	s = w.complete(s)
	l, body := w.lifecycleFor(s.response), bodySchema(s.response)
	switch {
	case l == nil || s.course.outcome == outcomeStuck:
		return nil
	case s.course.outcome == contract.OutcomeFailure && s.course.step > 0:
		_, expect := failsAt(l, body, s.course.step)
		return expect
	}
	return []Expectation{{l.State, stateValue(body, l.State, l.Outcomes.State(s.course.outcome))}}
}

// successResponse is the operation's default: the one that its lifecycle describes, else its lowest documented 2xx, else its first.
func (w *world) successResponse() (*contract.Response, int) {
	found := w.operation.LifecycleResponse()
	if found != nil {
		return found, w.statusOf(found)
	}
	for _, r := range w.operation.Responses() {
		if r.Code/100 == 2 && (found == nil || r.Code < found.Code) {
			found = r
		}
	}
	if found == nil {
		found = w.operation.Responses()[0]
	}
	return found, w.statusOf(found)
}

// statusOf is the status that plays a response: itself; for a range its first that no other response documents; for
// `default` 500, or the next above that is free, and 200 where there is nothing else.
func (w *world) statusOf(r *contract.Response) int {
	code := r.Code
	switch {
	case r.Status != "default":
	case len(w.operation.Responses()) == 1:
		code = http.StatusOK
	default:
		code = http.StatusInternalServerError
	}
	for limit := code + 99; code < limit && w.operation.Response(code) != r; {
		code++
	}
	return code
}

func (w *world) statusScenario(r *contract.Response) *Scenario {
	status := w.statusOf(r)
	summary := fmt.Sprintf("Answers %d %s", status, http.StatusText(status))
	s := slots{response: r, status: status}
	if l := w.lifecycleFor(r); l != nil {
		summary = fmt.Sprintf("Answers %d at the end of success: %s", status, l.Outcomes.State(contract.OutcomeSuccess))
	}
	return w.newScenario("response-"+r.Status, FamilyStatus, strings.TrimSpace(summary), s)
}

// enumValue is one value of an enum in a response.
type enumValue struct {
	response *contract.Response
	pointer  string
	schema   *schema.Schema
	node     *strictyaml.Node
}

func (w *world) enumValues() []enumValue {
	var list []enumValue
	for _, r := range w.operation.Responses() {
		seen := map[string]bool{}
		bodySchema(r).Walk(func(pointer string, s *schema.Schema) bool {
			values := s.Enum()
			for _, v := range values[:min(len(values), maxEnum)] {
				if key := pointer + "=" + v.Text(); pointer != "" && len(values) > 1 && !seen[key] && v.Kind() != strictyaml.Null {
					seen[key] = true
					list = append(list, enumValue{r, pointer, s, v})
				}
			}
			return true
		})
	}
	return list
}

// names are what the value may be called, the shortest first; the last is its alone.
func (v enumValue) names() []string {
	short := valueName(v.pointer, v.node.Value())
	return []string{short, v.response.Status + ":" + short, v.response.Status + ":" + encodeName(v.pointer) + "=" + encodeName(v.node.Text())}
}

// valueName is path=value, the path without the places of array items.
func valueName(pointer string, v any) string {
	tokens, err := strictyaml.Tokens(pointer)
	if err != nil {
		return ""
	}
	parts := make([]string, 0, len(tokens))
	for _, t := range tokens {
		if t != "*" {
			parts = append(parts, encodeName(t))
		}
	}
	return strings.Join(parts, ".") + "=" + encodeName(text(v))
}

func (w *world) valueScenarios() []*Scenario {
	values := w.enumValues()
	count := map[string]int{}
	for _, v := range values {
		for _, name := range v.names() {
			count[name]++
		}
	}
	var list []*Scenario
	for _, v := range values {
		names := v.names()
		name := names[len(names)-1]
		if i := slices.IndexFunc(names, func(name string) bool { return count[name] == 1 }); i >= 0 {
			name = names[i]
		}
		s := slots{response: v.response, status: w.statusOf(v.response)}
		s.expect = []Expectation{{v.pointer, v.node.Value()}}
		l := w.lifecycleFor(v.response)
		if l != nil && l.Owns(v.pointer) {
			wanted, ok := wantAt(l, v.pointer, v.node.Text())
			if !ok || !w.canShow(&s, wanted) {
				continue
			}
			s.wants = []want{wanted}
		} else {
			s.values = []value{{name, v.pointer, v.node.Value()}}
			if l != nil {
				if wanted, ok := wantShown(l, v.pointer); ok {
					if !w.canShow(&s, wanted) {
						continue
					}
					s.wants = []want{wanted}
				}
			}
		}
		list = append(list, w.newScenario(name, FamilyValue, fmt.Sprintf("%s is %s", v.pointer, text(v.node.Value())), s))
	}
	return list
}

// canShow says whether any base can be brought to a moment with this state.
func (w *world) canShow(s *slots, wanted want) bool {
	probe := *s
	probe.wants = []want{wanted}
	_, err := w.scene(&probe)
	return err == nil
}

// failingSteps are the ends of the failures.
func (w *world) failingSteps() []*Scenario {
	l := w.operation.Lifecycle()
	r, status := w.successResponse()
	if l == nil || !failsByStep(l) || w.lifecycleFor(r) == nil {
		return nil
	}
	s := slots{response: r, status: status}
	steps := w.longest(&s)
	var list []*Scenario
	for k := 1; k <= steps; k++ {
		one := s
		one.wants, one.expect = failsAt(l, bodySchema(r), k)
		name := "failed-at-step-" + strconv.Itoa(k)
		list = append(list, w.newScenario(name, FamilyFailingStep, fmt.Sprintf("Step %d fails, and so does the whole", k), one))
	}
	return list
}

// longest counts the steps on the longest fixture that a lifecycle can play; -1 when it can play none.
func (w *world) longest(s *slots) int {
	steps := none
	for _, b := range w.bases(s) {
		if st, err := w.staged(s, b); err == nil && st != nil && st.steps <= maxSteps {
			steps = max(steps, st.steps)
		}
	}
	return steps
}

// lifecycles are every course over time; none where every fixture is frozen.
func (w *world) lifecycles() []*Scenario {
	l := w.operation.Lifecycle()
	r, status := w.successResponse()
	s := slots{response: r, status: status, course: &course{outcome: contract.OutcomeSuccess}}
	if w.lifecycleFor(r) == nil || bodySchema(r) == nil {
		return nil
	}
	steps := w.longest(&s)
	if steps == none {
		return nil
	}
	list := []*Scenario{w.newScenario(nameLifecycle, FamilyLifecycle, "Succeeds over time: "+strings.Join(wayOf(l, contract.OutcomeSuccess), ", "), s)}
	add := func(name, summary string, c course) {
		one := s
		one.course = &c
		list = append(list, w.newScenario(nameLifecycle+"-"+name, FamilyLifecycle, summary, one))
	}
	switch {
	case !l.Outcomes.Has(contract.OutcomeFailure):
	case steps > 0 && failsByStep(l):
		for k := 1; k <= steps; k++ {
			add("failed-at-step-"+strconv.Itoa(k), fmt.Sprintf("Fails over time, at step %d", k), course{contract.OutcomeFailure, k})
		}
	default:
		add("failed", "Fails over time: "+strings.Join(wayOf(l, contract.OutcomeFailure), ", "), course{outcome: contract.OutcomeFailure})
	}
	for _, o := range l.Outcomes {
		if o.Name != contract.OutcomeSuccess && o.Name != contract.OutcomeFailure {
			add(o.Name, "Ends as "+o.Name+" over time: "+strings.Join(wayOf(l, o.Name), ", "), course{outcome: o.Name})
		}
	}
	add(outcomeStuck, "Goes on over time and never ends", course{outcome: outcomeStuck})
	return list
}

// nameLifecycle is the default of an operation that has one.
const nameLifecycle = "lifecycle"

// failsAt is what a failure at step k shows: the end, and that step.
func failsAt(l *contract.Lifecycle, s *schema.Schema, k int) ([]want, []Expectation) {
	wants := []want{{state: l.Outcomes.State(contract.OutcomeFailure)}, {ofStep: true, step: k, state: l.Steps.Outcomes.State(contract.OutcomeFailure)}}
	step := l.Steps.Items + "/" + strconv.Itoa(k-1) + l.Steps.State
	return wants, []Expectation{
		{l.State, stateValue(s, l.State, l.Outcomes.State(contract.OutcomeFailure))},
		{step, stateValue(s, step, l.Steps.Outcomes.State(contract.OutcomeFailure))},
	}
}

func (w *world) shapes() []*Scenario {
	r, status := w.successResponse()
	if s := bodySchema(r); s == nil || r.Code/100 != 2 {
		return nil
	}
	var list []*Scenario
	for _, shape := range []struct{ name, summary string }{
		{shapeMinimal, "The least body that the contract allows"},
		{shapeEmptyLists, "Every list that may be empty is"},
		{shapeFull, "Every property that may stand is there"},
	} {
		s := slots{response: r, status: status, shape: shape.name}
		list = append(list, w.newScenario(shape.name, FamilyShape, shape.summary, s))
	}
	return list
}

// fixtureScenario names a fixture's own scenario, unless a derived one has the name already.
func (w *world) fixtureScenario(taken []*Scenario, f *fixtures.Fixture) []*Scenario {
	for _, s := range taken {
		if s.Name == f.Name {
			return nil
		}
	}
	s := slots{response: w.operation.Response(f.Status), status: f.Status, fixture: f, off: f.OffContract}
	return []*Scenario{w.newScenario(f.Name, FamilyFixture, f.Summary, s)}
}
