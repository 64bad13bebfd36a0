package schema

import (
	"strconv"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// maxVisits bounds a Walk: schemas that refer to each other freely have more paths than anybody can visit.
const maxVisits = 10_000

// At returns the schema of the value at a JSON pointer below this schema: through properties, items (a number or "*"),
// prefixItems and additionalProperties, else through the first branch of oneOf or anyOf that has the place. False when
// the schema has no such place; a place that only a lack of additionalProperties leaves open is none.
func (s *Schema) At(pointer string) (*Schema, bool) {
	tokens, err := strictyaml.Tokens(pointer)
	if err != nil {
		return nil, false
	}
	return s.at(tokens, map[visit]bool{})
}

// visit is one step of the search in At; none is worth a second try.
type visit struct {
	schema *Schema
	left   int
}

func (s *Schema) at(tokens []string, tried map[visit]bool) (*Schema, bool) {
	if len(tokens) == 0 {
		return s, true
	}
	here := visit{schema: s, left: len(tokens)}
	if s == nil || tried[here] {
		return nil, false
	}
	tried[here] = true
	if below := s.child(tokens[0]); below != nil {
		if found, ok := below.at(tokens[1:], tried); ok {
			return found, true
		}
	}
	for _, branches := range [][]*Schema{s.OneOf(), s.AnyOf()} {
		for _, branch := range branches {
			if found, ok := branch.at(tokens, tried); ok {
				return found, true
			}
		}
	}
	return nil, false
}

// child returns the schema one step below, nil if there is no such place.
func (s *Schema) child(token string) *Schema {
	if property := s.Property(token); property != nil {
		return property
	}
	index, err := strconv.Atoi(token)
	isIndex := err == nil && index >= 0 && strconv.Itoa(index) == token
	if isIndex {
		if first := s.Keyword("prefixItems").Items(); index < len(first) {
			return s.set.Schema(first[index])
		}
	}
	if isIndex || token == "*" {
		if items := s.Items(); items != nil {
			return items
		}
	}
	if n := s.Keyword("additionalProperties"); n.Kind() == strictyaml.Mapping || n.Text() == "true" {
		return s.set.Schema(n)
	}
	return nil
}

// Walk calls visit for this schema, in the place "", and for every schema below it that must hold there: through
// properties ("/steps"), items ("/steps/*"), additionalProperties ("/*"), and, in the same place, $ref and allOf. It
// goes no deeper where visit answers false, stops at cycles and after 10,000 visits, and passes by what a $ref does not
// find. Branches of oneOf and anyOf are not visited: they need not hold.
func (s *Schema) Walk(visit func(pointer string, s *Schema) bool) {
	w := walker{visit: visit, onPath: map[*strictyaml.Node]bool{}}
	w.walk("", s)
}

type walker struct {
	visit  func(pointer string, s *Schema) bool
	visits int
	onPath map[*strictyaml.Node]bool
}

func (w *walker) walk(pointer string, s *Schema) {
	if s == nil || w.onPath[s.node] || w.visits >= maxVisits {
		return
	}
	w.visits++
	if !w.visit(pointer, s) {
		return
	}
	w.onPath[s.node] = true
	defer delete(w.onPath, s.node)
	w.below(pointer, s.set, s.node)
	for _, n := range s.also {
		w.walk(pointer, s.set.Schema(n))
	}
}

func (w *walker) below(pointer string, set *Set, n *strictyaml.Node) {
	if n.Field("$ref") != nil {
		w.walk(pointer, set.Schema(set.target(n)))
		if set.openapi30 {
			return
		}
	}
	for _, branch := range n.Field("allOf").Items() {
		w.walk(pointer, set.Schema(branch))
	}
	for _, f := range n.Field("properties").Fields() {
		w.walk(pointer+strictyaml.Pointer(f.Key), set.Schema(f.Value))
	}
	for _, keyword := range []string{"items", "additionalProperties"} {
		if below := n.Field(keyword); below.Kind() == strictyaml.Mapping {
			w.walk(pointer+"/*", set.Schema(below))
		}
	}
}
