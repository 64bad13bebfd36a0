package schema_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-dev/understudy/internal/schema"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

const petDocument = `
schema:
  $ref: "#/components/dog"
  description: mine
components:
  animal:
    type: object
    required: [kind]
    properties:
      kind: {type: string, enum: [dog, cat, cow]}
      name: {type: [string, "null"], format: name}
      parent: {$ref: "#/components/animal"}
    additionalProperties: {type: integer}
  dog:
    x-inferred: {allOf: a page}
    description: theirs
    allOf:
      - $ref: "#/components/animal"
      - properties:
          bark: {type: string, pattern: "^w", readOnly: true}
          kind: {enum: [cow, dog, 1], x-inferred: {enum: another page}}
          tags: {items: {type: string}, prefixItems: [{type: integer}]}
          toy: {oneOf: [{properties: {a: {type: string}}}, {$ref: "#/components/ball"}]}
        required: [bark]
  ball: {type: object, writeOnly: true, properties: {size: {const: 3}, "a/b": {}}}
`

func TestModelFollowsReferencesAndMergesAllOf(t *testing.T) {
	t.Parallel()
	dog := schemaOf(t, petDocument)
	var names []string
	for _, p := range dog.Properties() {
		names = append(names, fmt.Sprintf("%s required=%t", p.Name, p.Required))
	}
	want := []string{
		"kind required=true", "name required=false", "parent required=false", "bark required=true", "tags required=false",
		"toy required=false",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("properties (-want +got):\n%s", diff)
	}
	kind := dog.Property("kind")
	if diff := cmp.Diff([]string{"dog", "cow"}, texts(kind.Enum())); diff != "" {
		t.Errorf("enum of kind, stated twice (-want +got):\n%s", diff)
	}
	if got := kind.Inferred("type"); got != "" {
		t.Errorf("the type of kind is inferred from %q, want it stated", got)
	}
	if got := dog.Property("bark").Inferred(""); got != "" {
		t.Errorf("bark is inferred from %q, want it stated", got)
	}
	if got := dog.Inferred("required"); got != "a page" {
		t.Errorf("required, which allOf brings, is inferred from %q, want a page", got)
	}
	if got := dog.Keyword("description").Text(); got != "mine" {
		t.Errorf("description is %q, want the one beside the $ref", got)
	}
	rest, allowed := dog.AdditionalProperties()
	if !allowed || !cmp.Equal(rest.Types(), []string{"integer"}) {
		t.Errorf("additional properties are %v, %t; want integers", rest.Types(), allowed)
	}
	if got := len(dog.Property("toy").OneOf()); got != 2 {
		t.Errorf("toy has %d branches, want 2", got)
	}
	bark := dog.Property("bark")
	if !bark.ReadOnly() || bark.WriteOnly() || bark.Pattern() != "^w" {
		t.Errorf("bark: readOnly %t, writeOnly %t, pattern %q", bark.ReadOnly(), bark.WriteOnly(), bark.Pattern())
	}
	if name := dog.Property("name"); name.Format() != "name" {
		t.Errorf("name: format %q", name.Format())
	}
}

// A property that two branches of an allOf describe must be judged by both.
func TestMergedPropertyIsJudgedByAllItsSchemas(t *testing.T) {
	t.Parallel()
	kind := schemaOf(t, petDocument).Property("kind")
	for text, want := range map[string]string{"dog": "", "cat": "enum 21:18 another page", "bird": "enum 10:28 ,enum 21:18 another page"} {
		problems, err := kind.Validate(text)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range problems {
			got = append(got, fmt.Sprintf("%s %d:%d %s", p.Keyword, p.Position.Line, p.Position.Column, p.Inferred))
		}
		if strings.Join(got, ",") != want {
			t.Errorf("%s: got %q, want %q", text, strings.Join(got, ","), want)
		}
	}
}

func TestTypes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		schema, openapi, types string
	}{
		"any":                   {schema: "{}", types: "any"},
		"one":                   {schema: "{type: string}", types: "string"},
		"null in the list":      {schema: `{type: ["null", string]}`, types: "string"},
		"only null":             {schema: `{type: "null"}`, types: "null"},
		"nullable in 3.0":       {schema: "{type: string, nullable: true}", openapi: "3.0.3", types: "string"},
		"nullable in 3.1":       {schema: "{type: string, nullable: true}", types: "string"},
		"typeless nullable":     {schema: "{nullable: true}", openapi: "3.0.3", types: "any"},
		"narrowed number":       {schema: "{type: number, allOf: [{type: integer}]}", types: "integer"},
		"narrowed list":         {schema: "{type: [integer, string], allOf: [{type: [number, boolean]}]}", types: "integer"},
		"contradiction":         {schema: "{type: string, allOf: [{type: integer}]}", types: "none"},
		"one part not null":     {schema: `{type: [string, "null"], allOf: [{type: string}]}`, types: "string"},
		"properties":            {schema: "{properties: {}}", types: "object"},
		"items":                 {schema: "{items: {}}", types: "array"},
		"pattern":               {schema: "{pattern: a}", types: "string"},
		"minimum":               {schema: "{minimum: 1}", types: "number"},
		"enum":                  {schema: "{enum: [a, 1, 1.5, null, true, [], {}]}", types: "string integer number boolean array object"},
		"const":                 {schema: "{const: 1.0}", types: "integer"},
		"enum of an allOf":      {schema: "{allOf: [{enum: [a, 1]}, {enum: [1]}]}", types: "integer"},
		"siblings of $ref, 3.0": {schema: `{$ref: "#/text", type: integer}`, openapi: "3.0.3", types: "string"},
		"siblings of $ref, 3.1": {schema: `{$ref: "#/text", maxLength: 3}`, types: "string"},
		"cycle":                 {schema: `{$ref: "#/cycle"}`, types: "any"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := schemaOf(t, fmt.Sprintf("openapi: %q\ntext: {type: string}\ncycle: {$ref: \"#/cycle\"}\nschema: %s\n", test.openapi, test.schema))
			got := strings.Join(s.Types(), " ")
			if got == "" {
				got = map[bool]string{true: "any", false: "none"}[s.Types() == nil]
			}
			if got != test.types {
				t.Errorf("types %q, want %q", got, test.types)
			}
		})
	}
}

