package schema

import (
	"cmp"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// branches reports an anyOf or oneOf of which no branch matches: failure has one cause for each, in order.
func (r *reporter) branches(failure *jsonschema.ValidationError, keyword, inferred string) []Problem {
	at := r.place(failure.SchemaURL, []string{keyword})
	inferred = firstOf(inferred, at.inferred)
	d := newDiscriminator(at.schema, keyword)
	if d != nil && len(d.branches) == len(failure.Causes) {
		if chosen, problem := r.discriminate(d, failure, inferred); problem != nil {
			return []Problem{*problem}
		} else if chosen >= 0 {
			return r.collect(failure.Causes[chosen], inferred)
		}
	}
	candidates := make([][]Problem, len(failure.Causes))
	for i, cause := range failure.Causes {
		candidates[i] = r.collect(cause, inferred)
	}
	here := strictyaml.Pointer(failure.InstanceLocation...)
	if wanted, ok := onlyTypes(candidates, here); ok {
		got := valueAt(r.value, failure.InstanceLocation)
		return []Problem{{
			Pointer: here, Keyword: "type", Want: wanted, Got: describe(got), Position: at.position, Inferred: inferred,
		}}
	}
	return slices.MinFunc(candidates, func(a, b []Problem) int {
		return cmp.Or(cmp.Compare(misfit(a, here), misfit(b, here)), cmp.Compare(len(a), len(b)))
	})
}

// misfit tells how far a branch is from being meant at all: 2 if it wants another type of value, 1 if a constant inside
// differs, which is how branches are told apart without a discriminator.
func misfit(problems []Problem, here string) int {
	worst := 0
	for _, p := range problems {
		switch {
		case p.Keyword == "type" && p.Pointer == here:
			return 2
		case p.Keyword == "const" || (p.Keyword == "enum" && !strings.HasPrefix(p.Want, "one of ")):
			worst = 1
		}
	}
	return worst
}

// onlyTypes joins the types that the branches want, when each of them fails by the value's type alone.
func onlyTypes(candidates [][]Problem, here string) (string, bool) {
	var wanted []string
	for _, problems := range candidates {
		if len(problems) != 1 || problems[0].Keyword != "type" || problems[0].Pointer != here {
			return "", false
		}
		wanted = append(wanted, strings.Split(problems[0].Want, typeSeparator)...)
	}
	return joinTypes(wanted), len(wanted) > 0
}

// discriminator is OpenAPI's hint which branch is meant. It never changes what is valid (3.0.3 and 3.1, Discriminator
// Object), only which branch's problems are worth reading.
type discriminator struct {
	property string
	branches []string // the $ref of each
	mapping  []strictyaml.Field
}

func newDiscriminator(schema *strictyaml.Node, keyword string) *discriminator {
	property := schema.Field("discriminator").Field("propertyName").Text()
	if property == "" {
		return nil
	}
	d := &discriminator{property: property, mapping: schema.Field("discriminator").Field("mapping").Fields()}
	for _, branch := range schema.Field(keyword).Items() {
		d.branches = append(d.branches, branch.Field("$ref").Text())
	}
	return d
}

// branch returns the index of the branch that a value of the property names, or -1.
func (d *discriminator) branch(value string) int {
	target := value
	for _, f := range d.mapping {
		if f.Key == value {
			target = f.Value.Text()
		}
	}
	return slices.IndexFunc(d.branches, func(ref string) bool {
		return ref != "" && (ref == target || lastToken(ref) == target)
	})
}

// names lists the values that name a branch.
func (d *discriminator) names() []string {
	var names []string
	mapped := map[string]bool{}
	for _, f := range d.mapping {
		names = append(names, f.Key)
		if i := d.branch(f.Key); i >= 0 {
			mapped[d.branches[i]] = true
		}
	}
	for _, ref := range d.branches {
		if ref != "" && !mapped[ref] {
			names = append(names, lastToken(ref))
		}
	}
	return names
}

func lastToken(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

// discriminate returns the branch that the value names, or a problem when it names none; -1 and nil when the
// discriminator does not speak about this value.
func (r *reporter) discriminate(d *discriminator, failure *jsonschema.ValidationError, inferred string) (int, *Problem) {
	value := valueAt(r.value, failure.InstanceLocation)
	object, ok := value.(map[string]any)
	if !ok || len(d.names()) == 0 {
		return -1, nil
	}
	problem := &Problem{
		Pointer: strictyaml.Pointer(failure.InstanceLocation...) + strictyaml.Pointer(d.property), Keyword: "discriminator",
		Want: oneOf(rendered(d.names())), Got: absent,
		Position: r.place(failure.SchemaURL, []string{"discriminator"}).position, Inferred: inferred,
	}
	named, ok := object[d.property]
	if !ok {
		return -1, problem
	}
	problem.Got = render(named)
	name, ok := named.(string)
	if !ok {
		return -1, problem
	}
	if branch := d.branch(name); branch >= 0 {
		return branch, nil
	}
	return -1, problem
}

func rendered(names []string) []string {
	shown := make([]string, len(names))
	for i, name := range names {
		shown[i] = render(name)
	}
	return shown
}
