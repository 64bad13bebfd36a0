package scenarios

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/fixtures"
)

// Answer is a compiled answer. Safe for concurrent use.
type Answer struct {
	// Scenario is the canonical name, or names joined by ", ".
	Scenario string
	// Status is the HTTP status.
	Status int
	// MediaType is the Content-Type; "" when there is no body.
	MediaType string
	// Headers are the further response headers, sorted by name.
	Headers []HeaderTemplate
	// HasBody says whether there is a body.
	HasBody bool

	program *fixtures.Program
	calls   []*Answer // one entry per call, repeats written out
	then    string
	film    *film // of what plays over time
	cache   [cacheSize]atomic.Pointer[cached]
}

// HeaderTemplate is one response header: Static text, or a Program that renders text.
type HeaderTemplate struct {
	Name    string
	Program *fixtures.Program
	Static  string
}

// What follows the last call.
const (
	thenRepeat    = "repeat"
	thenCycle     = "cycle"
	thenExhausted = "exhausted"
)

// maxCalls bounds the calls of one ordered scenario, repeats counted.
const maxCalls = 10_000

// Ordered says that answers differ call by call.
func (a *Answer) Ordered() bool { return len(a.calls) > 0 }

// Call gives the nth answer, from 0; false when the calls are exhausted. An answer that is not ordered is its own nth.
func (a *Answer) Call(n int) (*Answer, bool) {
	switch {
	case len(a.calls) == 0:
		return a, true
	case n < len(a.calls):
		return a.calls[n], true
	case a.then == thenCycle:
		return a.calls[n%len(a.calls)], true
	case a.then == thenExhausted:
		return nil, false
	default:
		return a.calls[len(a.calls)-1], true
	}
}

// answer compiles slots.
func (w *world) answer(s *slots) (*Answer, error) {
	if len(s.calls) > 0 {
		return w.orderedAnswer(s)
	}
	s = w.complete(s)
	made, err := w.scene(s)
	if err != nil {
		return nil, w.unplayable(s, err)
	}
	if made.plan == nil {
		return w.still(s, made, 0), nil
	}
	return w.moving(s, made)
}

// still compiles one frame.
func (w *world) still(s *slots, made *scene, number int) *Answer {
	body := made.frames[number].body
	a := head(s, made.fixture, body != nil)
	if body != nil {
		a.program = compileBody(body, a.MediaType)
	}
	return a
}

// compileBody writes JSON, but for text of another media type.
func compileBody(body *fixtures.Value, mediaType string) *fixtures.Program {
	if isJSON(mediaType) {
		return body.Compile()
	}
	return body.CompileBody()
}

// head is an answer but for its body: status, media type and headers.
func head(s *slots, from *fixtures.Fixture, hasBody bool) *Answer {
	a := &Answer{Scenario: s.from, Status: s.status, HasBody: hasBody}
	if hasBody {
		a.MediaType = "application/json"
		if m := mediaType(s.response); m != nil {
			a.MediaType = m.Type
		}
	}
	a.addHeaders(requiredHeaders(s.response))
	if from != nil {
		a.addHeaders(from.Headers)
	}
	a.addHeaders(s.headers)
	return a
}

// requiredHeaders makes up the headers that the contract requires of a response, where that is possible.
func requiredHeaders(r *contract.Response) map[string]*fixtures.Value {
	if r == nil {
		return nil
	}
	made := map[string]*fixtures.Value{}
	for i := range r.Headers {
		h := &r.Headers[i]
		name := http.CanonicalHeaderKey(h.Name)
		if !h.Required || name == "Content-Type" || fixtures.ReservedHeader(name) {
			continue
		}
		if v, err := fixtures.Fake(h.Schema); err == nil {
			made[name] = v
		}
	}
	return made
}

// complete fills what every answer has: the status and the response of the operation's default, and for what moves its course.
func (w *world) complete(s *slots) *slots {
	out := *s
	if s.status == 0 {
		out.response, out.status = w.successResponse()
	}
	if s.course == nil && s.moves() {
		out.course = &course{outcome: contract.OutcomeSuccess}
	}
	return &out
}

// addHeaders adds headers by canonical name, in place of those that are there.
func (a *Answer) addHeaders(templates map[string]*fixtures.Value) {
	for name, v := range templates {
		h := HeaderTemplate{Name: name}
		if literal, ok := v.LiteralValue(); ok {
			h.Static = text(literal)
		} else {
			h.Program = v.CompileText("/headers/" + escape(h.Name))
		}
		if h.Name == "Content-Type" && h.Program == nil {
			a.MediaType = h.Static
			continue
		}
		a.Headers = slices.DeleteFunc(a.Headers, func(old HeaderTemplate) bool { return old.Name == h.Name })
		a.Headers = append(a.Headers, h)
	}
	slices.SortFunc(a.Headers, func(x, y HeaderTemplate) int { return strings.Compare(x.Name, y.Name) })
}

func (w *world) orderedAnswer(s *slots) (*Answer, error) {
	a := &Answer{Scenario: s.from, then: s.then}
	for i := range s.calls {
		one, err := w.answer(&s.calls[i].slots)
		if err != nil {
			return nil, fmt.Errorf("call %d: %w", i+1, err)
		}
		one.Scenario = s.from
		for range s.calls[i].times {
			a.calls = append(a.calls, one)
		}
	}
	a.Status = a.calls[0].Status
	return a, nil
}

// unplayable wraps what kept a body from being made.
func (w *world) unplayable(s *slots, err error) error {
	var c *conflict
	code := "unplayable"
	if errors.As(err, &c) || strings.Contains(s.from, ", ") {
		code = "scenario-conflict"
	}
	return &SelectError{Code: code, Name: s.from, Detail: err.Error()}
}
