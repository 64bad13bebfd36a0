package schema

import (
	"slices"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// The accessors below follow $ref and merge allOf, stop at cycles, and work on a nil *Schema, which allows everything.
// They read what is written without judging it: Compile does that. A part that is written wrongly counts as absent.

// Property is one property of an object schema.
type Property struct {
	Name     string
	Schema   *Schema
	Required bool
}

// Keyword returns the value of the first keyword found: the schema's own, then that of its $ref, then of its allOf. It
// is nil when there is none. In OpenAPI 3.0 a $ref hides the keywords beside it.
func (s *Schema) Keyword(name string) *strictyaml.Node {
	_, n := s.view().keyword(name)
	return n
}

// Format returns the format, or "".
func (s *Schema) Format() string { return s.Keyword("format").Text() }

// Pattern returns the first pattern, or "".
func (s *Schema) Pattern() string { return s.Keyword("pattern").Text() }

// ReadOnly tells whether the value is only ever sent by the provider.
func (s *Schema) ReadOnly() bool { return s.Keyword("readOnly").Text() == "true" }

// WriteOnly tells whether the value is only ever sent by the consumer.
func (s *Schema) WriteOnly() bool { return s.Keyword("writeOnly").Text() == "true" }

// Properties returns the properties in document order. A property that several branches of an allOf describe has a
// Schema that holds all of them.
func (s *Schema) Properties() []Property {
	v := s.view()
	var properties []Property
	for _, name := range v.names {
		properties = append(properties, v.properties[name])
	}
	return properties
}

// Property returns the schema of one property, nil if it is not declared.
func (s *Schema) Property(name string) *Schema { return s.view().properties[name].Schema }

// Items returns the schema of an array's items, nil when any will do. The first ones may have their own, prefixItems.
func (s *Schema) Items() *Schema { return s.view().items }

// AdditionalProperties returns whether properties beyond the declared ones are allowed, and their schema; nil when any
// will do. One part of an allOf that forbids them (or unevaluatedProperties: false) is enough.
func (s *Schema) AdditionalProperties() (*Schema, bool) {
	v := s.view()
	var found *strictyaml.Node
	for _, p := range v.parts {
		for _, keyword := range []string{"additionalProperties", "unevaluatedProperties"} {
			n := p.node.Field(keyword)
			if n.Kind() == strictyaml.Bool && n.Text() == "false" {
				return nil, false
			}
			if found == nil && n.Kind() == strictyaml.Mapping {
				found = n
			}
		}
	}
	if found == nil {
		return nil, true
	}
	return s.set.Schema(found), true
}

// OneOf returns the branches of the first oneOf found.
func (s *Schema) OneOf() []*Schema { return s.list("oneOf") }

// AnyOf returns the branches of the first anyOf found.
func (s *Schema) AnyOf() []*Schema { return s.list("anyOf") }

func (s *Schema) list(keyword string) []*Schema {
	var branches []*Schema
	for _, n := range s.Keyword(keyword).Items() {
		branches = append(branches, s.set.Schema(n))
	}
	return branches
}

// Inferred returns the source that x-inferred gives for a keyword of this schema, of what its $ref or allOf leads to,
// or for the $ref or allOf itself; "" when the keyword is stated by the provider. For the schema as a whole, ask with "".
func (s *Schema) Inferred(keyword string) string {
	p, n := s.view().keyword(keyword)
	if n == nil {
		return sourceOf(s.Node(), keyword)
	}
	return firstOf(p.inferred, sourceOf(p.node, keyword))
}

// Enum returns the values that are allowed, in the order of the first list; nil when the schema has none. A const is a
// list of one; with several lists, what is in all of them, which may be nothing (empty, not nil).
func (s *Schema) Enum() []*strictyaml.Node {
	var allowed []*strictyaml.Node
	for _, p := range s.view().parts {
		for _, values := range [][]*strictyaml.Node{p.node.Field("enum").Items(), constOf(p.node)} {
			switch {
			case values == nil:
			case allowed == nil:
				allowed = slices.Clone(values)
			default:
				allowed = intersect(allowed, values)
			}
		}
	}
	return allowed
}

func constOf(n *strictyaml.Node) []*strictyaml.Node {
	if value := n.Field("const"); value != nil {
		return []*strictyaml.Node{value}
	}
	return nil
}

func intersect(a, b []*strictyaml.Node) []*strictyaml.Node {
	inB := map[string]bool{}
	for _, n := range b {
		inB[canonical(n)] = true
	}
	return slices.DeleteFunc(a, func(n *strictyaml.Node) bool { return !inB[canonical(n)] })
}
