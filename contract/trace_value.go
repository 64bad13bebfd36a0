package contract

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// nothing stands for a value that is not there.
type nothing struct{}

func unset(value any) bool { return value == nil || value == nothing{} }

// firstOf is the value at pointer, or nothing.
func firstOf(body any, pointer string) any {
	places := placesOf(body, pointer)
	if len(places) == 0 {
		return nothing{}
	}
	return places[0].value
}

// stateText is a state as the contract writes it: true and "true" are one; "" for what can be no state.
func stateText(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case bool:
		return strconv.FormatBool(value)
	case json.Number:
		return value.String()
	}
	return ""
}

// sameValue compares as JSON does: the order of keys and the notation of numbers make no difference.
func sameValue(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, sameValue)
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, sameValue)
	case json.Number:
		b, ok := b.(json.Number)
		return ok && (a == b || normal(a) == normal(b))
	}
	return a == b
}

// sameStamp compares times: null is as good as absent, and one instant may be written in several ways (RFC 3339).
func sameStamp(a, b any) bool {
	if unset(a) || unset(b) {
		return unset(a) == unset(b)
	}
	x, isText := a.(string)
	y, isTextToo := b.(string)
	if isText && isTextToo {
		s, errS := time.Parse(time.RFC3339, x)
		t, errT := time.Parse(time.RFC3339, y)
		if errS == nil && errT == nil {
			return s.Equal(t)
		}
	}
	return sameValue(a, b)
}

// normal writes a number in one way, without the loss of a float64: 150, 1.5e2 and 150.0 are all 150, and 1.50 is 15e-1.
func normal(number json.Number) string {
	text, negative := strings.CutPrefix(strings.ToLower(number.String()), "-")
	mantissa, exponent, scaled := strings.Cut(text, "e")
	power := 0
	if scaled {
		var err error
		if power, err = strconv.Atoi(exponent); err != nil {
			return number.String()
		}
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	short := strings.TrimRight(digits, "0")
	power += len(digits) - len(short) - len(fraction)
	switch {
	case short == "":
		return "0"
	case 0 <= power && power < 20:
		short += strings.Repeat("0", power)
	default:
		short += "e" + strconv.Itoa(power)
	}
	if negative {
		return "-" + short
	}
	return short
}

// shown is a value in a violation, cut.
func shown(value any) string {
	switch value := value.(type) {
	case nothing:
		return "absent"
	case string:
		return quoted(value)
	}
	text, err := json.Marshal(value)
	if err != nil {
		return "a value that is no JSON"
	}
	return cut(string(text))
}

func cut(text string) string {
	const limit = 80
	if len(text) > limit {
		return strings.ToValidUTF8(text[:limit], "") + "…"
	}
	return text
}
