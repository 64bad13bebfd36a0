package contract

import (
	"fmt"
	"slices"
	"sync"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// Operation is one method and path template. Immutable, safe for concurrent use; its responses, schemas and rules are read
// on first use.
type Operation struct {
	contract       *Contract
	files          *files
	node           *strictyaml.Node
	id             string
	method         string
	path           string
	summary        string
	template       *pathTemplate
	position       Position
	inferred       inferred
	parameters     []*Parameter
	pathParameters []*Parameter
	security       security
	lifecycle      *Lifecycle
	display        *display // of the lifecycle's outcomes; nil without one
	stepDisplay    *display // of those of its steps

	content contentOnce
	ruled   rulesOnce
}

// contentOnce is what is read of the responses and the request body when they are first asked for.
type contentOnce struct {
	once      sync.Once
	responses []*Response
	body      *requestBody // nil when none is documented
	err       error
}

// ID returns the operationId, else "METHOD /path" with the path as the document has it.
func (o *Operation) ID() string { return o.id }

// Method returns the HTTP method in capitals.
func (o *Operation) Method() string { return o.method }

// Path returns the path template including the base path.
func (o *Operation) Path() string { return o.path }

// Summary returns the document's summary, or "".
func (o *Operation) Summary() string { return o.summary }

// Position returns where the operation's method stands.
func (o *Operation) Position() Position { return o.position }

// Parameters returns the path item's parameters and the operation's own, which replace those of the same name and place.
// The slice is the caller's.
func (o *Operation) Parameters() []*Parameter { return slices.Clone(o.parameters) }

// PathParameters returns the path parameters in the order of the template. The slice is the caller's.
func (o *Operation) PathParameters() []*Parameter { return slices.Clone(o.pathParameters) }

// Responses returns the documented responses in document order. The slice is the caller's.
func (o *Operation) Responses() []*Response { return slices.Clone(o.load().responses) }

// Response returns the response documented for a status: the exact one, then the range ("4XX"), then "default"; nil when
// the status is undocumented.
func (o *Operation) Response(status int) *Response {
	var found *Response
	for _, response := range o.load().responses {
		if response.fits(status) && (found == nil || response.breadth() < found.breadth()) {
			found = response
		}
	}
	return found
}

// Lifecycle describes how the resource moves that the operation shows; nil if the contract says nothing of it.
func (o *Operation) Lifecycle() *Lifecycle { return o.lifecycle }

// LifecycleResponse returns the response that the lifecycle describes, and that its pointers lead into: of the 2xx responses with a JSON
// schema the one with the lowest Code, an exact status before a range. Nil without a lifecycle.
func (o *Operation) LifecycleResponse() *Response {
	if o.lifecycle == nil {
		return nil
	}
	response, _ := o.describedResponse()
	return response
}

// Expand returns the escaped path, including the base path, with values in place of the path parameters, in the order of PathParameters.
func (o *Operation) Expand(values []string) string {
	return o.contract.basePath + o.template.expand(values)
}

// Protected says whether a security requirement applies that is not optional.
func (o *Operation) Protected() bool { return len(o.security.alternatives) > 0 && !o.security.optional }

// load reads the responses and the request body, once.
func (o *Operation) load() *contentOnce {
	o.content.once.Do(func() {
		r := contentReader{reader: reader{files: o.files}, contract: o.contract}
		o.content.responses = r.responses(o)
		o.content.body = r.requestBody(o)
		o.content.err = r.problems.Err()
	})
	return &o.content
}

func (o *Operation) subject() string { return fmt.Sprintf("operation %q", o.id) }

// idPosition is the place of the operationId, or of the method when there is none.
func (o *Operation) idPosition() Position {
	if id := o.node.Field("operationId"); id != nil {
		return id.Position()
	}
	return o.position
}

// allSegments returns the template's segments after those of the base path.
func (o *Operation) allSegments() []segment {
	base, err := parseTemplate(o.contract.basePath + "/")
	if err != nil {
		return o.template.segments
	}
	return append(base.segments[:len(base.segments)-1], o.template.segments...)
}
