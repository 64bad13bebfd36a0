package schema

import (
	"slices"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// Types returns the JSON types that the value may have, "null" left out unless it is the only one: nil
// when any will do, empty when an allOf leaves none. Where no type is given, one is taken from the keywords that speak
// about it: properties, items, enum and their like.
func (s *Schema) Types() []string {
	types := s.declaredTypes()
	if types == nil {
		return s.impliedTypes()
	}
	if len(types) > 1 {
		types = slices.DeleteFunc(types, func(name string) bool { return name == "null" })
	}
	return types
}

// declaredTypes intersects the type keywords of all parts; nil when there is none.
func (s *Schema) declaredTypes() []string {
	var types []string
	for _, p := range s.view().parts {
		names := typesOf(p.node, s.set.openapi30)
		switch {
		case names == nil:
		case types == nil:
			types = names
		default:
			types = commonTypes(types, names)
		}
	}
	return types
}

func typesOf(n *strictyaml.Node, openapi30 bool) []string {
	keyword := n.Field("type")
	var names []string
	if keyword.Kind() == strictyaml.String {
		names = []string{keyword.Text()}
	}
	for _, item := range keyword.Items() {
		names = append(names, item.Text())
	}
	if names != nil && openapi30 && n.Field("nullable").Text() == "true" {
		names = append(names, "null")
	}
	return names
}

// commonTypes intersects two lists of types; an integer is a number.
func commonTypes(a, b []string) []string {
	common := []string{}
	for _, name := range a {
		switch {
		case slices.Contains(b, name), name == "integer" && slices.Contains(b, "number"):
			common = append(common, name)
		case name == "number" && slices.Contains(b, "integer"):
			common = append(common, "integer")
		}
	}
	return common
}

// impliedTypes reads the type off other keywords, strictly speaking a guess: they allow values of other types too.
func (s *Schema) impliedTypes() []string {
	if values := s.Enum(); values != nil {
		var types []string
		for _, n := range values {
			if name := typeOf(n); name != "null" && !slices.Contains(types, name) {
				types = append(types, name)
			}
		}
		return types
	}
	for _, p := range s.view().parts {
		for _, f := range p.node.Fields() {
			if name := impliedType(f.Key); name != "" {
				return []string{name}
			}
		}
	}
	return nil
}

func impliedType(keyword string) string {
	switch keyword {
	case "properties", "required", "additionalProperties", "patternProperties", "propertyNames", "minProperties", "maxProperties":
		return "object"
	case "items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains":
		return "array"
	case "pattern", "minLength", "maxLength":
		return "string"
	case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf":
		return "number"
	}
	return ""
}

func typeOf(n *strictyaml.Node) string {
	switch n.Kind() {
	case strictyaml.Bool:
		return "boolean"
	case strictyaml.Number:
		if number, ok := exact(n); ok && number.IsInt() {
			return "integer"
		}
		return "number"
	case strictyaml.String:
		return "string"
	case strictyaml.Sequence:
		return "array"
	case strictyaml.Mapping:
		return "object"
	case strictyaml.Null:
	}
	return "null"
}
