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

// scene is what a selection plays: one frame, or what shows one after another.
type scene struct {
	fixture *fixtures.Fixture // that it started from, if any
	frames  []frame
	plan    *plan // in time; nil for one moment
}

// frame is a body, nil for an answer without one, and what ${lifecycle.…} reads in it.
type frame struct {
	body      *fixtures.Value
	variables map[string]any
}

// scene derives the coherent bodies that fill all slots: base fixture, course or moment, values, patches, shape.
func (w *world) scene(s *slots) (*scene, error) {
	shape := bodySchema(s.response)
	var firstErr error
	for _, b := range w.bases(s) {
		made, err := w.stage(s, b)
		if err == nil {
			started := *s
			started.fixture = b.fixture
			for i := 0; i < len(made.frames) && err == nil; i++ {
				made.frames[i].body, err = w.dress(&started, &made.frames[i], shape)
			}
			return made, err
		}
		if firstErr == nil {
			firstErr = err
		}
	}
	return nil, firstErr
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

// start is where a base begins: what is authored, or made up from the schema; nil for an answer without a body.
func (b *base) start(shape *schema.Schema) (*fixtures.Value, error) {
	if b.template == nil && b.fixture == nil && shape != nil {
		return fixtures.Fake(shape)
	}
	return b.template, nil
}

// staged readies a base for its lifecycle; nil when it plays none.
func (w *world) staged(s *slots, b base) (*stage, error) {
	shape, l := bodySchema(s.response), w.lifecycleFor(s.response)
	template, err := b.start(shape)
	if err != nil || template == nil || l == nil || (b.fixture != nil && b.fixture.Frozen) {
		return nil, err
	}
	st := newStage(l, shape, template)
	st.number = b.fixture == nil
	if b.fixture != nil {
		st.states = append(st.states, b.fixture.States)
	}
	st.states = append(st.states, s.states)
	return st, nil
}

// stage gives the base's body at the moment that the slots ask for, or over time.
func (w *world) stage(s *slots, b base) (*scene, error) {
	st, err := w.staged(s, b)
	switch {
	case err != nil:
		return nil, err
	case st == nil:
		return w.unstaged(s, b)
	case st.steps > maxSteps:
		return nil, errors.New(tooManySteps(st.steps))
	case s.course != nil:
		return w.overTime(s, b, st)
	}
	p, number, ok := st.solve(s.wants)
	if !ok {
		return nil, fmt.Errorf("%s has no moment at which %s", w.describe(b, s), wantText(st.lifecycle, s.wants, st.steps))
	}
	body, variables, err := st.frame(p, s.paceOf().offsets(p, nil), number)
	return &scene{b.fixture, []frame{{body, variables}}, nil}, err
}

// unstaged is a body as it is written or made up.
func (w *world) unstaged(s *slots, b base) (*scene, error) {
	if len(s.wants) > 0 || s.course != nil || s.states != nil {
		return nil, fmt.Errorf("%s has no lifecycle to play %q with", w.describe(b, s), s.from)
	}
	template, err := b.start(bodySchema(s.response))
	if err != nil {
		return nil, err
	}
	variables := map[string]any{"state": "", "failAt": int64(0), "step": map[string]any{}}
	body, err := template.Resolve(variables)
	return &scene{b.fixture, []frame{{body, variables}}, nil}, err
}

// maxSteps bounds the steps of a lifecycle: it has a frame for each, and each shows them all.
const maxSteps = 100

func tooManySteps(steps int) string { return fmt.Sprintf("%d steps are more than %d", steps, maxSteps) }

// stepError says that a course speaks of a step that is not there.
type stepError struct{ text string }

func (e *stepError) Error() string { return e.text }

// overTime gives every frame of a course.
func (w *world) overTime(s *slots, b base, st *stage) (*scene, error) {
	c, last := *s.course, s.course.step
	if c.outcome == contract.OutcomeFailure && c.step == 0 && st.steps > 0 && failsByStep(st.lifecycle) {
		c.step = 1
	}
	for number := range s.paceOf().steps {
		last = max(last, number)
	}
	if last > st.steps {
		return nil, &stepError{fmt.Sprintf("%s has %d steps, and %q speaks of step %d", w.describe(b, s), st.steps, s.from, last)}
	}
	made := &scene{fixture: b.fixture, plan: newPlan(st.lifecycle, c, st.steps)}
	offsets := s.paceOf().offsets(made.plan, nil)
	for number := range made.plan.phases {
		body, variables, err := st.frame(made.plan, offsets, number)
		if err != nil {
			return nil, err
		}
		made.frames = append(made.frames, frame{body, variables})
	}
	return made, nil
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
		case want.outcome != "":
			parts[i] = "it has ended by " + want.outcome
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
func (w *world) dress(s *slots, f *frame, shape *schema.Schema) (*fixtures.Value, error) {
	body := f.body
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
	if body, err = applyPatches(body, s.patches, f.variables); err != nil {
		return nil, err
	}
	if s.ops != nil {
		ops := slices.Clone(s.ops)
		for i := range ops {
			if ops[i].Value, err = ops[i].Value.Resolve(f.variables); err != nil {
				return nil, err
			}
		}
		if body, err = body.Patch(ops); err != nil {
			return nil, err
		}
	}
	return w.reshape(s, body, shape)
}

func applyPatches(body *fixtures.Value, patches []patch, variables map[string]any) (*fixtures.Value, error) {
	resolved := make([]*fixtures.Value, len(patches))
	out := body
	for i := range patches {
		var err error
		if resolved[i], err = patches[i].value.Resolve(variables); err != nil {
			return nil, err
		}
		out = out.Merge(resolved[i])
	}
	for i, a := range resolved {
		for j, b := range resolved[i+1:] {
			if !sameJSON(body.Merge(a).Merge(b), body.Merge(b).Merge(a)) {
				return nil, &conflict{patches[i].from, patches[i+1+j].from, "their patches set one property to different values"}
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
