package scenarios

import (
	"encoding/json"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/internal/schema"
)

// world is one operation with its scenarios, derived on first use.
type world struct {
	operation *contract.Operation
	fixtures  *fixtures.Set
	names     []string // path parameters, in the template's order
	sample    []string // path values that the contract allows

	once      sync.Once
	scenarios []*Scenario
	index     map[string]*Scenario
	ids       map[string]*Scenario
	defaults  *Scenario
	composed  answers
}

// bodySchema is the schema of a response's JSON body; nil when there is none.
func bodySchema(r *contract.Response) *schema.Schema {
	if m := mediaType(r); m != nil {
		return m.Schema
	}
	return nil
}

// mediaType picks the representation that is played: JSON where the contract has it, else the first.
func mediaType(r *contract.Response) *contract.MediaType {
	if r == nil || len(r.Content) == 0 {
		return nil
	}
	for i := range r.Content {
		if isJSON(r.Content[i].Type) {
			return &r.Content[i]
		}
	}
	return &r.Content[0]
}

func isJSON(mediaType string) bool {
	name, _, _ := strings.Cut(mediaType, ";")
	name = strings.ToLower(strings.TrimSpace(name))
	return name == "application/json" || strings.HasSuffix(name, "+json")
}

// lifecycleFor returns the lifecycle when this response is the one that it describes.
func (w *world) lifecycleFor(r *contract.Response) *contract.Lifecycle {
	if r == nil || r != w.operation.LifecycleResponse() {
		return nil
	}
	return w.operation.Lifecycle()
}

// inputs are those of a sample request.
func (w *world) inputs(seed uint64) *fixtures.Inputs {
	anchor, _ := time.Parse(time.RFC3339, ConstantAnchor)
	return &fixtures.Inputs{
		Seed: seed, Operation: w.operation.ID(), PathNames: w.names, PathValues: w.sample,
		Anchor: anchor, RequestID: "00000000-0000-4000-8000-000000000000",
	}
}

// render gives the bytes that a sample request would get.
func (w *world) render(body *fixtures.Value, mediaType string, seed uint64) []byte {
	in := w.inputs(seed)
	return compileBody(body, mediaType).Bind(in).Append(nil, in.RequestID)
}

// exchange is a sample request with this answer and this body.
func (w *world) exchange(a *Answer, body []byte) *contract.Exchange {
	x := &contract.Exchange{
		Method: w.operation.Method(), URL: &url.URL{Path: w.operation.Expand(w.sample)},
		Status: a.Status, Header: map[string][]string{}, Body: body,
	}
	if path, err := url.Parse(w.operation.Expand(w.sample)); err == nil {
		x.URL = path
	}
	if a.MediaType != "" {
		x.Header.Set("Content-Type", a.MediaType)
	}
	for _, h := range a.Headers {
		value := h.Static
		if h.Program != nil {
			value = string(h.Program.Render(w.inputs(1)))
		}
		x.Header.Set(h.Name, value)
	}
	return x
}

// text renders a JSON value as a name shows it: a string bare, all else as JSON.
func text(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	data, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(data)
}

// sameJSON compares two templates by what they render for a sample, objects in any order.
func sameJSON(a, b *fixtures.Value) bool {
	in := &fixtures.Inputs{Seed: 1, RequestID: "00000000-0000-4000-8000-000000000000"}
	var x, y any
	if json.Unmarshal(a.Compile().Render(in), &x) != nil || json.Unmarshal(b.Compile().Render(in), &y) != nil {
		return false
	}
	return reflect.DeepEqual(x, y)
}

// shows says whether the value at a pointer is a literal equal to want; "*" is any item.
func shows(v *fixtures.Value, pointer string, want any) bool {
	head, tail, more := strings.Cut(pointer, "/*")
	at := v.At(head)
	if !more {
		got, ok := at.LiteralValue()
		return at != nil && ok && text(got) == text(want)
	}
	for _, item := range at.Items() {
		if shows(item, tail, want) {
			return true
		}
	}
	return false
}

// with replaces a value whose parent is known to be there.
func with(v *fixtures.Value, pointer string, w *fixtures.Value) *fixtures.Value {
	if out, err := v.With(pointer, w); err == nil {
		return out
	}
	return v
}
