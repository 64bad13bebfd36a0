package schema

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

const (
	maxValueDepth = 1000
	maxDigits     = 1000
	maxExponent   = 1000
	numberBounds  = "at most 1,000 digits and an exponent within ±1,000"
)

// examination looks at a value before the library does, which computes numbers exactly and would do so with 1e999999 too.
type examination struct {
	schema   *Schema
	path     []string
	problems []Problem
}

// examine reports numbers that are beyond computing; its error is a value that nests too deep.
func (s *Schema) examine(value any) ([]Problem, error) {
	e := examination{schema: s}
	if err := e.look(value); err != nil {
		return nil, err
	}
	return tidy(e.problems), nil
}

func (e *examination) look(value any) error {
	if len(e.path) > maxValueDepth {
		return fmt.Errorf("the value nests deeper than %d", maxValueDepth)
	}
	switch v := value.(type) {
	case json.Number:
		if !reasonable(v.String()) {
			e.problems = append(e.problems, Problem{
				Pointer: strictyaml.Pointer(e.path...), Keyword: "type", Want: "a number of " + numberBounds,
				Got: cut(v.String()), Position: e.schema.Position(),
			})
		}
	case []any:
		for i, item := range v {
			if err := e.step(strconv.Itoa(i), item); err != nil {
				return err
			}
		}
	case map[string]any:
		for name, item := range v {
			if err := e.step(name, item); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *examination) step(token string, value any) error {
	switch value.(type) {
	case json.Number, []any, map[string]any: // the others have nothing to look at
	default:
		return nil
	}
	e.path = append(e.path, token)
	err := e.look(value)
	e.path = e.path[:len(e.path)-1]
	return err
}

// reasonable tells whether text is a JSON number (RFC 8259, section 6) that exact arithmetic can afford.
func reasonable(text string) bool {
	if len(text) > maxDigits {
		return false
	}
	rest := text
	if rest != "" && rest[0] == '-' {
		rest = rest[1:]
	}
	whole, rest := digits(rest)
	if whole == "" || (len(whole) > 1 && whole[0] == '0') {
		return false
	}
	if rest != "" && rest[0] == '.' {
		var fraction string
		if fraction, rest = digits(rest[1:]); fraction == "" {
			return false
		}
	}
	if rest == "" {
		return true
	}
	if rest[0] != 'e' && rest[0] != 'E' {
		return false
	}
	exponent, err := strconv.Atoi(rest[1:])
	return err == nil && exponent >= -maxExponent && exponent <= maxExponent
}

func digits(text string) (head, tail string) {
	end := 0
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	return text[:end], text[end:]
}

// valueAt finds the value at a path that the library reported; nil where there is none.
func valueAt(value any, path []string) any {
	for _, token := range path {
		switch v := value.(type) {
		case map[string]any:
			value = v[token]
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}
