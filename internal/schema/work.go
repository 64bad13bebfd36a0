package schema

import (
	"errors"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const (
	maxSpread      = 1_000_000 // of a schema written out in full; beyond it, or when it recurses, values are weighed first
	maxSpreadDepth = 1000      // of references, for the same purpose
	maxWork        = 2_000_000 // of schemas applied to values in one Validate,
	workByItem     = 20        // and this many more for every value inside the value
)

// spread counts the schemas that r would hold with every reference written out; maxSpread+1 when it recurses.
func (e *engine) spread(id, depth int) int {
	r := e.resources[id]
	if r.spread.state == done {
		return r.spread.weight
	}
	if r.spread.state == underway || depth > maxSpreadDepth {
		return maxSpread + 1
	}
	r.spread.state = underway
	total := r.subschemas
	for _, ref := range r.references {
		total = min(total+e.spread(ref.target, depth+1), maxSpread+1)
	}
	r.spread = measurement{state: done, weight: total}
	return total
}

// work foresees what the library will do. A recursive schema with two branches that look at the same property doubles
// the work with every level of the value, and the library cannot be interrupted: thirty levels would take minutes.
type work struct {
	total, items float64
}

// counts says how often each schema judges one value.
type counts map[*jsonschema.Schema]float64

// affordable refuses a value that would take the library too long. It overrates anyOf, which stops at the first match.
func affordable(s *jsonschema.Schema, value any) error {
	w := work{}
	if !w.judge(counts{s: 1}, value) {
		return errors.New("the value is nested too intricately for a schema that branches as it recurses")
	}
	return nil
}

func (w *work) judge(roots counts, value any) bool {
	w.items++
	here := counts{}
	for s, n := range roots {
		if !w.expand(here, s, n) {
			return false
		}
	}
	switch v := value.(type) {
	case map[string]any:
		for name, item := range v {
			if below := propertyCounts(here, name); len(below) > 0 && !w.judge(below, item) {
				return false
			}
		}
	case []any:
		for i, item := range v {
			if below := itemCounts(here, i); len(below) > 0 && !w.judge(below, item) {
				return false
			}
		}
	}
	return true
}

// expand counts s and the schemas in it that judge the same value.
func (w *work) expand(here counts, s *jsonschema.Schema, n float64) bool {
	here[s] += n
	if w.total += n; w.total > maxWork+workByItem*w.items {
		return false
	}
	for _, list := range [][]*jsonschema.Schema{s.AllOf, s.AnyOf, s.OneOf, {s.Not, s.If, s.Then, s.Else, referred(s)}} {
		for _, below := range list {
			if below != nil && !w.expand(here, below, n) {
				return false
			}
		}
	}
	for _, below := range s.DependentSchemas {
		if !w.expand(here, below, n) {
			return false
		}
	}
	return true
}

// referred returns the target of the schema's $ref, nil without one.
func referred(s *jsonschema.Schema) *jsonschema.Schema {
	for _, extension := range s.Extensions {
		if to, ok := extension.(*referenceTo); ok {
			target, err := to.engine.ready(to.target)
			if err != nil {
				return nil // Validate meets the same error, and reports it
			}
			return target
		}
	}
	return nil
}

func propertyCounts(here counts, name string) counts {
	below := counts{}
	for s, n := range here {
		declared := false
		if property := s.Properties[name]; property != nil {
			below[property] += n
			declared = true
		}
		for pattern, property := range s.PatternProperties {
			if pattern.MatchString(name) {
				below[property] += n
				declared = true
			}
		}
		if rest, ok := s.AdditionalProperties.(*jsonschema.Schema); ok && !declared {
			below[rest] += n
		}
	}
	return below
}

func itemCounts(here counts, index int) counts {
	below := counts{}
	for s, n := range here {
		switch {
		case index < len(s.PrefixItems):
			below[s.PrefixItems[index]] += n
		case s.Items2020 != nil:
			below[s.Items2020] += n
		}
		if s.Contains != nil {
			below[s.Contains] += n
		}
	}
	return below
}
