package schema

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

const (
	maxShown  = 80 // bytes of a value in a message
	maxListed = 20 // alternatives in a message
)

// render shows a value as JSON, cut.
func render(value any) string {
	if text, ok := value.(string); ok {
		return strconv.Quote(cut(text))
	}
	var b strings.Builder
	renderTo(&b, value)
	return cut(b.String())
}

// renderTo stops soon after maxShown bytes, so that a huge value costs no more than a small one.
func renderTo(b *strings.Builder, value any) {
	if b.Len() > maxShown {
		return
	}
	switch v := value.(type) {
	case nil:
		b.WriteString("null")
	case string:
		b.WriteString(strconv.Quote(cut(v)))
	case []any:
		b.WriteByte('[')
		for i, item := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			if renderTo(b, item); b.Len() > maxShown {
				return
			}
		}
		b.WriteByte(']')
	case map[string]any:
		b.WriteByte('{')
		for i, name := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(strconv.Quote(cut(name)) + ":")
			if renderTo(b, v[name]); b.Len() > maxShown {
				return
			}
		}
		b.WriteByte('}')
	default:
		fmt.Fprint(b, v)
	}
}

// describe shows a value and its type, for messages about types.
func describe(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean " + strconv.FormatBool(v)
	case string:
		return "string " + render(v)
	case []any:
		return "array"
	case map[string]any:
		return "object"
	}
	return "number " + render(value)
}

func describeNode(n *strictyaml.Node) string {
	switch {
	case n.Kind() == strictyaml.Mapping:
		return "a mapping"
	case n.Kind() == strictyaml.Sequence && len(n.Items()) == 0:
		return "an empty list"
	case n.Kind() == strictyaml.Sequence:
		return "a list"
	}
	return describe(n.Value())
}

func cut(text string) string { return cutAt(text, maxShown) }

// cutAt shortens text to limit bytes at most, never inside a character.
func cutAt(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit] + "…"
}

// oneOf lists alternatives.
func oneOf(shown []string) string {
	if len(shown) == 1 {
		return shown[0]
	}
	rest := ""
	if len(shown) > maxListed {
		rest = fmt.Sprintf(", … (%d in all)", len(shown))
		shown = shown[:maxListed]
	}
	return "one of " + strings.Join(shown, ", ") + rest
}

const typeSeparator = " or "

// joinTypes lists types once each, null last.
func joinTypes(names []string) string {
	var listed []string
	for _, name := range names {
		if name != "null" && !slices.Contains(listed, name) {
			listed = append(listed, name)
		}
	}
	if slices.Contains(names, "null") {
		listed = append(listed, "null")
	}
	return strings.Join(listed, typeSeparator)
}

// decimal writes an exact number the way people do.
func decimal(number *big.Rat) string {
	if number.IsInt() {
		return cut(number.Num().String())
	}
	places, _ := number.FloatPrec()
	return cut(number.FloatString(min(places, maxShown)))
}

// counted writes a number of things: "1 item", "2 items", "2 properties".
func counted(n int, singular, plural string) string {
	if n == 1 {
		return "1 " + singular
	}
	return strconv.Itoa(n) + " " + plural
}

// canonical is a text that two nodes share exactly when JSON Schema holds them equal: numbers by value, mappings in any
// order (2020-12, core 4.2.2).
func canonical(n *strictyaml.Node) string {
	switch n.Kind() {
	case strictyaml.Number:
		if number, ok := exact(n); ok {
			return "n" + number.RatString()
		}
		return "n" + n.Text()
	case strictyaml.String:
		return strconv.Quote(n.Text())
	case strictyaml.Sequence:
		var parts []string
		for _, item := range n.Items() {
			parts = append(parts, canonical(item))
		}
		return "[" + strings.Join(parts, ",") + "]"
	case strictyaml.Mapping:
		var parts []string
		for _, f := range n.Fields() {
			parts = append(parts, strconv.Quote(f.Key)+":"+canonical(f.Value))
		}
		slices.Sort(parts)
		return "{" + strings.Join(parts, ",") + "}"
	case strictyaml.Null, strictyaml.Bool:
	}
	return n.Text()
}
