package contract

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Level is how binding a violation is.
type Level uint8

// Must: stated by the provider. Should: inferred, or advice.
const (
	Must Level = iota
	Should
)

// String returns "must" or "should".
func (l Level) String() string {
	if l == Should {
		return "should"
	}
	return "must"
}

// Where a violation stands.
const (
	inStatus         = "response status"
	inResponseHeader = "response header"
	inResponseBody   = "response body"
	inRequestBody    = "request body"
	inCredentials    = "request credentials"
)

// Violation is one way an exchange breaks the contract.
type Violation struct {
	Operation string // its ID
	Status    int    // 0 for a request
	Level     Level
	Where     string // "response status", "response header", "response body", "request path", "request query", "request header", "request cookie", "request body", "request credentials", "trace"
	Pointer   string // JSON Pointer into the body, or "/name" of a parameter or header
	Rule      string // "status", "media-type", "body", "json", "schema/enum", "header/required", "rule/<id>", "lifecycle/<id>", "credentials", "parameter/…"; "contract" when the contract itself is broken there
	Message   string // a rule's sentence, else ""
	Want, Got string
	Inferred  string // source, when inferred
	Position  Position
}

// String renders `getPet 200: response body /tags/1: want integer, got string "x" (petstore.yaml:88:17)`.
func (v Violation) String() string {
	var text strings.Builder
	text.WriteString(v.Operation)
	if v.Status != 0 {
		text.WriteString(" " + strconv.Itoa(v.Status))
	}
	text.WriteString(": " + v.Where)
	if v.Pointer != "" {
		text.WriteString(" " + v.Pointer)
	}
	separator := ": "
	for _, part := range []string{v.Message, prefixed("want ", v.Want), prefixed("got ", v.Got)} {
		if part == "" {
			continue
		}
		text.WriteString(separator + part)
		separator = ", "
	}
	if at := v.Position.String(); at != "" {
		text.WriteString(" (" + at + ")")
	}
	return text.String()
}

func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

// sortViolations puts must before should, then by pointer and rule. What stands in the status or a header comes before the body.
func sortViolations(violations []Violation) {
	if len(violations) < 2 {
		return
	}
	rank := func(where string) int {
		return slices.Index([]string{inStatus, inResponseHeader, inResponseBody}, where)
	}
	slices.SortStableFunc(violations, func(a, b Violation) int {
		return cmp.Or(
			cmp.Compare(a.Level, b.Level),
			cmp.Compare(rank(a.Where), rank(b.Where)),
			comparePointers(a.Pointer, b.Pointer),
			strings.Compare(a.Rule, b.Rule),
		)
	})
}

// comparePointers compares token by token, array indexes by number.
func comparePointers(a, b string) int {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	for i := range min(len(x), len(y)) {
		m, errM := strconv.Atoi(x[i])
		n, errN := strconv.Atoi(y[i])
		if errM == nil && errN == nil && m != n {
			return cmp.Compare(m, n)
		}
		if order := strings.Compare(x[i], y[i]); order != 0 {
			return order
		}
	}
	return cmp.Compare(len(x), len(y))
}