func TestAt(t *testing.T) {
	t.Parallel()
	dog := schemaOf(t, petDocument)
	places := map[string]string{
		"":                           "object",
		"/kind":                      "string",
		"/parent/parent/name":        "string",
		"/tags":                      "array",
		"/tags/0":                    "integer",
		"/tags/1":                    "string",
		"/tags/*":                    "string",
		"/toy/a":                     "string",
		"/toy/size":                  "integer",
		"/toy/a~1b":                  "any",
		"/anything":                  "integer",
		"/toy/nothing":               "nowhere",
		"/kind/x":                    "nowhere",
		"/tags/-1":                   "nowhere",
		"/tags/01":                   "nowhere",
		"kind":                       "nowhere",
		"/~2":                        "nowhere",
		"/parent" + "/parent/absent": "integer",
	}
	for pointer, want := range places {
		got := "nowhere"
		if s, ok := dog.At(pointer); ok {
			got = strings.Join(s.Types(), " ")
			if s.Types() == nil {
				got = "any"
			}
		}
		if got != want {
			t.Errorf("at %q: got %s, want %s", pointer, got, want)
		}
	}
}

func TestWalk(t *testing.T) {
	t.Parallel()
	var got []string
	schemaOf(t, petDocument).Walk(func(pointer string, s *schema.Schema) bool {
		got = append(got, fmt.Sprintf("%s:%d", pointer, s.Position().Line))
		return pointer != "/tags"
	})
	want := []string{
		":3", ":15", ":18", ":7", "/kind:10", "/name:11", "/parent:12", "/*:13", ":19", "/bark:20", "/kind:21", "/tags:22", "/toy:23",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("visits (-want +got):\n%s", diff)
	}
}

func TestWalkIsBounded(t *testing.T) {
	t.Parallel()
	var doc strings.Builder
	doc.WriteString("schema: {$ref: \"#/s0\"}\n")
	const n = 12
	for i := range n {
		fmt.Fprintf(&doc, "s%d: {properties: {", i)
		for j := range n {
			fmt.Fprintf(&doc, "p%d: {$ref: \"#/s%d\"},", j, j)
		}
		doc.WriteString("}}\n")
	}
	visits := 0
	schemaOf(t, doc.String()).Walk(func(string, *schema.Schema) bool { visits++; return true })
	if visits != 10_000 {
		t.Errorf("%d visits, want the limit", visits)
	}
}

func TestNilSchemaAllowsEverything(t *testing.T) {
	t.Parallel()
	var s *schema.Schema
	if problems, err := s.Validate("x"); problems != nil || err != nil {
		t.Errorf("got %v, %v", problems, err)
	}
	if err := s.Compile(); err != nil {
		t.Error(err)
	}
	_, allowed := s.AdditionalProperties()
	_, below := s.At("/a")
	here, ok := s.At("")
	s.Walk(func(string, *schema.Schema) bool { t.Error("visited"); return true })
	if s.Types() != nil || s.Enum() != nil || s.Properties() != nil || s.Property("a") != nil ||
		s.Items() != nil || s.OneOf() != nil || s.Keyword("a") != nil || s.Inferred("a") != "" || s.Node() != nil ||
		!allowed || below || here != nil || !ok || s.ReadOnly() || s.Format() != "" || s.Position() != (strictyaml.Position{}) {
		t.Error("a nil schema says something")
	}
}

func TestSameNodeSameSchema(t *testing.T) {
	t.Parallel()
	set := schema.NewSet(nil, false)
	node := parse(t, "same.yaml", "{type: string}")
	first, second := set.Schema(node), set.Schema(node)
	if first != second {
		t.Error("two schemas for one node")
	}
	if set.Schema(nil) != nil {
		t.Error("a schema for no node")
	}
}

func texts(nodes []*strictyaml.Node) []string {
	var texts []string
	for _, n := range nodes {
		texts = append(texts, n.Text())
	}
	return texts
}
