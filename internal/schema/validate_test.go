package schema_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/understudy-dev/understudy/internal/schema"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// bound is generous: what it guards against takes hours.
const bound = 20 * time.Second

func inTime(t *testing.T, do func()) {
	t.Helper()
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		do()
	}()
	select {
	case <-finished:
	case <-time.After(bound):
		t.Fatal("not finished in time")
	}
}

func TestExplodingPatternIsBounded(t *testing.T) {
	t.Parallel()
	s := schemaOf(t, `schema: {items: {pattern: "^(?=a)(a+)+$"}}`)
	var list []any
	for range 1000 {
		list = append(list, strings.Repeat("a", 60)+"!")
	}
	inTime(t, func() {
		problems, err := s.Validate(list)
		if err != nil || len(problems) != len(list) {
			t.Errorf("%d problems, %v; want one for each of %d items", len(problems), err, len(list))
			return
		}
		if !strings.HasSuffix(problems[0].Got, "(the pattern took too long)") {
			t.Errorf("got %s, want the reason too", problems[0].Got)
		}
	})
}

func TestIntricateValueIsRefused(t *testing.T) {
	t.Parallel()
	s := schemaOf(t, `
schema: {$ref: "#/filter"}
filter:
  oneOf:
    - {properties: {op: {const: and}, of: {type: array, items: {$ref: "#/filter"}}}, required: [op, of]}
    - {properties: {op: {const: or}, of: {type: array, items: {$ref: "#/filter"}}}, required: [op, of]}
    - {properties: {op: {const: leaf}}, required: [op]}
`)
	nested := func(depth int) any {
		var v any = map[string]any{"op": "leaf"}
		for range depth {
			v = map[string]any{"op": "or", "of": []any{v}}
		}
		return v
	}
	if problems, err := s.Validate(nested(8)); err != nil || problems != nil {
		t.Errorf("a value of ordinary depth: %v, %v", problems, err)
	}
	inTime(t, func() {
		if _, err := s.Validate(nested(60)); err == nil || !strings.Contains(err.Error(), "intricate") {
			t.Errorf("got %v, want it refused", err)
		}
	})
}

