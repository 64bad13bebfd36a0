package contract

import "github.com/understudy-dev/understudy/internal/schema"

// checker compiles everything that operations use. What they share is looked at once.
type checker struct {
	reader
	seen map[any]bool // *schema.Schema, *responseParts
}

func (k *checker) operation(o *Operation) {
	if k.full() {
		return
	}
	content := o.load()
	k.problems.AddError(content.err)
	for _, parameter := range o.parameters {
		k.schema(parameter.Schema)
	}
	for _, response := range content.responses {
		k.response(response)
	}
	if content.body != nil {
		k.content(content.body.content)
	}
	_, err := o.allRules()
	k.problems.AddError(err)
}

func (k *checker) response(response *Response) {
	if response.parts == nil || k.seen[response.parts] {
		return
	}
	k.seen[response.parts] = true
	for i := range response.Headers {
		k.schema(response.Headers[i].Schema)
	}
	k.content(response.Content)
}

func (k *checker) content(content []MediaType) {
	for i := range content {
		k.schema(content[i].Schema)
	}
}

func (k *checker) schema(s *schema.Schema) {
	if s == nil || k.seen[s] || k.full() {
		return
	}
	k.seen[s] = true
	k.problems.AddError(s.Compile())
}
