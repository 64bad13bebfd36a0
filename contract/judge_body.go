package contract

import (
	"fmt"
	"net/http"
	"strings"
)

// message is what judging a body needs to know of its message.
type message struct {
	where   string
	header  string // Content-Type
	body    []byte
	content []MediaType
	source  string // x-inferred of what holds the content
}

// responseBody judges the body against what is documented for it. ok is true when value is the decoded JSON of a body.
func (j *judge) responseBody(response *Response, x *Exchange) (value any, ok bool) {
	m := message{
		where: inResponseBody, header: x.Header.Get("Content-Type"), body: x.Body, content: response.Content,
		source: response.contentSource(),
	}
	switch {
	case x.Method == http.MethodHead:
		return nil, false
	case len(response.Content) > 0:
		return j.body(m)
	case len(x.Body) > 0:
		// OpenAPI does not say that a response without content must have no body.
		j.add(Violation{Level: Should, Where: inResponseBody, Rule: "body", Want: "no body", Got: size(x.Body)})
	}
	return nil, false
}

// body judges a body for which content is documented: that it is there, its media type, JSON and schema.
func (j *judge) body(m message) (value any, ok bool) {
	if len(m.body) == 0 {
		j.add(Violation{Where: m.where, Rule: "body", Want: typesText(m.content), Got: "no body", Inferred: m.source})
		return nil, false
	}
	media := mediaTypeOf(m.content, m.header)
	if media == nil {
		j.add(Violation{Where: headerOf(m.where), Pointer: "/Content-Type", Rule: "media-type", Want: typesText(m.content), Got: quoted(m.header), Inferred: m.source})
		// A body under a wrong name is still worth judging where there is no doubt what it should have been.
		if len(m.content) != 1 || (m.header != "" && !isJSON(m.header)) {
			return nil, false
		}
		media = &m.content[0]
	}
	if !isJSON(media.Type) && !isJSON(m.header) {
		return nil, false
	}
	if charset := charsetOf(m.header); charset != "" && charset != "utf-8" && charset != "us-ascii" {
		j.add(Violation{Where: headerOf(m.where), Pointer: "/Content-Type", Rule: "media-type", Want: "charset utf-8", Got: quoted(m.header), Inferred: m.source})
	}
	value, err := decodeJSON(m.body)
	if err != nil {
		j.add(Violation{Where: m.where, Rule: "json", Want: "JSON", Got: err.Error(), Inferred: media.sources.all, Position: media.Position})
		return nil, false
	}
	j.schema(media.Schema, value, m.where, "", "schema/", media.sources.of("schema"))
	return value, true
}

// JudgeBody judges a request body: that a required one is there, its media type, and JSON against its schema. Nil means that
// nothing is wrong; an operation that documents no body accepts any.
func (o *Operation) JudgeBody(header http.Header, body []byte) []Violation {
	want := o.load().body
	if want == nil {
		return nil
	}
	j := judge{operation: o, at: want.position}
	switch {
	case len(body) > 0 && len(want.content) > 0:
		j.body(message{where: inRequestBody, header: header.Get("Content-Type"), body: body, content: want.content})
	case len(body) == 0 && want.required:
		j.add(Violation{Where: inRequestBody, Rule: "body", Want: typesText(want.content), Got: "no body"})
	}
	sortViolations(j.found)
	return j.found
}

func headerOf(where string) string {
	if where == inRequestBody {
		return "request header"
	}
	return inResponseHeader
}

func typesText(content []MediaType) string {
	names := make([]string, 0, len(content))
	for _, media := range content {
		names = append(names, media.Type)
	}
	return oneOfText(names)
}

func size(body []byte) string { return fmt.Sprintf("%d bytes", len(body)) }

// quoted shows text from outside, cut.
func quoted(text string) string {
	const limit = 80
	if len(text) > limit {
		text = strings.ToValidUTF8(text[:limit], "") + "…"
	}
	return fmt.Sprintf("%q", text)
}