// Each schema applies itself twice to what lies one level deeper; 2^60 applications are refused, 2^4 are not.
func TestEveryWayToRecurseTwiceIsWeighed(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{allOf: [{properties: {a: {$ref: "#/schema"}}}, {properties: {a: {$ref: "#/schema"}}}]}`,
		`{patternProperties: {"^a": {$ref: "#/schema"}, "a$": {$ref: "#/schema"}}}`,
		`{anyOf: [{properties: {a: {$ref: "#/schema"}}}, {additionalProperties: {$ref: "#/schema"}}]}`,
		`{dependentSchemas: {a: {properties: {a: {$ref: "#/schema"}}}}, properties: {a: {$ref: "#/schema"}}}`,
		`{if: {properties: {a: {$ref: "#/schema"}}}, then: {properties: {a: {$ref: "#/schema"}}}, not: {required: [b]}}`,
		`{properties: {a: {contains: {$ref: "#/schema"}, items: {$ref: "#/schema"}}}}`,
		`{properties: {a: {prefixItems: [{$ref: "#/schema"}], allOf: [{items: {$ref: "#/schema"}}]}}}`,
	} {
		s := schemaOf(t, "schema: "+text)
		inTime(t, func() {
			for depth, refused := range map[int]bool{4: false, 60: true} {
				var v any = map[string]any{}
				for range depth {
					v = map[string]any{"a": v}
					if strings.Contains(text, "tems:") {
						v = map[string]any{"a": []any{v.(map[string]any)["a"]}}
					}
				}
				if _, err := s.Validate(v); (err != nil) != refused {
					t.Errorf("%s: depth %d: got %v", text, depth, err)
				}
			}
		})
	}
}

func TestWideValueOfARecursiveSchemaIsFine(t *testing.T) {
	t.Parallel()
	s := schemaOf(t, `schema: {properties: {children: {items: {$ref: "#/schema"}}}, additionalProperties: {type: integer}}`)
	var children []any
	for i := range 50_000 {
		children = append(children, map[string]any{"a": json.Number(strconv.Itoa(i))})
	}
	if problems, err := s.Validate(map[string]any{"children": children}); err != nil || problems != nil {
		t.Errorf("got %d problems, %v", len(problems), err)
	}
}

func TestDeepValueIsRefused(t *testing.T) {
	t.Parallel()
	var v any
	for range 2000 {
		v = []any{v}
	}
	if _, err := schemaOf(t, "schema: {items: {$ref: '#/schema'}}").Validate(v); err == nil {
		t.Error("want an error")
	}
}

func TestDeepAndLargeSchemasAreRefused(t *testing.T) {
	t.Parallel()
	deep := "{type: string}"
	for range 250 {
		deep = "{items: " + deep + "}"
	}
	var wide, chain strings.Builder
	wide.WriteString("schema:\n  anyOf:\n")
	for range 12_000 {
		wide.WriteString("    - {}\n")
	}
	chain.WriteString("schema: {$ref: '#/c0'}\n")
	for i := range 100 {
		fmt.Fprintf(&chain, "c%d: {$ref: '#/c%d'}\n", i, i+1)
	}
	chain.WriteString("c100: {type: string}\n")
	for text, want := range map[string]string{
		"schema: " + deep: "deeper than 200", wide.String(): "more than 10000", chain.String(): "chain of more than 64",
	} {
		inTime(t, func() {
			doc, err := strictyaml.Parse("schema.yaml", []byte(text), strictyaml.Limits{Depth: 1000})
			if err != nil {
				t.Error(err)
				return
			}
			s := schema.NewSet(resolver(nil), false).Schema(doc.Field("schema"))
			err = s.Compile()
			var placed *strictyaml.Error
			if !errors.As(err, &placed) || !strings.Contains(placed.Problem, want) || placed.Position.Line == 0 {
				t.Errorf("got %v, want %q with a position", err, want)
			}
			s.Types()
			s.Properties()
		})
	}
}

func TestValuesThatAreNotJSON(t *testing.T) {
	t.Parallel()
	s := schemaOf(t, "schema: {properties: {a: {minimum: 1}}}")
	for _, v := range []any{math.NaN(), struct{}{}} {
		if _, err := s.Validate(map[string]any{"a": v}); err == nil {
			t.Errorf("%v: want an error", v)
		}
	}
	for _, text := range []string{"", "-", "x", "01", "1.", ".5", "1e", "1e+", "+1", "0x10", "1_0", strings.Repeat("9", 2000), "1e99999999999999999999"} {
		problems, err := s.Validate(map[string]any{"a": json.Number(text)})
		if err != nil || len(problems) != 1 || problems[0].Pointer != "/a" {
			t.Errorf("%.20q: got %v, %v; want one problem", text, problems, err)
		}
	}
	for _, v := range []any{5, int64(5), 5.5, uint8(5), json.Number("-0.5E+2"), json.Number("1e2")} {
		problems, err := s.Validate(map[string]any{"a": v})
		if want := v == json.Number("-0.5E+2"); err != nil || (len(problems) > 0) != want {
			t.Errorf("%v: got %v, %v", v, problems, err)
		}
	}
}

func TestNoResolverRefusesReferences(t *testing.T) {
	t.Parallel()
	doc := parse(t, "none.yaml", "{$ref: '#/a'}")
	err := schema.NewSet(nil, false).Schema(doc).Compile()
	if err == nil || !strings.HasPrefix(err.Error(), "none.yaml:1:8: ") {
		t.Errorf("got %v", err)
	}
}

// The model reads on where Compile would complain.
func TestModelOfBrokenSchemas(t *testing.T) {
	t.Parallel()
	s := schemaOf(t, `schema: {$ref: "#/nowhere", type: [1], enum: x, properties: [a], allOf: {a: 1}, required: b, items: 1}`)
	if got := s.Properties(); got != nil {
		t.Errorf("properties %v", got)
	}
	if got := s.Enum(); got != nil {
		t.Errorf("enum %v", got)
	}
	if s.Compile() == nil {
		t.Error("compiles")
	}
	unresolved := schema.NewSet(nil, true).Schema(parse(t, "u.yaml", "{$ref: x}"))
	if unresolved.Types() != nil || unresolved.Keyword("type") != nil {
		t.Error("an unresolved reference says something")
	}
}

// The resolver's own errors have positions, which must survive.
func TestResolverErrorsAreKept(t *testing.T) {
	t.Parallel()
	doc := parse(t, "kept.yaml", "{$ref: '#/a'}")
	fault := &strictyaml.Error{Position: strictyaml.Position{File: "else.yaml", Line: 3, Column: 4}, Subject: "$ref", Problem: "refused"}
	err := schema.NewSet(func(*strictyaml.Node, string) (*strictyaml.Node, error) { return nil, fault }, false).Schema(doc).Compile()
	if err == nil || err.Error() != "else.yaml:3:4: $ref: refused" {
		t.Errorf("got %v", err)
	}
}

func TestFirstUseFromManyGoroutines(t *testing.T) {
	t.Parallel()
	doc := parse(t, "schema.yaml", petDocument)
	set := schema.NewSet(resolver(nil), false)
	names := []string{"animal", "dog", "ball"}
	var group sync.WaitGroup
	for i := range 24 {
		group.Go(func() {
			s := set.Schema(doc.Field("components").Field(names[i%len(names)]))
			problems, err := s.Validate(map[string]any{"kind": "bird", "size": json.Number("4"), "bark": "x"})
			if err != nil || len(problems) == 0 {
				t.Errorf("%s: got %v, %v", names[i%len(names)], problems, err)
			}
			s.Walk(func(string, *schema.Schema) bool { return true })
			s.At("/parent/parent/kind")
			s.Property("kind").Enum()
		})
	}
	group.Wait()
}

func TestProblemsAreStable(t *testing.T) {
	t.Parallel()
	s := schemaOf(t, petDocument)
	v := map[string]any{"kind": "x", "bark": "x", "name": json.Number("1"), "b": "x", "c": "x", "tags": []any{"x", json.Number("1")}}
	first, err := s.Validate(v)
	if err != nil || len(first) < 6 {
		t.Fatalf("got %v, %v", first, err)
	}
	for range 20 {
		if again, _ := s.Validate(v); fmt.Sprint(again) != fmt.Sprint(first) {
			t.Fatalf("got %v, then %v", first, again)
		}
	}
}

func FuzzValidate(f *testing.F) {
	f.Add("{type: string, minLength: 3}", `"a"`, false)
	f.Add("{properties: {a: {$ref: '#'}}, required: [b], additionalProperties: false}", `{"a": {"c": 1}}`, false)
	f.Add("{properties: {a: {$ref: '#/b'}}, b: {oneOf: [{$ref: '#/b'}]}}", `{"a": {}}`, false)
	f.Add("{oneOf: [{type: integer, nullable: true, minimum: 1, exclusiveMinimum: true}]}", `null`, true)
	f.Add("{pattern: '^(?=a)', propertyNames: {format: regex}, enum: [1, {}]}", `{"(": 1}`, false)
	f.Add("{multipleOf: 1e-7, x-inferred: {multipleOf: p}}", `1e400`, false)
	f.Fuzz(func(_ *testing.T, schemaText, valueText string, openapi30 bool) {
		doc, err := strictyaml.Parse("f.yaml", []byte(schemaText), strictyaml.Limits{Bytes: 1 << 12})
		if err != nil {
			return
		}
		decoder := json.NewDecoder(strings.NewReader(valueText))
		decoder.UseNumber()
		var v any
		if decoder.Decode(&v) != nil {
			return
		}
		s := schema.NewSet(resolver(nil), openapi30).Schema(doc)
		_, _ = s.Validate(v)
		s.Types()
		s.Enum()
		s.At("/a/b/0")
		s.Walk(func(_ string, s *schema.Schema) bool { s.Properties(); s.Inferred("a"); return true })
	})
}

func TestProblemsAreBounded(t *testing.T) {
	t.Parallel()
	s := schemaOf(t, `schema: {items: {type: string}}`)
	problems, err := s.Validate(make([]any, 5000))
	if err != nil || len(problems) == 0 || len(problems) > 1000 {
		t.Errorf("got %d problems and %v", len(problems), err)
	}
}
