package schema

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

const (
	maxSchemaDepth = 200    // of schemas within schemas in one place of the document
	maxSubschemas  = 10_000 // in one component; the library's compiler is quadratic in them
)

// converter turns the nodes of one resource into the plain 2020-12 document that the library compiles. It keeps only
// keywords that judge, in their places, so that a pointer into the document is a pointer into the node.
type converter struct {
	engine   *engine
	into     *resource
	stopped  bool
	openapi3 bool // the dialect of 3.0
}

// convert returns the document of r's schema and fills in what it learns on the way. Call it under mu.
func (e *engine) convert(r *resource) any {
	c := &converter{engine: e, into: r, openapi3: e.set.openapi30}
	if r.schema.also == nil {
		return c.schema(r.schema.node, 0, true)
	}
	all := []any{c.refer(e.set.Schema(r.schema.node), r.schema.Position(), true)}
	for _, n := range r.schema.also {
		all = append(all, c.refer(e.set.Schema(n), n.Position(), true))
	}
	return map[string]any{"allOf": all}
}

func (c *converter) fault(at *strictyaml.Node, hint, problem string, args ...any) {
	c.into.problems.Add(at.Position(), subject, fmt.Sprintf(problem, args...), hint)
}

// schema converts the schema at n. sameValue is true while it judges the very value that the resource judges.
func (c *converter) schema(n *strictyaml.Node, depth int, sameValue bool) any {
	if !c.admit(n, depth, sameValue) {
		return true
	}
	switch {
	case n.Kind() == strictyaml.Bool && !c.openapi3:
		return n.Value()
	case n.Kind() != strictyaml.Mapping:
		c.fault(n, "", "want a schema, which is a mapping, got %s", describeNode(n))
		return true
	case c.openapi3 && n.Field("$ref") != nil: // "This object cannot be extended", OpenAPI 3.0.3, Reference Object
		document := map[string]any{}
		c.keyword(n, strictyaml.Field{Key: "$ref", Value: n.Field("$ref")}, document, depth, sameValue)
		return document
	}
	document := make(map[string]any, len(n.Fields()))
	for _, f := range n.Fields() {
		if depth == 0 && c.into.schema.choiceless && (f.Key == "oneOf" || f.Key == "anyOf") {
			continue
		}
		c.keyword(n, f, document, depth, sameValue)
	}
	if c.openapi3 {
		c.modernize(n, document)
	}
	return document
}

func (c *converter) admit(n *strictyaml.Node, depth int, sameValue bool) bool {
	c.into.subschemas++
	if sameValue {
		c.into.weight++
	}
	if c.stopped {
		return false
	}
	if depth > maxSchemaDepth {
		c.stopped = true
		c.fault(n, "", "schemas nest deeper than %d", maxSchemaDepth)
	}
	if c.into.subschemas > maxSubschemas {
		c.stopped = true
		c.fault(n, "move parts to components and refer to them", "more than %d schemas in one component", maxSubschemas)
	}
	return !c.stopped
}

// keyword converts one keyword of the schema at n into document.
func (c *converter) keyword(n *strictyaml.Node, f strictyaml.Field, document map[string]any, depth int, sameValue bool) {
	if c.openapi3 && since31(f.Key) {
		c.into.problems.Add(n.KeyPosition(f.Key), subject, fmt.Sprintf("OpenAPI 3.0 has no keyword %q", f.Key),
			"it came with 3.1")
		return
	}
	sameValue = sameValue && inPlace(f.Key)
	switch c.dialectShape(f.Key) {
	case annotation:
	case oneSchema:
		c.single(f, document, depth, sameValue)
	case schemaList:
		c.list(f, document, depth, sameValue)
	case schemaMap:
		c.mapping(f, document, depth, sameValue)
	case referenceText:
		if target := c.reference(n, f.Value); target != nil {
			maps.Copy(document, c.refer(c.inherited(n, target), f.Value.Position(), sameValue))
		}
	default:
		if c.check(n, f) {
			document[f.Key] = f.Value.Value()
		}
	}
}

