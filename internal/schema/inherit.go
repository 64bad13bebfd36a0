package schema

import (
	"slices"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// A parent whose oneOf or anyOf names its children, each of which has the parent in its allOf, is how people write
// inheritance beside a discriminator. To the letter neither ever says anything, because each asks the other about the same
// value. What is meant is clear: a child inherits what the parent says, but not the choice among the children.

// maxHeirs bounds the schemas that are looked at for all parents together; what lies beyond is judged to the letter.
const maxHeirs = 1_000_000

// inherited returns the schema that the reference of n to target means: where n stands in the allOf of one of target's
// heirs, that is target without its oneOf and anyOf. Call it under mu.
func (c *converter) inherited(n, target *strictyaml.Node) *Schema {
	e, child := c.engine, c.into.schema.node
	if !slices.Contains(child.Field("allOf").Items(), n) || !e.heirs(target)[child] {
		return e.set.Schema(target)
	}
	if e.parents[target] == nil {
		e.parents[target] = &Schema{set: e.set, node: target, choiceless: true}
	}
	return e.parents[target]
}

// heirs returns what the oneOf and anyOf of parent lead to without a step into the value.
func (e *engine) heirs(parent *strictyaml.Node) map[*strictyaml.Node]bool {
	if known, ok := e.families[parent]; ok {
		return known
	}
	found := map[*strictyaml.Node]bool{}
	todo := slices.Concat(parent.Field("oneOf").Items(), parent.Field("anyOf").Items())
	for len(todo) > 0 && e.heirsSeen < maxHeirs {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if n == nil || found[n] {
			continue
		}
		found[n] = true
		e.heirsSeen++
		todo = append(todo, e.set.target(n))
		for _, keyword := range []string{"allOf", "oneOf", "anyOf"} {
			todo = append(todo, n.Field(keyword).Items()...)
		}
	}
	e.families[parent] = found
	return found
}
