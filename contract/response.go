package contract

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/internal/schema"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// Response is one documented response. Its fields are for reading only.
type Response struct {
	Status      string // "200", "4XX", "default"
	Code        int    // 200; the lowest of a range; 0 for default
	Description string
	Content     []MediaType // in document order; empty: no body
	Headers     []Header
	Position    Position

	node  *strictyaml.Node
	parts *responseParts // nil where node is nil
}

// MediaType is one representation of a response.
type MediaType struct {
	Type     string         // application/json
	Schema   *schema.Schema // nil allows everything
	Examples []Example      // named, then the unnamed "example" as Name ""
	Position Position

	sources inferred
}

// Example is a documented example.
type Example struct {
	Name, Summary string
	Value         *strictyaml.Node
}

// Header is a documented response header.
type Header struct {
	Name     string
	Required bool
	Schema   *schema.Schema // nil allows everything
	Inferred string         // source, when the header as a whole is inferred
	Position Position

	sources inferred
	codec   *codec
}

// requestBody is what an operation says of its request's body.
type requestBody struct {
	required bool
	content  []MediaType
	position Position
}

// fits says whether the response is documented for a status.
func (r *Response) fits(status int) bool {
	switch {
	case r.Status == "default":
		return true
	case strings.HasSuffix(r.Status, "XX"):
		return status/100 == r.Code/100
	}
	return status == r.Code
}

// breadth orders exact statuses before ranges before default.
func (r *Response) breadth() int {
	switch {
	case r.Status == "default":
		return 2
	case strings.HasSuffix(r.Status, "XX"):
		return 1
	}
	return 0
}

// before orders responses by code, then by breadth: "200" comes before "2XX".
func (r *Response) before(other *Response) bool {
	return cmp.Or(cmp.Compare(r.Code, other.Code), cmp.Compare(r.breadth(), other.breadth())) < 0
}

// statuses checks the keys of an operation's responses, which is all that Load does about them.
func (l *loader) statuses(o *Operation) {
	responses := l.mapping(o.node, "responses", o.subject())
	if responses == nil {
		if o.node.Field("responses") == nil {
			l.problems.Add(o.position, o.subject(), "there are no responses", "")
		}
		return
	}
	count := 0
	for _, field := range responses.Fields() {
		if isExtension(field.Key) {
			continue
		}
		count++
		if _, ok := statusCode(field.Key); !ok {
			l.problems.Add(responses.KeyPosition(field.Key), o.subject(), fmt.Sprintf("%q is not a status", field.Key),
				`want 100 to 599, a range such as "4XX", or default`)
		}
	}
	if count == 0 {
		l.problems.Add(responses.Position(), o.subject(), "there are no responses", "")
	}
}

// statusCode reads a key of responses (OpenAPI 3.1, "Responses Object").
func statusCode(key string) (code int, ok bool) {
	if key == "default" {
		return 0, true
	}
	if len(key) != 3 || key[0] < '1' || key[0] > '5' {
		return 0, false
	}
	if key[1:] == "XX" {
		return int(key[0]-'0') * 100, true
	}
	code, err := strconv.Atoi(key)
	return code, err == nil
}

// contentSource is the x-inferred source that covers the content as a whole.
func (r *Response) contentSource() string {
	if r.parts == nil {
		return ""
	}
	return r.parts.inferred.of("content")
}