func (c *converter) single(f strictyaml.Field, document map[string]any, depth int, sameValue bool) {
	name := f.Key
	switch {
	case name == "propertyNames":
		name = namesKeyword
	case c.openapi3 && name == "additionalProperties" && f.Value.Kind() == strictyaml.Bool:
		document[name] = f.Value.Value()
		return
	}
	document[name] = c.schema(f.Value, depth+1, sameValue)
}

func (c *converter) list(f strictyaml.Field, document map[string]any, depth int, sameValue bool) {
	items := f.Value.Items()
	if f.Value.Kind() != strictyaml.Sequence || len(items) == 0 {
		c.fault(f.Value, "", "%s: want a list of at least one schema, got %s", f.Key, describeNode(f.Value))
		return
	}
	schemas := make([]any, len(items))
	for i, item := range items {
		schemas[i] = c.schema(item, depth+1, sameValue)
	}
	document[f.Key] = schemas
}

func (c *converter) mapping(f strictyaml.Field, document map[string]any, depth int, sameValue bool) {
	if f.Value.Kind() != strictyaml.Mapping {
		c.fault(f.Value, "", "%s: want a mapping of schemas, got %s", f.Key, describeNode(f.Value))
		return
	}
	schemas := make(map[string]any, len(f.Value.Fields()))
	for _, field := range f.Value.Fields() {
		if f.Key == "patternProperties" {
			if err := c.engine.patterns.check(field.Key); err != nil {
				c.into.problems.Add(f.Value.KeyPosition(field.Key), subject, badPattern(field.Key, err), "")
				continue
			}
		}
		schemas[field.Key] = c.schema(field.Value, depth+1, sameValue)
	}
	document[f.Key] = schemas
}

// reference finds the target of a $ref; nil when it reported why it cannot.
func (c *converter) reference(n, ref *strictyaml.Node) *strictyaml.Node {
	if ref.Kind() != strictyaml.String {
		c.fault(ref, "", "$ref: want a string, got %s", describeNode(ref))
		return nil
	}
	if c.engine.set.resolve == nil {
		c.fault(ref, "", "$ref %q cannot be followed here", ref.Text())
		return nil
	}
	target, err := c.engine.set.resolve(n, ref.Text())
	var placed *strictyaml.Error
	switch {
	case errors.As(err, &placed):
		c.into.problems.AddError(err)
		return nil
	case err != nil:
		c.fault(ref, "", "$ref %q: %v", ref.Text(), err)
		return nil
	case target == nil:
		c.fault(ref, "", "$ref %q leads nowhere", ref.Text())
	}
	return target
}

// refer makes the target a resource of its own and returns the keyword that names it.
func (c *converter) refer(target *Schema, at strictyaml.Position, sameValue bool) map[string]any {
	id := c.engine.id(target)
	c.into.references = append(c.into.references, reference{target: id, position: at, sameValue: sameValue})
	return map[string]any{referenceKeyword: address(id)}
}

// modernize rewrites what OpenAPI 3.0 says in its own way.
func (c *converter) modernize(n *strictyaml.Node, document map[string]any) {
	for bound, exclusive := range map[string]string{"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"} {
		strict, ok := document[exclusive].(bool)
		if !ok {
			continue
		}
		delete(document, exclusive)
		limit, bounded := document[bound]
		if strict && !bounded {
			c.fault(n.Field(exclusive), "", "%s needs a %s beside it", exclusive, bound)
		}
		if strict && bounded {
			document[exclusive] = limit
			delete(document, bound)
		}
	}
	nullable := document["nullable"] == true
	delete(document, "nullable")
	name, typed := document["type"].(string)
	if !nullable || !typed { // without a type beside it, nullable says nothing: OpenAPI 3.0.3, Schema Object
		return
	}
	document["type"] = []any{name, "null"}
	if values, ok := document["enum"].([]any); ok && !slices.Contains(values, nil) {
		document["enum"] = append(slices.Clone(values), nil)
	}
}
