package scenarios

import (
	"slices"
	"strconv"
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
	states    map[string]*fixtures.Value
	steps     int
	number    bool // the steps are made up, and so their order has to be written
}

func newStage(l *contract.Lifecycle, body *schema.Schema, template *fixtures.Value, states map[string]*fixtures.Value) *stage {
	s := &stage{lifecycle: l, body: body, template: template, states: states}
	if l.Steps != nil {
		s.steps = len(template.At(l.Steps.Items).Items())
	}
	return s
}

// frame is the payload of one moment: a pure function of its arguments. Its instants are offsets from the anchor.
func (s *stage) frame(c course, elapsed time.Duration) (*fixtures.Value, error) {
	plan := newSchedule(s.lifecycle, c, s.steps)
	state := plan.whole.at(elapsed)
	e := editor{value: s.template, schema: s.body}
	e.set(s.lifecycle.State, state)
	e.stamp(s.lifecycle.StartedAt, plan.whole.started, plan.whole.startedShown, elapsed)
	e.stamp(s.lifecycle.EndedAt, plan.whole.ended, plan.whole.ended, elapsed)
	for i := range plan.steps {
		s.step(&e, &plan.steps[i], i, elapsed)
	}
	if patch := s.states[state]; patch != nil && e.err == nil {
		patch, e.err = patch.Resolve(s.variables(c, plan, state, elapsed))
		if e.err == nil {
			e.value = e.value.Merge(patch)
		}
	}
	if e.err != nil {
		return nil, e.err
	}
	value, err := e.value.Resolve(s.variables(c, plan, state, elapsed))
	if err != nil {
		return nil, err
	}
	return arrange(value, s.body, 0), nil
}

func (s *stage) step(e *editor, t *track, i int, elapsed time.Duration) {
	d := s.lifecycle.Steps
	base := d.Items + "/" + strconv.Itoa(i)
	e.set(base+d.State, t.at(elapsed))
	if d.Order != "" && (s.number || e.value.At(base+d.Order) == nil) {
		e.put(base+d.Order, fixtures.Literal(int64(i+1)))
	}
	if d.StartedAt != "" {
		e.stamp(base+d.StartedAt, t.started, t.startedShown, elapsed)
	}
	if d.EndedAt != "" {
		e.stamp(base+d.EndedAt, t.ended, t.ended, elapsed)
	}
}

// variables are what ${lifecycle.…} reads.
func (s *stage) variables(c course, plan *schedule, state string, elapsed time.Duration) map[string]any {
	current := -1
	for i := range plan.steps {
		if plan.steps[i].at(elapsed) != s.lifecycle.Steps.Initial {
			current = i
		}
	}
	failAt := 0
	if c.failAt > 0 && elapsed >= plan.end {
		failAt = c.failAt
	}
	step := map[string]any{}
	if current >= 0 {
		item := s.template.At(s.lifecycle.Steps.Items).Items()[current]
		for _, key := range item.Keys() {
			if v, ok := item.At("/" + escape(key)).LiteralValue(); ok {
				step[key] = v
			}
		}
	}
	return map[string]any{"state": state, "failAt": int64(failAt), "step": step}
}

// editor applies edits until one fails.
type editor struct {
	value  *fixtures.Value
	schema *schema.Schema
	err    error
}

// put writes a value; objects on the way to it that a fixture left out are made.
func (e *editor) put(pointer string, v *fixtures.Value) {
	if e.err != nil || pointer == "" {
		return
	}
	for i := 1; i < len(pointer); i++ {
		if parent := pointer[:i]; pointer[i] == '/' && e.value.At(parent) == nil {
			if e.value, e.err = e.value.With(parent, fixtures.Literal(map[string]any{})); e.err != nil {
				return
			}
		}
	}
	e.value, e.err = e.value.With(pointer, v)
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

func (e *editor) stamp(pointer string, at, shown, elapsed time.Duration) {
	switch {
	case pointer == "" || e.err != nil:
	case at == never || elapsed < shown:
		e.value = e.value.Without(pointer)
	default:
		e.put(pointer, fixtures.Instant(at))
	}
}

// arrange puts properties into the order of the schema, so that what a lifecycle adds stands where a reader looks for it.
func arrange(v *fixtures.Value, s *schema.Schema, depth int) *fixtures.Value {
	if s == nil || depth > 32 {
		return v
	}
	for i, item := range v.Items() {
		v = with(v, "/"+strconv.Itoa(i), arrange(item, s.Items(), depth+1))
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
