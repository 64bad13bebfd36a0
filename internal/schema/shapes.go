package schema

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// subject names what load errors of this package are about.
const subject = "schema"

const maxCount = 1<<31 - 1

// check judges the value of a keyword whose value is not a schema; it reports what is wrong and answers whether the
// engine is to see the keyword.
func (c *converter) check(n *strictyaml.Node, f strictyaml.Field) bool {
	before := c.into.problems.Len()
	switch c.dialectShape(f.Key) {
	case anyNumber, positiveNumber, count:
		c.checkNumber(f)
	case boolean:
		c.checkKind(f, strictyaml.Bool, "true or false")
	case text:
		c.checkKind(f, strictyaml.String, "a string")
	case regularExpression:
		c.checkPattern(f)
	case typeNames:
		c.checkTypes(f)
	case valueList:
		c.checkEnum(f)
	case anyValue:
		c.checkNumbers(f.Value)
	case nameList:
		c.checkNames(f.Key, f.Value)
	case nameListMap:
		c.checkNameMap(f)
	case unsupported:
		c.into.problems.Add(n.KeyPosition(f.Key), subject, f.Key+" is not supported", "use $ref with a path")
	case dialect:
		c.checkDialect(f)
		return false
	case sources:
		c.checkSources(n, f)
		return false
	case annotation, oneSchema, schemaList, schemaMap, referenceText: // not values to check
	}
	return c.into.problems.Len() == before
}

// dialectShape is shapeOf, and OpenAPI 3.0's own view of the keywords that it sees differently.
func (c *converter) dialectShape(keyword string) shape {
	if c.openapi3 && (keyword == "exclusiveMinimum" || keyword == "exclusiveMaximum" || keyword == "nullable") {
		return boolean
	}
	return shapeOf(keyword)
}

func (c *converter) checkKind(f strictyaml.Field, kind strictyaml.Kind, want string) {
	if f.Value.Kind() != kind {
		c.fault(f.Value, "", "%s: want %s, got %s", f.Key, want, describeNode(f.Value))
	}
}

func (c *converter) checkNumber(f strictyaml.Field) {
	want := map[shape]string{
		anyNumber: "a number", positiveNumber: "a number greater than 0", count: "a whole number from 0 to 2147483647",
	}[shapeOf(f.Key)]
	hint := ""
	if f.Value.Kind() == strictyaml.Bool && strings.HasPrefix(f.Key, "exclusive") {
		hint = "a boolean here is OpenAPI 3.0; since 3.1 it is the bound itself"
	}
	number, ok := exact(f.Value)
	switch {
	case !ok && f.Value.Kind() == strictyaml.Number:
		want = "a number of " + numberBounds
	case !ok:
	case shapeOf(f.Key) == positiveNumber && number.Sign() <= 0:
		ok = false
	case shapeOf(f.Key) == count:
		ok = number.IsInt() && number.Sign() >= 0 && number.Cmp(big.NewRat(maxCount, 1)) <= 0
	}
	if !ok {
		c.fault(f.Value, hint, "%s: want %s, got %s", f.Key, want, describeNode(f.Value))
	}
}

// exact returns the number at n, unless it is none or one with too many digits to compute with.
func exact(n *strictyaml.Node) (*big.Rat, bool) {
	if n.Kind() != strictyaml.Number || !reasonable(n.Text()) {
		return nil, false
	}
	return new(big.Rat).SetString(n.Text())
}

func (c *converter) checkPattern(f strictyaml.Field) {
	if f.Value.Kind() != strictyaml.String {
		c.checkKind(f, strictyaml.String, "a regular expression")
		return
	}
	if err := c.engine.patterns.check(f.Value.Text()); err != nil {
		c.fault(f.Value, "", "%s", badPattern(f.Value.Text(), err))
	}
}

func badPattern(pattern string, err error) string {
	return fmt.Sprintf("%q is not a regular expression: %v", cut(pattern), err)
}

