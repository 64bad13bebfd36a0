package schema

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

const absent = "absent"

// maxHints bounds the surplus properties of one object that get a hint: each compares all names, and a body may hold 100,000.
const maxHints = 100

// findings words one failure of the library; got is the value that it is about.
func (r *reporter) findings(failure *jsonschema.ValidationError, got any) []finding {
	if found := objectFindings(failure.ErrorKind); found != nil {
		return found
	}
	switch k := failure.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		return r.surplus(failure, k.Properties, got)
	case *kind.FalseSchema:
		want := "nothing here"
		if refusingKeyword(failure.SchemaURL)[0] == "unevaluatedProperties" {
			want = "no such property"
		}
		return []finding{{want: want, got: render(got)}}
	case *kind.Pattern:
		return []finding{r.patternFinding(k)}
	case *kind.Not:
		return []finding{{keyword: []string{"not"}, want: "no match of the schema under not", got: render(got)}}
	case *kind.OneOf:
		return []finding{{
			keyword: []string{"oneOf"}, want: "exactly one branch to match",
			got: fmt.Sprintf("branches %d and %d both match %s", k.Subschemas[0], k.Subschemas[1], render(got)),
		}}
	}
	want, shown := simpleFinding(failure.ErrorKind, got)
	return []finding{{keyword: failure.ErrorKind.KeywordPath(), want: want, got: shown}}
}

// objectFindings words what is said about several properties at once: one finding for each.
func objectFindings(errorKind jsonschema.ErrorKind) []finding {
	var found []finding
	switch k := errorKind.(type) {
	case *kind.Required:
		for _, name := range k.Missing {
			found = append(found, finding{at: []string{name}, keyword: k.KeywordPath(), want: "present", got: absent})
		}
	case *kind.DependentRequired:
		for _, name := range k.Missing {
			found = append(found, finding{
				at: []string{name}, keyword: k.KeywordPath(),
				want: fmt.Sprintf("present, because %q is", cut(k.Prop)), got: absent,
			})
		}
	}
	return found
}

// surplus words properties that additionalProperties forbids, each with the closest one that exists.
func (r *reporter) surplus(failure *jsonschema.ValidationError, names []string, got any) []finding {
	var known []string
	for _, f := range r.place(failure.SchemaURL, nil).schema.Field("properties").Fields() {
		known = append(known, f.Key)
	}
	var found []finding
	for _, name := range slices.Sorted(slices.Values(names)) {
		want := "no such property"
		if len(found) == maxHints {
			known = nil
		}
		if hint := strictyaml.ClosestHint(name, known); hint != "" {
			want += "; " + hint
		}
		value := valueAt(got, []string{name})
		found = append(found, finding{
			at: []string{name}, keyword: failure.ErrorKind.KeywordPath(), want: want, got: render(value),
		})
	}
	return found
}

func (r *reporter) patternFinding(k *kind.Pattern) finding {
	f := finding{keyword: k.KeywordPath(), want: "a match of " + render(k.Want), got: render(k.Got)}
	if slow := r.engine.patterns.backtracking(k.Want); slow != nil {
		if _, inTime := slow.match(k.Got); !inTime {
			f.got += " (the pattern took too long)"
		}
	}
	return f
}

// simpleFinding words failures of one value and one keyword.
func simpleFinding(errorKind jsonschema.ErrorKind, got any) (want, shown string) {
	switch k := errorKind.(type) {
	case *kind.Type:
		return joinTypes(k.Want), describe(got)
	case *kind.Enum:
		var values []string
		for _, v := range k.Want {
			values = append(values, render(v))
		}
		return oneOf(values), render(got)
	case *kind.Const:
		return render(k.Want), render(got)
	case *kind.Format:
		return "format " + k.Want, render(got)
	case *kind.UniqueItems:
		return "unique items", fmt.Sprintf("items %d and %d are equal", k.Duplicates[0], k.Duplicates[1])
	}
	if want, shown = numberFinding(errorKind, got); want != "" {
		return want, shown
	}
	if want, shown = sizeFinding(errorKind); want != "" {
		return want, shown
	}
	return "a value that fits " + strings.Join(errorKind.KeywordPath(), "/"), render(got)
}

func numberFinding(errorKind jsonschema.ErrorKind, got any) (want, shown string) {
	switch k := errorKind.(type) {
	case *kind.Minimum:
		want = ">= " + decimal(k.Want)
	case *kind.Maximum:
		want = "<= " + decimal(k.Want)
	case *kind.ExclusiveMinimum:
		want = "> " + decimal(k.Want)
	case *kind.ExclusiveMaximum:
		want = "< " + decimal(k.Want)
	case *kind.MultipleOf:
		want = "a multiple of " + decimal(k.Want)
	}
	return want, render(got)
}

func sizeFinding(errorKind jsonschema.ErrorKind) (want, shown string) {
	atLeast, atMost := "at least ", "at most "
	switch k := errorKind.(type) {
	case *kind.MinLength:
		return atLeast + counted(k.Want, "character", "characters"), counted(k.Got, "character", "characters")
	case *kind.MaxLength:
		return atMost + counted(k.Want, "character", "characters"), counted(k.Got, "character", "characters")
	case *kind.MinItems:
		return atLeast + counted(k.Want, "item", "items"), counted(k.Got, "item", "items")
	case *kind.MaxItems:
		return atMost + counted(k.Want, "item", "items"), counted(k.Got, "item", "items")
	case *kind.MinProperties:
		return atLeast + counted(k.Want, "property", "properties"), counted(k.Got, "property", "properties")
	case *kind.MaxProperties:
		return atMost + counted(k.Want, "property", "properties"), counted(k.Got, "property", "properties")
	case *kind.Contains:
		return "an item that fits contains", "none"
	case *kind.MinContains:
		return atLeast + counted(k.Want, "item", "items") + " to fit contains", strconv.Itoa(len(k.Got))
	case *kind.MaxContains:
		return atMost + counted(k.Want, "item", "items") + " to fit contains", strconv.Itoa(len(k.Got))
	}
	return "", ""
}
