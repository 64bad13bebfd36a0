// Package schema is the model of JSON Schema as OpenAPI uses it, and the engine that judges values by it.
// OpenAPI 3.0's dialect is read as JSON Schema 2020-12; 3.1 is 2020-12 already. A schema compiles when it is first
// used, and everything wrong with it is then said with its position. It refuses $id, $dynamicRef and other dialects,
// fetches nothing (a Resolver follows references) and decodes nothing (values come decoded).
package schema

import (
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// Resolver follows a $ref: from is the mapping that holds it, ref its text. The error should be a *strictyaml.Error.
// It must be safe for concurrent use, must answer the same node for the same reference, and must not use the Set that
// calls it.
type Resolver func(from *strictyaml.Node, ref string) (*strictyaml.Node, error)

// Set hands out Schemas for nodes and compiles them on first use. Create it with NewSet. Safe for concurrent use.
type Set struct {
	resolve   Resolver
	openapi30 bool
	schemas   sync.Map // *strictyaml.Node → *Schema
	engine    *engine
}

// NewSet returns an empty Set. With openapi30, schemas are read in the dialect of OpenAPI 3.0: nullable, boolean
// exclusiveMinimum, siblings of $ref ignored. A nil resolve refuses every $ref.
func NewSet(resolve Resolver, openapi30 bool) *Set {
	s := &Set{resolve: resolve, openapi30: openapi30}
	s.engine = newEngine(s)
	return s
}

// Schema returns the model of the schema at node: the same *Schema for the same node, nil for a nil node.
func (s *Set) Schema(node *strictyaml.Node) *Schema {
	if node == nil {
		return nil
	}
	if known, ok := s.schemas.Load(node); ok {
		return known.(*Schema)
	}
	known, _ := s.schemas.LoadOrStore(node, &Schema{set: s, node: node})
	return known.(*Schema)
}

// target follows the $ref of n; nil without one, or when it leads nowhere.
func (s *Set) target(n *strictyaml.Node) *strictyaml.Node {
	ref := n.Field("$ref")
	if ref.Kind() != strictyaml.String || s.resolve == nil {
		return nil
	}
	to, err := s.resolve(n, ref.Text())
	if err != nil {
		return nil
	}
	return to
}

// Schema is one schema. A nil *Schema allows everything. Safe for concurrent use; never copied.
type Schema struct {
	set  *Set
	node *strictyaml.Node
	also []*strictyaml.Node // set when several schemas of one allOf speak about the same place: all of them hold

	choiceless bool // without the oneOf and anyOf of node; see inherited

	viewOnce sync.Once
	merged   *view

	compileOnce sync.Once
	compiled    *jsonschema.Schema
	weigh       bool // values may cost more than they look
	err         error
}

// Node returns the schema as written, before any $ref is followed.
func (s *Schema) Node() *strictyaml.Node {
	if s == nil {
		return nil
	}
	return s.node
}

// Position returns where the schema stands.
func (s *Schema) Position() strictyaml.Position { return s.Node().Position() }

// Compile readies the schema, and all that it refers to, for Validate. The error holds a *strictyaml.Error for each
// fault: a keyword with a value of the wrong shape, a bad pattern, a $ref that leads nowhere or back to itself, a schema
// too large or too deep. The first call does the work; later calls give the same answer.
func (s *Schema) Compile() error {
	if s == nil {
		return nil
	}
	s.compileOnce.Do(func() { s.compiled, s.err = s.set.engine.compile(s) })
	return s.err
}
