package schema

import (
	"errors"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// Two keywords go to the library under names of ours, to be run by us.
const (
	namesKeyword     = "x-property-names"
	referenceKeyword = "x-reference"
)

// propertyNamesVocabulary runs propertyNames: the library's own reports a wrong place in the value, because it keeps a
// path that its siblings overwrite.
func propertyNamesVocabulary() *jsonschema.Vocabulary {
	return &jsonschema.Vocabulary{
		URL:        "urn:property-names",
		Subschemas: []jsonschema.SchemaPath{{jsonschema.Prop(namesKeyword)}},
		Compile: func(c *jsonschema.CompilerContext, document map[string]any) (jsonschema.SchemaExt, error) {
			if _, ok := document[namesKeyword]; !ok {
				return nil, nil
			}
			return &propertyNames{schema: c.Enqueue([]string{namesKeyword})}, nil
		},
	}
}

type propertyNames struct{ schema *jsonschema.Schema }

// Validate judges the name of each property (jsonschema.SchemaExt).
func (p *propertyNames) Validate(c *jsonschema.ValidatorContext, v any) {
	object, ok := v.(map[string]any)
	if !ok {
		return
	}
	for name := range object {
		if failure, ok := errors.AsType[*jsonschema.ValidationError](c.Validate(p.schema, name, []string{name})); ok {
			c.AddErrors([]*jsonschema.ValidationError{failure}, &kind.PropertyNames{Property: name})
		}
	}
}

// referenceVocabulary runs $ref.
func (e *engine) referenceVocabulary() *jsonschema.Vocabulary {
	return &jsonschema.Vocabulary{
		URL: "urn:reference",
		Compile: func(_ *jsonschema.CompilerContext, document map[string]any) (jsonschema.SchemaExt, error) {
			url, ok := document[referenceKeyword].(string)
			if !ok {
				return nil, nil
			}
			return &referenceTo{engine: e, target: e.resourceAt(url)}, nil
		},
	}
}

// referenceTo is a $ref in a compiled schema.
type referenceTo struct {
	engine *engine
	target *resource
}

// Validate judges v by the target (jsonschema.SchemaExt).
func (r *referenceTo) Validate(c *jsonschema.ValidatorContext, v any) {
	schema, err := r.engine.ready(r.target)
	if err != nil {
		c.AddError(&unusable{err: err})
		return
	}
	if failure, ok := errors.AsType[*jsonschema.ValidationError](c.Validate(schema, v, nil)); ok {
		c.AddErrors([]*jsonschema.ValidationError{failure}, &kind.Reference{Keyword: "$ref", URL: schema.Location})
	}
}

// unusable is the library's refusal of a schema that our own checks let pass, as a kind of validation error.
type unusable struct {
	kind.Group
	err error
}
