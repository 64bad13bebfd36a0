package scenarios

import (
	"slices"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/internal/schema"
)

// stage is a template that a lifecycle can play: its description, the schema of its body, and how many steps it has.
type stage struct {
	lifecycle *contract.Lifecycle
	body      *schema.Schema
	template  *fixtures.Value
	states    []map[string]*fixtures.Value // merge patches by state, applied in this order
	steps     int
	number    bool // the steps are made up, and so their order has to be written
}

func newStage(l *contract.Lifecycle, body *schema.Schema, template *fixtures.Value) *stage {
	s := &stage{lifecycle: l, body: body, template: template}
	if l.Steps != nil {
		s.steps = len(template.At(l.Steps.Items).Items())
	}
	return s
}

// frame is the payload of one phase, and what ${lifecycle.…} reads in it: a pure function of the template, the plan and the
// offsets of its marks. Its instants are marks.
func (s *stage) frame(p *plan, offsets []time.Duration, number int) (*fixtures.Value, map[string]any, error) {
	at := &p.phases[number]
	variables := s.variables(at)
	e := editor{value: s.template, schema: s.body, offsets: offsets}
	s.stand(&e, at)
	for _, states := range s.states {
		if patch := states[at.whole.state]; patch != nil && e.err == nil {
			if patch, e.err = patch.Resolve(variables); e.err == nil {
				e.value = e.value.Merge(patch)
			}
		}
	}
	if e.err != nil {
		return nil, nil, e.err
	}
	value, err := e.value.Resolve(variables)
	if err != nil {
		return nil, nil, err
	}
	return arrange(value, s.body, 0), variables, nil
}

// stand writes what the lifecycle owns.
func (s *stage) stand(e *editor, at *phase) {
	l := s.lifecycle
	e.set(l.State, at.whole.state)
	e.stamp(l.StartedAt, at.whole.started)
	e.stamp(l.EndedAt, at.whole.ended)
	e.show(l.Outcomes, at.whole.outcome)
	if len(at.steps) == 0 || e.err != nil {
		return
	}
	list, _ := e.schema.At(l.Steps.Items)
	steps, err := e.value.At(l.Steps.Items).Map(func(i int, item *fixtures.Value) (*fixtures.Value, error) {
		one := editor{value: item, schema: list.Items(), offsets: e.offsets}
		s.standStep(&one, &at.steps[i], i)
		return one.value, one.err
	})
	if e.err = err; err == nil {
		e.put(l.Steps.Items, steps)
	}
}

func (s *stage) standStep(e *editor, step *standing, i int) {
	d := s.lifecycle.Steps
	e.set(d.State, step.state)
	if d.Order != "" && (s.number || e.value.At(d.Order) == nil) {
		e.put(d.Order, fixtures.Literal(int64(i+1)))
	}
	e.stamp(d.StartedAt, step.started)
	e.stamp(d.EndedAt, step.ended)
	e.show(d.Outcomes, step.outcome)
}

// variables are what ${lifecycle.…} reads.
func (s *stage) variables(at *phase) map[string]any {
	current, failAt := none, 0
	for i := range at.steps {
		if at.steps[i].state != s.lifecycle.Steps.Initial {
			current = i
		}
		if at.steps[i].outcome == contract.OutcomeFailure && at.whole.outcome == contract.OutcomeFailure {
			failAt = i + 1
		}
	}
	step := map[string]any{}
	if current != none {
		item := s.template.At(s.lifecycle.Steps.Items).Items()[current]
		for _, key := range item.Keys() {
			if v, ok := item.At("/" + escape(key)).LiteralValue(); ok {
				step[key] = v
			}
		}
	}
	return map[string]any{"state": at.whole.state, "failAt": int64(failAt), "step": step}
}

// editor applies edits until one fails.
type editor struct {
	value   *fixtures.Value
	schema  *schema.Schema
	offsets []time.Duration // of the marks
	err     error
}

// put writes a value; objects on the way to it that a fixture left out are made.
func (e *editor) put(pointer string, v *fixtures.Value) {
	if e.err != nil || pointer == "" {
		return
	}
	for i := 1; i < len(pointer); i++ {
		if pointer[i] != '/' {
			continue
		}
		if parent := e.value.At(pointer[:i]); parent == nil || parent.IsNull() {
			if e.value, e.err = e.value.With(pointer[:i], fixtures.Literal(map[string]any{})); e.err != nil {
				return
			}
		}
	}
	e.value, e.err = e.value.With(pointer, v)
}

// remove takes a value away; one that must stand and may be null is null.
func (e *editor) remove(pointer string) {
	if e.err != nil || pointer == "" {
		return
	}
	cut := strings.LastIndexByte(pointer, '/')
	if holder, ok := e.schema.At(pointer[:cut]); ok && e.value.At(pointer[:cut]) != nil {
		for _, p := range holder.Properties() {
			if p.Required && "/"+escape(p.Name) == pointer[cut:] && slices.Contains(p.Schema.Types(), "null") {
				e.put(pointer, fixtures.Literal(nil))
				return
			}
		}
	}
	e.value = e.value.Without(pointer)
}

func (e *editor) set(pointer, state string) {
	e.put(pointer, fixtures.Literal(stateValue(e.schema, pointer, state)))
}

// stateValue is a state as the body shows it: text, or a boolean where the schema says so.
func stateValue(s *schema.Schema, pointer, state string) any {
	if at, ok := s.At(pointer); ok && slices.Contains(at.Types(), "boolean") {
		return state == "true"
	}
	return state
}

// stamp writes the time of a mark, or takes it away.
func (e *editor) stamp(pointer string, mark int) {
	if mark == none || pointer == "" {
		e.remove(pointer)
		return
	}
	e.put(pointer, fixtures.Mark(mark, e.offsets[mark]))
}

// show keeps what the outcome shows, made up where the template has none, and takes away what only others do.
func (e *editor) show(outcomes contract.Outcomes, outcome string) {
	for _, o := range outcomes {
		for _, pointer := range o.Shows {
			switch {
			case !shownBy(outcomes, outcome, pointer):
				e.remove(pointer)
			case o.Name == outcome && e.err == nil && (e.value.At(pointer) == nil || e.value.At(pointer).IsNull()):
				var made *fixtures.Value
				if made, e.err = madeUp(e.schema, pointer); e.err == nil {
					e.put(pointer, made)
				}
			}
		}
	}
}

func shownBy(outcomes contract.Outcomes, outcome, pointer string) bool {
	return slices.ContainsFunc(outcomes, func(o contract.Outcome) bool {
		return o.Name == outcome && slices.Contains(o.Shows, pointer)
	})
}

// arrange puts properties into the order of the schema, so that what a lifecycle adds stands where a reader looks for it.
func arrange(v *fixtures.Value, s *schema.Schema, depth int) *fixtures.Value {
	if s == nil || depth > 32 {
		return v
	}
	if len(v.Items()) > 0 {
		items := s.Items()
		arranged, err := v.Map(func(_ int, item *fixtures.Value) (*fixtures.Value, error) { return arrange(item, items, depth+1), nil })
		if err != nil {
			return v
		}
		return arranged
	}
	keys := v.Keys()
	if len(keys) == 0 {
		return v
	}
	out := fixtures.Literal(map[string]any{})
	for _, p := range s.Properties() {
		if child := v.At("/" + escape(p.Name)); child != nil {
			out = with(out, "/"+escape(p.Name), arrange(child, p.Schema, depth+1))
		}
	}
	for _, key := range keys {
		if pointer := "/" + escape(key); out.At(pointer) == nil {
			out = with(out, pointer, v.At(pointer))
		}
	}
	return out
}
