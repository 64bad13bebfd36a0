package contract

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"strings"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// jsonError says what is wrong with a text that should be JSON, and where in it.
type jsonError struct {
	line, column int
	problem      string
}

func (e *jsonError) Error() string {
	if e.line == 0 {
		return e.problem
	}
	return fmt.Sprintf("%s at %d:%d", e.problem, e.line, e.column)
}

// decodeJSON decodes text as RFC 8259 has it and as careful readers want it: UTF-8 without a byte order mark, no
// key twice in one object, nothing behind the value. Numbers keep their text (json.Number).
func decodeJSON(text []byte) (any, error) {
	if bytes.HasPrefix(text, []byte("\uFEFF")) {
		return nil, &jsonError{problem: "a byte order mark before the JSON", line: 1, column: 1}
	}
	root, err := strictyaml.Parse("body.json", text, strictyaml.Limits{})
	if err != nil {
		return nil, firstFault(err)
	}
	return root.Value(), nil
}

func firstFault(err error) error {
	problem, ok := errors.AsType[*strictyaml.Error](err)
	if !ok {
		return &jsonError{problem: err.Error()}
	}
	return &jsonError{problem: problem.Problem, line: problem.Position.Line, column: problem.Position.Column}
}

// essence is a media type without its parameters, in lower case.
func essence(text string) string {
	name, _, _ := strings.Cut(text, ";")
	return strings.ToLower(strings.TrimSpace(name))
}

// isJSON says whether bodies of a media type are JSON: application/json or a type with the suffix +json (RFC 6839).
func isJSON(media string) bool {
	name := essence(media)
	return name == "application/json" || name == "text/json" || strings.HasSuffix(name, "+json")
}

// mediaTypeOf finds what is documented for a Content-Type, the most particular range first; nil if there is nothing.
func mediaTypeOf(content []MediaType, header string) *MediaType {
	name, _, err := mime.ParseMediaType(header)
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		return nil
	}
	main, _, _ := strings.Cut(name, "/")
	for _, want := range []string{name, main + "/*", "*/*"} {
		for i := range content {
			if essence(content[i].Type) == want {
				return &content[i]
			}
		}
	}
	return nil
}

// charsetOf returns the charset parameter of a Content-Type in lower case, "" without one.
func charsetOf(header string) string {
	_, parameters, err := mime.ParseMediaType(header)
	if err != nil {
		return ""
	}
	return strings.ToLower(parameters["charset"])
}
