package scenarios

import (
	"context"
	"slices"
	"strconv"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/internal/schema"
)

// The shape extremes.
const (
	shapeMinimal    = "minimal"
	shapeEmptyLists = "empty-lists"
	shapeFull       = "full"
)

// reshaper edits a body as far as the contract allows: an edit after which the body breaks a rule is taken back.
type reshaper struct {
	world *world
	slots *slots
	head  *Answer
	body  *fixtures.Value
}

func (w *world) reshape(s *slots, body *fixtures.Value, shape *schema.Schema) (*fixtures.Value, error) {
	r := &reshaper{w, s, head(s, s.fixture, true), body}
	switch s.shape {
	case shapeMinimal:
		r.minimal("", 0)
	case shapeEmptyLists:
		r.emptyLists("", 0)
	case shapeFull:
		r.full("", shape, 0)
	}
	return arrange(r.body, shape, 0), nil
}

// attempt keeps the edit when the body still shows what it has to, and holds to the contract strictly.
func (r *reshaper) attempt(edited *fixtures.Value, err error) bool {
	if err != nil || r.loses(edited) {
		return false
	}
	x := r.world.exchange(r.head, r.world.render(edited, r.head.MediaType, 1))
	if len(r.world.operation.JudgeResponse(context.Background(), x).Violations) > 0 {
		return false
	}
	r.body = edited
	return true
}

// loses says whether an edit takes away what the scenario's names promise, or the lifecycle's own fields.
func (r *reshaper) loses(edited *fixtures.Value) bool {
	if l := r.world.lifecycleFor(r.slots.response); l != nil {
		for _, pointer := range []string{l.State, l.StartedAt, l.EndedAt} {
			if pointer != "" && r.body.At(pointer) != nil && edited.At(pointer) == nil {
				return true
			}
		}
	}
	return slices.ContainsFunc(r.slots.expect, func(e Expectation) bool {
		return shows(r.body, e.Pointer, e.Value) && !shows(edited, e.Pointer, e.Value)
	})
}

// own says whether the scenario or the lifecycle needs the value at a pointer.
func (r *reshaper) own(pointer string) bool {
	l := r.world.lifecycleFor(r.slots.response)
	return (l != nil && l.Owns(pointer)) ||
		slices.ContainsFunc(r.slots.values, func(v value) bool { return v.pointer == pointer })
}

// minimal takes away all that may be missing, from the outside in.
func (r *reshaper) minimal(at string, depth int) {
	node := r.body.At(at)
	if depth > maxDepth {
		return
	}
	for i := range slices.Backward(node.Items()) {
		if pointer := at + "/" + strconv.Itoa(i); !r.attempt(r.body.Without(pointer), nil) {
			r.minimal(pointer, depth+1)
		}
	}
	for _, key := range node.Keys() {
		pointer := at + "/" + escape(key)
		if r.own(pointer) || !r.attempt(r.body.Without(pointer), nil) {
			r.minimal(pointer, depth+1)
		}
	}
}

// emptyLists empties every array that may be empty.
func (r *reshaper) emptyLists(at string, depth int) {
	node := r.body.At(at)
	if depth > maxDepth {
		return
	}
	if items := node.Items(); len(items) > 0 {
		if r.attempt(r.body.With(at, fixtures.Literal([]any{}))) {
			return
		}
		for i := range items {
			r.emptyLists(at+"/"+strconv.Itoa(i), depth+1)
		}
	}
	for _, key := range node.Keys() {
		r.emptyLists(at+"/"+escape(key), depth+1)
	}
}

// full adds every property of the schema that the state allows, and an item to every empty array.
func (r *reshaper) full(at string, s *schema.Schema, depth int) {
	if s == nil || depth > maxDepth {
		return
	}
	node := r.body.At(at)
	if slices.Contains(s.Types(), "array") && len(node.Items()) == 0 {
		if made, err := fixtures.Fake(s); err == nil {
			r.attempt(r.body.With(at, made))
		}
		node = r.body.At(at)
	}
	for i := range node.Items() {
		r.full(at+"/"+strconv.Itoa(i), s.Items(), depth+1)
	}
	for _, p := range s.Properties() {
		pointer := at + "/" + escape(p.Name)
		if r.body.At(pointer) == nil && !p.Schema.WriteOnly() {
			if r.own(pointer) {
				continue
			}
			made, err := fixtures.Fake(p.Schema)
			if err != nil || !r.attempt(r.body.With(pointer, made)) {
				continue
			}
		}
		r.full(pointer, p.Schema, depth+1)
	}
}

// maxDepth bounds the walks over a body.
const maxDepth = 32

// judge checks a body as this operation's answer, with the headers of the slots and their fixture.
func (w *world) judge(s *slots, body *fixtures.Value, seed uint64) []contract.Violation {
	return w.operation.JudgeResponse(context.Background(), w.sampled(s, body, seed)).Violations
}

// sampled is the exchange in which a sample request gets a body.
func (w *world) sampled(s *slots, body *fixtures.Value, seed uint64) *contract.Exchange {
	a := head(s, s.fixture, body != nil)
	var data []byte
	if body != nil {
		data = w.render(body, a.MediaType, seed)
	}
	return w.exchange(a, data)
}
