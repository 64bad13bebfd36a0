package expression

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// celSpace is what CEL's grammar calls whitespace.
const celSpace = " \t\r\n\f"

func isBlank(text string) bool { return strings.Trim(text, celSpace) == "" }

// newPlain is a program that is one name: CEL would only slow it down.
func newPlain(text string, path []string) *Program {
	return &Program{text: text, names: []string{strings.Join(path, ".")}, path: path}
}

// bareName splits a.b["c-d"].e into its parts; nil when text is anything else, which is then left to CEL.
func bareName(text string) []string {
	rest := strings.Trim(text, celSpace)
	part, rest := identifier(rest)
	if part == "" {
		return nil
	}
	path := append(make([]string, 0, 1+strings.Count(rest, ".")+strings.Count(rest, "[")), part)
	for rest != "" {
		switch rest[0] {
		case '.':
			part, rest = identifier(rest[1:])
			if isKeyword(part) {
				return nil
			}
		case '[':
			part, rest = indexKey(rest)
		default:
			return nil
		}
		if part == "" {
			return nil
		}
		path = append(path, part)
	}
	return path
}

// identifier cuts a CEL identifier from the front of text; "" when there is none.
func identifier(text string) (name, rest string) {
	end := 0
	for end < len(text) && isIdentifierByte(text[end], end > 0) {
		end++
	}
	return text[:end], text[end:]
}

func isIdentifierByte(c byte, digits bool) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || digits && '0' <= c && c <= '9'
}

// isKeyword holds for the words that CEL's grammar does not take after a dot. Other reserved words are only refused
// as variables.
func isKeyword(word string) bool {
	return slices.Contains([]string{"in", "true", "false", "null"}, word)
}

// indexKey cuts ["key"] or ['key'] from the front of text; "" when the key is not simple.
func indexKey(text string) (key, rest string) {
	if len(text) < 2 || text[1] != '"' && text[1] != '\'' {
		return "", text
	}
	key, rest, closed := strings.Cut(text[2:], text[1:2]+"]")
	if !closed || !isSimpleKey(key) {
		return "", text
	}
	return key, rest
}

// isSimpleKey says whether key can stand between the dots of a name without doubt where it ends.
func isSimpleKey(key string) bool {
	return key != "" && !strings.ContainsFunc(key, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_-$@", r)
	})
}

// walk follows path through vars.
func walk(path []string, vars map[string]any) (any, error) {
	value, ok := vars[path[0]]
	for i := 1; ok && i < len(path); i++ {
		switch object := value.(type) {
		case map[string]any:
			value, ok = object[path[i]]
		case nil, bool, string, json.Number, int, int64, uint64, float64, []any:
			ok = false
		default:
			return nil, fmt.Errorf("variable %q holds %T, which is not decoded JSON", path[0], object)
		}
	}
	if !ok {
		return nil, fmt.Errorf("%w: %q", ErrMissing, strings.Join(path, "."))
	}
	return value, nil
}
