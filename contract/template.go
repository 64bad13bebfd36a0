package contract

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// pathTemplate is a path of the document, split for matching and for expanding.
type pathTemplate struct {
	text     string
	names    []string  // of the parameters, in order
	segments []segment // what stands between the slashes
	position Position
}

// segment is one part of a template between slashes: literal text around parameters. There is one literal more than there
// are parameters; "{id}:action" has the literals "" and ":action". Literals are unescaped.
type segment struct{ literals []string }

// literal says whether the segment holds no parameter.
func (s segment) literal() bool { return len(s.literals) == 1 }

// whole says whether the segment is one parameter and nothing else.
func (s segment) whole() bool {
	return len(s.literals) == 2 && s.literals[0] == "" && s.literals[1] == ""
}

// has says whether the template names a parameter.
func (t *pathTemplate) has(name string) bool { return slices.Contains(t.names, name) }

// shape is the template with the names left out: two templates of one shape fit the same paths.
func (t *pathTemplate) shape() string {
	shape := strings.Builder{}
	for _, s := range t.segments {
		shape.WriteByte('/')
		for i, literal := range s.literals {
			if i > 0 {
				shape.WriteString("{}")
			}
			shape.WriteString(url.PathEscape(literal))
		}
	}
	return shape.String()
}

// maxTemplate bounds a path: servers refuse longer request lines.
const maxTemplate = 8 << 10

// parseTemplate splits a path template (OpenAPI 3.1, "Path Templating"). "/" has one empty segment.
func parseTemplate(text string) (*pathTemplate, error) {
	if !strings.HasPrefix(text, "/") {
		return nil, errors.New("a path begins with /")
	}
	if len(text) > maxTemplate {
		return nil, fmt.Errorf("a path has at most %d bytes", maxTemplate)
	}
	t := &pathTemplate{text: text}
	for part := range strings.SplitSeq(text[1:], "/") {
		parsed, err := t.segment(part)
		if err != nil {
			return nil, err
		}
		t.segments = append(t.segments, parsed)
	}
	return t, nil
}

func (t *pathTemplate) segment(text string) (segment, error) {
	var s segment
	for {
		literal, rest, more := strings.Cut(text, "{")
		if strings.ContainsAny(literal, "}?#") {
			return s, errors.New("a path holds no }, ? or # outside {…}")
		}
		unescaped, err := url.PathUnescape(literal)
		if err != nil {
			return s, fmt.Errorf("%q is not percent-encoded", literal)
		}
		s.literals = append(s.literals, unescaped)
		if !more {
			return s, nil
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || name == "" || strings.Contains(name, "{") {
			return s, errors.New("a parameter is written {name}")
		}
		if t.has(name) {
			return s, fmt.Errorf("parameter %q stands in it twice", name)
		}
		t.names = append(t.names, name)
		text = after
	}
}

// expand fills values in, percent-encoded so that each stays within its place.
func (t *pathTemplate) expand(values []string) string {
	path := strings.Builder{}
	next := 0
	for _, s := range t.segments {
		path.WriteByte('/')
		for i, literal := range s.literals {
			if i > 0 && next < len(values) {
				path.WriteString(url.PathEscape(values[next]))
				next++
			}
			path.WriteString(url.PathEscape(literal))
		}
	}
	return path.String()
}

// match captures the parameters of one unescaped segment and appends them to values. Each holds at least one character, and as few
// as possible; the last literal is the end of the segment.
func (s segment) match(text string, values []string) ([]string, bool) {
	rest, ok := strings.CutPrefix(text, s.literals[0])
	if !ok {
		return values, false
	}
	last := len(s.literals) - 1
	for _, literal := range s.literals[1:last] {
		if rest == "" {
			return values, false
		}
		_, first := utf8.DecodeRuneInString(rest)
		at := strings.Index(rest[first:], literal)
		if at < 0 {
			return values, false
		}
		values = append(values, rest[:first+at])
		rest = rest[first+at+len(literal):]
	}
	rest, ok = strings.CutSuffix(rest, s.literals[last])
	if !ok || rest == "" {
		return values, false
	}
	return append(values, rest), true
}
