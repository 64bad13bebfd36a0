package contract

import (
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/internal/schema"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// direct says whether a pointer leads from property to property: not through items of a list or values of a map, of which there may be
// any number.
func direct(s *schema.Schema, pointer string) bool {
	tokens, err := strictyaml.Tokens(pointer)
	return err == nil && !slices.Contains(tokens, "*") && directTo(s, tokens, map[attempt]bool{})
}

// attempt is one step of the search in directTo; none is worth a second try.
type attempt struct {
	schema *schema.Schema
	left   int
}

func directTo(s *schema.Schema, tokens []string, tried map[attempt]bool) bool {
	if len(tokens) == 0 {
		return true
	}
	here := attempt{s, len(tokens)}
	if s == nil || tried[here] {
		return false
	}
	tried[here] = true
	if below := s.Property(tokens[0]); below != nil && directTo(below, tokens[1:], tried) {
		return true
	}
	return slices.ContainsFunc(slices.Concat(s.OneOf(), s.AnyOf()), func(branch *schema.Schema) bool { return directTo(branch, tokens, tried) })
}

// valueTypes lists the JSON types that a value may have, null left out unless it is the only one; nil when any will do.
func valueTypes(s *schema.Schema) []string {
	types, _ := typesIn(s)
	if len(types) == 1 {
		return types
	}
	return slices.DeleteFunc(types, func(name string) bool { return name == "null" })
}

// stateProblem says why a schema cannot be that of a state; "" when it can.
func stateProblem(s *schema.Schema) string {
	types := valueTypes(s)
	if slices.Equal(types, []string{"boolean"}) {
		return ""
	}
	if types != nil && !slices.Equal(types, []string{"string"}) {
		return "is of type " + strings.Join(types, " or ")
	}
	for _, value := range s.Enum() {
		if value.Kind() != strictyaml.String && value.Kind() != strictyaml.Null {
			return "has " + value.Describe() + " in its enum"
		}
	}
	return ""
}

// statesOf lists the values that a state can have; nil when the schema does not say.
func statesOf(s *schema.Schema) []string {
	values := s.Enum()
	if values == nil && slices.Equal(valueTypes(s), []string{"boolean"}) {
		return []string{"false", "true"}
	}
	if values == nil {
		return nil
	}
	states := []string{}
	for _, value := range values {
		if value.Kind() != strictyaml.Null {
			states = append(states, value.Text())
		}
	}
	return states
}
