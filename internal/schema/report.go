package schema

import (
	"errors"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// reporter turns the library's tree of errors into Problems: the leaves count, and their places.
type reporter struct {
	engine *engine
	value  any
	places map[string]place
	doubts []Problem // worth telling only when there is nothing else; see doubtful
	err    error     // the value or the schema cannot be judged at all
}

// finding is a Problem before it is placed.
type finding struct {
	at        []string // below the value that the library names
	keyword   []string // its path in the schema; empty when the schema itself, false, is what refuses
	want, got string
}

// collect lists the problems below failure. inferred is the source that covers the $ref or keyword that led here.
func (r *reporter) collect(failure *jsonschema.ValidationError, inferred string) []Problem {
	switch k := failure.ErrorKind.(type) {
	case *kind.Schema, *kind.Group, *kind.AllOf:
		return r.collectAll(failure.Causes, inferred)
	case *kind.Reference:
		if inferred == "" {
			inferred = r.place(failure.SchemaURL, []string{"$ref"}).inferred
		}
		return r.collectAll(failure.Causes, inferred)
	case *kind.AnyOf:
		return r.branches(failure, "anyOf", inferred)
	case *kind.OneOf:
		if len(k.Subschemas) == 0 {
			return r.branches(failure, "oneOf", inferred)
		}
	case *kind.PropertyNames:
		return r.badName(failure, k.Property, inferred)
	case *unusable:
		r.err = k.err
		return nil
	case *kind.RefCycle, *kind.InvalidJsonValue:
		r.err = fmt.Errorf("cannot judge the value at %q: %s", strictyaml.Pointer(failure.InstanceLocation...), oneLine(failure))
		return nil
	}
	return r.leaf(failure, inferred)
}

// maxProblems bounds what is told of one value; nobody reads more, and a hostile value has a million.
const maxProblems = 1000

func (r *reporter) collectAll(failures []*jsonschema.ValidationError, inferred string) []Problem {
	var problems []Problem
	for _, failure := range failures {
		if len(problems) >= maxProblems {
			return problems[:maxProblems]
		}
		problems = append(problems, r.collect(failure, inferred)...)
	}
	return problems
}

// leaf reports a failure that has no causes of interest.
func (r *reporter) leaf(failure *jsonschema.ValidationError, inferred string) []Problem {
	got := valueAt(r.value, failure.InstanceLocation)
	var problems []Problem
	for _, f := range r.findings(failure, got) {
		keyword := f.keyword
		at := r.place(failure.SchemaURL, keyword)
		if len(keyword) == 0 {
			keyword = refusingKeyword(failure.SchemaURL)
		}
		problems = append(problems, Problem{
			Pointer:  strictyaml.Pointer(failure.InstanceLocation...) + strictyaml.Pointer(f.at...),
			Keyword:  keyword[0],
			Want:     f.want,
			Got:      f.got,
			Position: at.position,
			Inferred: firstOf(inferred, at.inferred),
		})
	}
	if r.doubtful(failure) {
		r.doubts = append(r.doubts, problems...)
		return nil
	}
	return problems
}

// doubtful recognizes a property or item that unevaluatedProperties or unevaluatedItems forbids although the schema
// knows it. Most often that only echoes another problem: a branch that fails no longer speaks for what it declares.
func (r *reporter) doubtful(failure *jsonschema.ValidationError) bool {
	_, isFalse := failure.ErrorKind.(*kind.FalseSchema)
	url, keyword := failure.SchemaURL, ""
	if end := strings.LastIndexByte(url, '/'); end >= 0 {
		url, keyword = url[:end], url[end+1:]
	}
	path := failure.InstanceLocation
	if !isFalse || !strings.HasPrefix(keyword, "unevaluated") || len(path) == 0 {
		return false
	}
	holder := r.engine.set.Schema(r.place(url, nil).schema)
	_, declared := holder.At(strictyaml.Pointer(path[len(path)-1]))
	return declared
}

// badName reports what is wrong with the name of a property: its place is the property, what is judged is the name.
func (r *reporter) badName(failure *jsonschema.ValidationError, name, inferred string) []Problem {
	names := &reporter{engine: r.engine, value: name, places: r.places}
	for _, cause := range failure.Causes {
		rebase(cause, len(failure.InstanceLocation)+1)
	}
	problems := names.collectAll(failure.Causes, firstOf(inferred, r.place(failure.SchemaURL, []string{"propertyNames"}).inferred))
	r.err = errors.Join(r.err, names.err)
	for i := range problems {
		problems[i].Pointer = strictyaml.Pointer(append(append([]string{}, failure.InstanceLocation...), name)...)
		problems[i].Keyword = "propertyNames"
		problems[i].Want = "a property name: " + problems[i].Want
	}
	return problems
}

// rebase cuts the first tokens off the paths in a tree of errors.
func rebase(failure *jsonschema.ValidationError, tokens int) {
	failure.InstanceLocation = failure.InstanceLocation[min(tokens, len(failure.InstanceLocation)):]
	for _, cause := range failure.Causes {
		rebase(cause, tokens)
	}
}

// place finds a keyword of the schema at an address of the library.
func (r *reporter) place(url string, keyword []string) place {
	key := url + strictyaml.Pointer(keyword...)
	if known, ok := r.places[key]; ok {
		return known
	}
	r.engine.mu.Lock()
	resource := r.engine.resourceAt(url)
	r.engine.mu.Unlock()
	var found place
	if resource != nil && resource.schema.also == nil {
		found = follow(resource.schema.node, pathOf(url), keyword)
	}
	r.places[key] = found
	return found
}

// refusingKeyword is the keyword under which a schema that is false stands.
func refusingKeyword(url string) []string {
	keyword := "false"
	path := pathOf(url)
	for len(path) > 0 {
		keyword = path[0]
		path = path[1:]
		if len(path) > 0 && (shapeOf(keyword) == schemaMap || shapeOf(keyword) == schemaList) {
			path = path[1:]
		}
	}
	return []string{keyword}
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
