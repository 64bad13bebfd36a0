package schema

import (
	"cmp"
	"errors"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// Problem is one way in which a value breaks the schema.
type Problem struct {
	Pointer   string // of the value in the instance, RFC 6901; of the missing or surplus property for required and its like
	Keyword   string // "enum", "type", "format", "required", ...
	Want, Got string // for people: want `one of "A", "B"`, got `"C"`; strings are quoted, values are cut at 80 bytes
	Position  strictyaml.Position
	Inferred  string // the source, when x-inferred covers the keyword, a schema around it, or the $ref that leads to it
}

// Validate judges value, which is decoded JSON (map[string]any, []any, json.Number or a Go number, string, bool, nil).
// Formats are asserted; numbers are compared exactly. The problems are sorted by pointer, then keyword; nil means valid.
// Of the branches of anyOf and oneOf, the one that fits best speaks: the one the discriminator names, else one of the
// value's own type, else the one with the fewest problems. The error is Compile's, or says why the value cannot be
// judged: it nests too deep, it is too intricate for a recursive schema, or it is not decoded JSON.
// Of a value with a thousand problems the first are told.
func (s *Schema) Validate(value any) ([]Problem, error) {
	if s == nil {
		return nil, nil
	}
	if err := s.Compile(); err != nil {
		return nil, err
	}
	unfit, err := s.examine(value)
	if err != nil || len(unfit) > 0 {
		return unfit, err
	}
	if s.weigh {
		if err := affordable(s.compiled, value); err != nil {
			return nil, err
		}
	}
	err = s.compiled.Validate(value)
	if err == nil {
		return nil, nil
	}
	failure, ok := errors.AsType[*jsonschema.ValidationError](err)
	if !ok {
		return nil, err
	}
	r := &reporter{engine: s.set.engine, value: value, places: map[string]place{}}
	problems := r.collect(failure, "")
	if r.err != nil {
		return nil, r.err
	}
	if len(problems) == 0 {
		problems = r.doubts
	}
	return tidy(problems), nil
}

// tidy sorts problems and drops repeats: two branches of an allOf often say the same.
func tidy(problems []Problem) []Problem {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.Pointer, b.Pointer),
			cmp.Compare(a.Keyword, b.Keyword),
			cmp.Compare(a.Position.File, b.Position.File),
			cmp.Compare(a.Position.Line, b.Position.Line),
			cmp.Compare(a.Position.Column, b.Position.Column),
			cmp.Compare(a.Want, b.Want),
			cmp.Compare(a.Inferred, b.Inferred), // what is stated comes before what is inferred, and stays
		)
	})
	return slices.CompactFunc(problems, func(a, b Problem) bool {
		b.Inferred = a.Inferred
		return a == b
	})
}
