package scenarios

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/internal/schema"
)

// body derives the one coherent body that fills all slots: base fixture, moment, values, patches, shape. It also
// returns the fixture that it started from, if any. A nil body is an answer without one.
func (w *world) body(s *slots) (*fixtures.Value, *fixtures.Fixture, error) {
	shape := bodySchema(s.response)
	var firstErr error
	for _, b := range w.bases(s) {
		value, err := w.stage(s, b, shape)
		if err == nil {
			started := *s
			started.fixture = b.fixture
			value, err = w.dress(&started, value, shape)
			return value, b.fixture, err
		}
		if firstErr == nil {
			firstErr = err
		}
	}
	return nil, nil, firstErr
}

// base is where a body starts: a fixture, or a template that was made up.
type base struct {
	fixture  *fixtures.Fixture
	template *fixtures.Value
}

// bases lists the candidates: the fixture that is asked for; else the fixtures that hold most of the named values already,
// the base fixture first; else so the documented examples; else a body made up from the schema.
func (w *world) bases(s *slots) []base {
	if s.fixture != nil {
		return []base{{s.fixture, s.fixture.Body}}
	}
	var all []base
	for _, f := range w.authored(s) {
		all = append(all, base{f, f.Body})
	}
	if len(all) == 0 {
		all = w.examples(s)
	}
	if len(all) == 0 {
		return []base{{}}
	}
	most := 0
	for _, b := range all {
		most = max(most, holds(b.template, s.values))
	}
	return slices.DeleteFunc(all, func(b base) bool { return holds(b.template, s.values) < most })
}

// examples are the documented ones that fit their schema. Those of a lifecycle's resource are left out: each shows one
// moment, and would say things that are not so at another.
func (w *world) examples(s *slots) []base {
	m := mediaType(s.response)
	if m == nil || w.lifecycleFor(s.response) != nil {
		return nil
	}
	var list []base
	for _, e := range m.Examples {
		if problems, err := m.Schema.Validate(e.Value.Value()); err == nil && len(problems) == 0 {
			list = append(list, base{template: fixtures.Literal(e.Value)})
		}
	}
	return list
}

// authored lists the fixtures that derived scenarios may start from.
func (w *world) authored(s *slots) []*fixtures.Fixture {
	all := w.fixtures.For(w.operation.ID(), s.status)
	usable := slices.DeleteFunc(slices.Clone(all), func(f *fixtures.Fixture) bool {
		return f.OffContract != "" || (f.Frozen && !f.Default && len(all) > 1)
	})
	return usable
}

func holds(body *fixtures.Value, values []value) int {
	n := 0
	for _, v := range values {
		if shows(body, v.pointer, v.value) {
			n++
		}
	}
	return n
}

// stage gives the base's body at the moment that the slots ask for.
func (w *world) stage(s *slots, b base, shape *schema.Schema) (*fixtures.Value, error) {
	template := b.template
	if template == nil && b.fixture == nil && shape != nil {
		made, err := fixtures.Fake(shape)
		if err != nil {
			return nil, err
		}
		template = made
	}
	l := w.lifecycleFor(s.response)
	if template == nil || l == nil || (b.fixture != nil && b.fixture.Frozen) {
		if len(s.wants) > 0 {
			return nil, fmt.Errorf("%s has no lifecycle to play %q with", w.describe(b, s), s.from)
		}
		if template == nil {
			return nil, nil
		}
		return template.Resolve(map[string]any{"state": "", "failAt": int64(0), "step": map[string]any{}})
	}
	var states map[string]*fixtures.Value
	if b.fixture != nil {
		states = b.fixture.States
	}
	st := newStage(l, shape, template, states)
	st.number = b.fixture == nil
	m, ok := st.solve(s.wants, s.pace)
	if !ok {
		return nil, fmt.Errorf("%s has no moment at which %s", w.describe(b, s), wantText(l, s.wants, st.steps))
	}
	return st.frame(m.course, m.at)
}

func (w *world) describe(b base, s *slots) string {
	if b.fixture != nil {
		return fmt.Sprintf("fixture %q", b.fixture.Name)
	}
	return fmt.Sprintf("%s %d", w.operation.ID(), s.status)
}

func wantText(l *contract.Lifecycle, wants []want, steps int) string {
	parts := make([]string, len(wants))
	for i, want := range wants {
		switch {
		case !want.ofStep:
			parts[i] = fmt.Sprintf("%s is %s", l.State, want.state)
		case want.step == 0:
			parts[i] = "a step is " + want.state
		default:
			parts[i] = fmt.Sprintf("step %d of %d is %s", want.step, steps, want.state)
		}
	}
	return strings.Join(parts, " and ")
}

// dress sets the named values, applies the patches, and gives the body its shape.
func (w *world) dress(s *slots, body *fixtures.Value, shape *schema.Schema) (*fixtures.Value, error) {
	if body == nil && len(s.patches) == 0 && s.ops == nil {
		return nil, nil
	}
	var err error
	for _, v := range s.values {
		if shows(body, v.pointer, v.value) {
			continue
		}
		if body, err = put(body, shape, v); err != nil {
			return nil, err
		}
	}
	if body, err = applyPatches(body, s.patches); err != nil {
		return nil, err
	}
	if s.ops != nil {
		if body, err = body.Patch(s.ops); err != nil {
			return nil, err
		}
	}
	return w.reshape(s, body, shape)
}

func applyPatches(body *fixtures.Value, patches []patch) (*fixtures.Value, error) {
	out := body
	for _, p := range patches {
		out = out.Merge(p.value)
	}
	for i, a := range patches {
		for _, b := range patches[i+1:] {
			if !sameJSON(body.Merge(a.value).Merge(b.value), body.Merge(b.value).Merge(a.value)) {
				return nil, &conflict{a.from, b.from, "their patches set one property to different values"}
			}
		}
	}
	return out, nil
}

// put sets one value; parents and a first item that are missing are made up from the schema.
func put(body *fixtures.Value, s *schema.Schema, v value) (*fixtures.Value, error) {
	tokens := strings.Split(v.pointer, "/")[1:]
	at := ""
	for i, token := range tokens {
		if token == "*" {
			token = "0"
		}
		next := at + "/" + token
		if i == len(tokens)-1 {
			return body.With(next, fixtures.Literal(v.value))
		}
		if child := body.At(next); child == nil || child.IsNull() || (tokens[i+1] == "*" && len(child.Items()) == 0) {
			made, err := madeUp(s, next)
			if err != nil {
				return nil, err
			}
			if body, err = body.With(next, made); err != nil {
				return nil, err
			}
		}
		at = next
	}
	return nil, errors.New("a value for the whole body cannot be set")
}

// madeUp fakes the value at a pointer; an array gets one item.
func madeUp(s *schema.Schema, pointer string) (*fixtures.Value, error) {
	at, ok := s.At(pointer)
	if !ok {
		return nil, fmt.Errorf("the schema has no %s", pointer)
	}
	made, err := fixtures.Fake(at)
	if err != nil {
		return nil, err
	}
	for i := len(made.Items()) - 1; i > 0; i-- {
		made = made.Without("/" + strconv.Itoa(i))
	}
	return made, nil
}
