package contract

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// contentReader reads responses and request bodies.
type contentReader struct {
	reader
	contract *Contract
}

func (r *contentReader) responses(o *Operation) []*Response {
	var found []*Response
	told := map[*responseParts]bool{}
	documented := r.mapping(o.node, "responses", o.subject())
	for _, field := range documented.Fields() {
		code, ok := statusCode(field.Key)
		if !ok {
			continue
		}
		response := &Response{Status: field.Key, Code: code, Position: documented.KeyPosition(field.Key)}
		found = append(found, response)
		subject := fmt.Sprintf("response %s of %q", field.Key, o.id)
		node := r.follow(field.Value)
		if !r.isMapping(node, subject) {
			continue
		}
		response.node = node
		r.fill(response, subject)
		if !told[response.parts] {
			told[response.parts] = true
			r.problems.AddError(response.parts.err)
		}
	}
	return found
}

// responseParts is what a response object says, whatever status it stands under.
type responseParts struct {
	description string
	content     []MediaType
	headers     []Header
	inferred    inferred
	err         error

	once  sync.Once
	sites []ruleSite
}

// fill reads the response object once for all that refer to it.
func (r *contentReader) fill(response *Response, subject string) {
	known, ok := r.contract.parts.Load(response.node)
	if !ok {
		own := contentReader{reader: reader{files: r.files}, contract: r.contract}
		known, _ = r.contract.parts.LoadOrStore(response.node, own.parts(response.node, subject))
	}
	parts := known.(*responseParts) //nolint:forcetypeassert // only parts are stored
	response.Description, response.Content, response.Headers = parts.description, parts.content, parts.headers
	response.parts = parts
}

func (r *contentReader) parts(node *strictyaml.Node, subject string) *responseParts {
	r.known(node, subject, responseObject)
	parts := &responseParts{
		description: r.text(node, "description", subject), content: r.content(node, subject), headers: r.headers(node, subject),
		inferred: r.inferred(node, subject),
	}
	parts.err = r.problems.Err()
	return parts
}

func (r *contentReader) headers(holder *strictyaml.Node, subject string) []Header {
	var found []Header
	headers := r.mapping(holder, "headers", subject)
	for _, field := range headers.Fields() {
		if isExtension(field.Key) && r.field(headers, field.Key).Kind() != strictyaml.Mapping {
			continue
		}
		subject := fmt.Sprintf("header %q", field.Key)
		node := r.follow(field.Value)
		if !r.isMapping(node, subject) {
			continue
		}
		r.known(node, subject, headerObject)
		r.oneOf(node, "style", subject, "simple")
		codec := r.codec(node, r.contract.schemas, subject, "simple")
		codec.header = true
		sources := r.inferred(node, subject)
		found = append(found, Header{
			Name: field.Key, Required: r.flag(node, "required", subject), Schema: codec.schema, Inferred: sources.all,
			Position: headers.KeyPosition(field.Key), sources: sources, codec: codec,
		})
	}
	return found
}

func (r *contentReader) content(holder *strictyaml.Node, subject string) []MediaType {
	var found []MediaType
	content := r.mapping(holder, "content", subject)
	for _, field := range content.Fields() {
		if isExtension(field.Key) {
			continue
		}
		subject := fmt.Sprintf("%s: %s", subject, field.Key)
		at := content.KeyPosition(field.Key)
		if !strings.Contains(field.Key, "/") {
			r.problems.Add(at, subject, fmt.Sprintf("%q is not a media type", field.Key), "")
			continue
		}
		node := r.follow(field.Value)
		if !r.isMapping(node, subject) {
			continue
		}
		r.known(node, subject, mediaTypeObject)
		found = append(found, MediaType{
			Type: field.Key, Schema: r.contract.schemas.Schema(node.Field("schema")), Examples: r.examples(node, subject), Position: at,
			sources: r.inferred(node, subject),
		})
	}
	return found
}

// examples lists those that have a value in the document; an externalValue is not fetched.
func (r *contentReader) examples(media *strictyaml.Node, subject string) []Example {
	var found []Example
	for _, field := range r.mapping(media, "examples", subject).Fields() {
		node := r.follow(field.Value)
		subject := fmt.Sprintf("example %q", field.Key)
		if !r.isMapping(node, subject) {
			continue
		}
		value := node.Field("value")
		if value == nil {
			value = node.Field("dataValue") // OpenAPI 3.2
		}
		if value != nil {
			found = append(found, Example{Name: field.Key, Summary: r.text(node, "summary", subject), Value: value})
		}
	}
	if value := media.Field("example"); value != nil {
		found = append(found, Example{Value: value})
	}
	return slices.Clip(found)
}

func (r *contentReader) requestBody(o *Operation) *requestBody {
	subject := fmt.Sprintf("request body of %q", o.id)
	node := r.mapping(o.node, "requestBody", subject)
	if node == nil {
		return nil
	}
	r.known(node, subject, requestBodyObject)
	return &requestBody{required: r.flag(node, "required", subject), content: r.content(node, subject), position: node.Position()}
}