func (c *converter) checkTypes(f strictyaml.Field) {
	names := []*strictyaml.Node{f.Value}
	if f.Value.Kind() == strictyaml.Sequence {
		names = f.Value.Items()
		if c.openapi3 {
			c.fault(f.Value, "use nullable: true for null", "type: OpenAPI 3.0 wants one name, got a list")
			return
		}
		if len(names) == 0 {
			c.fault(f.Value, "", "type: the list is empty")
		}
	}
	known := jsonTypes()
	seen := map[string]bool{}
	for _, n := range names {
		name := n.Text()
		switch {
		case n.Kind() == strictyaml.Null:
			c.fault(n, `write "null" in quotes for the type`, "type: want the name of a type, got null")
		case n.Kind() != strictyaml.String:
			c.fault(n, "", "type: want the name of a type, got %s", describeNode(n))
		case !slices.Contains(known, name):
			c.fault(n, strictyaml.ClosestHint(name, known), "type %q does not exist", cut(name))
		case name == "null" && c.openapi3:
			c.fault(n, "use nullable: true beside the type", `type "null" does not exist in OpenAPI 3.0`)
		case seen[name]:
			c.fault(n, "", "type %q is there twice", name)
		}
		seen[name] = true
	}
}

func (c *converter) checkEnum(f strictyaml.Field) {
	if f.Value.Kind() != strictyaml.Sequence || len(f.Value.Items()) == 0 {
		c.fault(f.Value, "", "enum: want a list of at least one value, got %s", describeNode(f.Value))
		return
	}
	seen := map[string]bool{}
	for _, item := range f.Value.Items() {
		c.checkNumbers(item)
		key := canonical(item)
		if seen[key] {
			c.fault(item, "", "enum: %s is there twice", render(item.Value()))
		}
		seen[key] = true
	}
}

// checkNumbers refuses numbers inside enum and const that are too long to compare.
func (c *converter) checkNumbers(n *strictyaml.Node) {
	if n.Kind() == strictyaml.Number && !reasonable(n.Text()) {
		c.fault(n, "", "want a number of %s, got %s", numberBounds, cut(n.Text()))
	}
	for _, item := range n.Items() {
		c.checkNumbers(item)
	}
	for _, field := range n.Fields() {
		c.checkNumbers(field.Value)
	}
}

func (c *converter) checkNames(keyword string, list *strictyaml.Node) {
	if list.Kind() != strictyaml.Sequence {
		hint := ""
		if keyword == "required" && list.Kind() == strictyaml.Bool {
			hint = "name the property in the required list of the object around it"
		}
		c.fault(list, hint, "%s: want a list of property names, got %s", keyword, describeNode(list))
		return
	}
	seen := map[string]bool{}
	for _, item := range list.Items() {
		switch {
		case item.Kind() != strictyaml.String:
			c.fault(item, "", "%s: want the name of a property, got %s", keyword, describeNode(item))
		case seen[item.Text()]:
			c.fault(item, "", "%s: %q is there twice", keyword, cut(item.Text()))
		}
		seen[item.Text()] = true
	}
}

func (c *converter) checkNameMap(f strictyaml.Field) {
	if f.Value.Kind() != strictyaml.Mapping {
		c.checkKind(f, strictyaml.Mapping, "a mapping of lists of property names")
		return
	}
	for _, field := range f.Value.Fields() {
		c.checkNames(f.Key, field.Value)
	}
}

// checkDialect accepts the dialects that read the same here: JSON Schema 2020-12 and OpenAPI 3.1's own.
func (c *converter) checkDialect(f strictyaml.Field) {
	switch strings.TrimSuffix(f.Value.Text(), "#") {
	case "https://json-schema.org/draft/2020-12/schema", "https://spec.openapis.org/oas/3.1/dialect/base":
	default:
		c.fault(f.Value, "2020-12 is what OpenAPI 3.1 uses", "$schema: the dialect %s is not supported", render(f.Value.Value()))
	}
}

// checkSources judges x-inferred: a source for the whole schema, or one for each keyword that it names.
func (c *converter) checkSources(n *strictyaml.Node, f strictyaml.Field) {
	switch f.Value.Kind() {
	case strictyaml.String:
	case strictyaml.Mapping:
		var keywords []string
		for _, field := range n.Fields() {
			if field.Key != f.Key {
				keywords = append(keywords, field.Key)
			}
		}
		for _, field := range f.Value.Fields() {
			if n.Field(field.Key) == nil {
				c.into.problems.Add(f.Value.KeyPosition(field.Key), subject,
					fmt.Sprintf("x-inferred: the schema has no keyword %q", field.Key), strictyaml.ClosestHint(field.Key, keywords))
			}
			if field.Value.Kind() != strictyaml.String || strings.TrimSpace(field.Value.Text()) == "" {
				c.fault(field.Value, "", "x-inferred: want the source of %s, a string, got %s", field.Key, describeNode(field.Value))
			}
		}
	default:
		c.fault(f.Value, "", "x-inferred: want a source or a mapping of keywords to sources, got %s", describeNode(f.Value))
	}
}
