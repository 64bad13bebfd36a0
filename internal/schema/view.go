package schema

import (
	"slices"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// maxParts bounds the schemas that one view merges; what lies beyond is left to Validate.
const maxParts = 1000

// view is what a schema says with $ref followed and allOf merged: the mappings that all hold for one value.
type view struct {
	parts      []part
	names      []string // of the properties, in document order
	properties map[string]Property
	items      *Schema
}

// part is one of the mappings. inferred is the source that covers the keyword which led to it.
type part struct {
	node     *strictyaml.Node
	inferred string
}

func (s *Schema) view() *view {
	if s == nil {
		return &view{}
	}
	s.viewOnce.Do(func() {
		v := &view{}
		seen := map[*strictyaml.Node]bool{}
		v.add(s.set, s.node, "", seen)
		for _, n := range s.also {
			v.add(s.set, n, "", seen)
		}
		v.mergeProperties(s.set)
		v.items = v.merge(s.set, func(n *strictyaml.Node) *strictyaml.Node { return n.Field("items") })
		s.merged = v
	})
	return s.merged
}

// add appends the schema at n and all that hold with it: own keywords first, then $ref, then allOf.
func (v *view) add(set *Set, n *strictyaml.Node, inferred string, seen map[*strictyaml.Node]bool) {
	if n.Kind() != strictyaml.Mapping || seen[n] || len(v.parts) >= maxParts {
		return
	}
	seen[n] = true
	reference := n.Field("$ref") != nil
	if !reference || !set.openapi30 {
		v.parts = append(v.parts, part{node: n, inferred: inferred})
	}
	if reference {
		v.add(set, set.target(n), firstOf(inferred, sourceOf(n, "$ref")), seen)
		if set.openapi30 {
			return
		}
	}
	for _, branch := range n.Field("allOf").Items() {
		v.add(set, branch, firstOf(inferred, sourceOf(n, "allOf")), seen)
	}
}

// mergeProperties gathers the properties of all parts. A property that several parts describe gets all their schemas.
func (v *view) mergeProperties(set *Set) {
	v.properties = map[string]Property{}
	for _, p := range v.parts {
		for _, f := range p.node.Field("properties").Fields() {
			if _, known := v.properties[f.Key]; known {
				continue
			}
			v.names = append(v.names, f.Key)
			v.properties[f.Key] = Property{
				Name: f.Key,
				Schema: v.merge(set, func(n *strictyaml.Node) *strictyaml.Node {
					return n.Field("properties").Field(f.Key)
				}),
			}
		}
	}
	for _, p := range v.parts {
		for _, name := range p.node.Field("required").Items() {
			if property, ok := v.properties[name.Text()]; ok {
				property.Required = true
				v.properties[name.Text()] = property
			}
		}
	}
}

// merge makes one schema of those that the parts hold in the same place; nil if none does.
func (v *view) merge(set *Set, choose func(*strictyaml.Node) *strictyaml.Node) *Schema {
	var found []*strictyaml.Node
	for _, p := range v.parts {
		if n := choose(p.node); n != nil && !slices.Contains(found, n) {
			found = append(found, n)
		}
	}
	switch len(found) {
	case 0:
		return nil
	case 1:
		return set.Schema(found[0])
	}
	return &Schema{set: set, node: found[0], also: found[1:]}
}

// keyword returns the first part that has the keyword.
func (v *view) keyword(name string) (part, *strictyaml.Node) {
	for _, p := range v.parts {
		if n := p.node.Field(name); n != nil {
			return p, n
		}
	}
	return part{}, nil
}
