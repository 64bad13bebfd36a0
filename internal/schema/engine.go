package schema

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// maxClosure bounds the schemas that one schema leads to, those below a $ref target counted for it again.
const maxClosure = 1_000_000

// engine runs the JSON Schema library. Each schema that is used by itself or is the target of a $ref is a resource of
// its own there, mem:///<id>, compiled when a value first reaches it. The library follows no $ref: we do, in a vocabulary
// of ours (see reference), because its compiler is quadratic in the schemas that refer to each other.
type engine struct {
	set      *Set
	patterns *patterns

	mu        sync.Mutex // guards all below; the library's compiler is not safe for concurrent use
	compiler  *jsonschema.Compiler
	ids       map[*Schema]int
	resources []*resource
	parents   map[*strictyaml.Node]*Schema                   // choiceless ones
	families  map[*strictyaml.Node]map[*strictyaml.Node]bool // heirs by parent
	heirsSeen int
}

// resource is a schema as the library gets to see it.
type resource struct {
	schema     *Schema
	checked    bool // the fields up to weight are filled
	references []reference
	problems   strictyaml.Problems // of its own keywords, not of what it refers to
	subschemas int
	weight     int         // of subschemas that judge the same value as the resource
	sound      bool        // neither it nor anything that it leads to has problems
	measured   measurement // of references that judge the same value
	spread     measurement // of all references
	compiled   atomic.Pointer[jsonschema.Schema]
}

// reference is a $ref from one resource to another.
type reference struct {
	target    int
	position  strictyaml.Position
	sameValue bool // followed without a step into the value
}

func newEngine(set *Set) *engine {
	e := &engine{
		set: set, patterns: newPatterns(), compiler: jsonschema.NewCompiler(), ids: map[*Schema]int{},
		parents: map[*strictyaml.Node]*Schema{}, families: map[*strictyaml.Node]map[*strictyaml.Node]bool{},
	}
	e.compiler.DefaultDraft(jsonschema.Draft2020)
	e.compiler.AssertFormat()
	e.compiler.UseLoader(e)
	e.compiler.UseRegexpEngine(e.patterns.compile)
	for _, f := range formats() {
		e.compiler.RegisterFormat(f)
	}
	e.compiler.RegisterVocabulary(propertyNamesVocabulary())
	e.compiler.RegisterVocabulary(e.referenceVocabulary())
	e.compiler.AssertVocabs()
	return e
}

// compile checks s and everything that it refers to, and readies s itself.
func (e *engine) compile(s *Schema) (*jsonschema.Schema, error) {
	root, err := e.check(s)
	if err != nil {
		return nil, err
	}
	return e.ready(root)
}

// check looks at s and everything that it refers to.
func (e *engine) check(s *Schema) (*resource, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	root := e.id(s)
	reached, ok := e.closure(root)
	var problems strictyaml.Problems
	if !ok {
		problems.Add(s.Position(), subject, fmt.Sprintf("it leads to more than %d schemas", maxClosure), "")
		return nil, problems.Err()
	}
	for _, r := range reached {
		e.measure(e.ids[r.schema], 0)
	}
	for _, r := range reached {
		problems.AddError(r.problems.Err())
	}
	if err := problems.Err(); err != nil {
		return nil, err
	}
	for _, r := range reached {
		r.sound = true
	}
	s.weigh = e.spread(root, 0) > maxSpread
	return e.resources[root], nil
}

// closure lists root and all that it leads to, as far as it is not known to be sound; false when that is too much.
func (e *engine) closure(root int) ([]*resource, bool) {
	var reached []*resource
	total := 0
	seen := map[int]bool{root: true}
	for todo := []int{root}; len(todo) > 0 && total <= maxClosure; {
		r := e.resources[todo[len(todo)-1]]
		todo = todo[:len(todo)-1]
		if r.sound {
			continue
		}
		if !r.checked {
			e.convert(r)
			r.checked = true
		}
		total += r.subschemas
		reached = append(reached, r)
		for _, ref := range r.references {
			if !seen[ref.target] {
				seen[ref.target] = true
				todo = append(todo, ref.target)
			}
		}
	}
	return reached, total <= maxClosure
}

// ready returns what the library made of r, which is sound.
func (e *engine) ready(r *resource) (*jsonschema.Schema, error) {
	if compiled := r.compiled.Load(); compiled != nil {
		return compiled, nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	compiled, err := e.compiler.Compile(address(e.ids[r.schema]))
	if err != nil {
		var problems strictyaml.Problems
		problems.Add(r.schema.Position(), subject, oneLine(err), "")
		return nil, problems.Err()
	}
	r.compiled.Store(compiled)
	return compiled, nil
}

// Load hands a resource to the library (jsonschema.URLLoader). It converts anew, so that nothing is kept of the many
// schemas of a large document that no value ever reaches. It is called under mu.
func (e *engine) Load(url string) (any, error) {
	r := e.resourceAt(url)
	if r == nil {
		return nil, fmt.Errorf("no schema at %q", url)
	}
	return e.convert(&resource{schema: r.schema}), nil
}

const addressPrefix = "mem:///"

func address(id int) string { return addressPrefix + strconv.Itoa(id) }

// resourceAt finds the resource of an address, with or without a fragment; nil if there is none. Call it under mu.
func (e *engine) resourceAt(url string) *resource {
	number, found := strings.CutPrefix(url, addressPrefix)
	number, _, _ = strings.Cut(number, "#")
	id, err := strconv.Atoi(number)
	if !found || err != nil || id < 0 || id >= len(e.resources) {
		return nil
	}
	return e.resources[id]
}

// id returns the number of the schema's resource, made if need be. Call it under mu.
func (e *engine) id(s *Schema) int {
	if id, ok := e.ids[s]; ok {
		return id
	}
	id := len(e.resources)
	e.ids[s] = id
	e.resources = append(e.resources, &resource{schema: s})
	return id
}

// oneLine flattens an error of the library, which likes to draw trees.
func oneLine(err error) string {
	return cutAt(strings.Join(strings.Fields(err.Error()), " "), 300)
}
