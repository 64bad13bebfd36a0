package strictyaml

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits bound a document. A field that is zero or less means its default.
type Limits struct {
	Bytes int64 // size of the text; default 64 MiB, never more than 4 GiB
	Depth int   // sequences and mappings within each other; default 500, never more than 10,000
	Nodes int   // values in the tree, all documents of a stream together; an alias counts each time it is used; default 2,000,000
}

// The defaults lie well above the largest public OpenAPI documents (13 MB, 700,000 values).
const (
	defaultBytes = 64 << 20
	defaultDepth = 500
	defaultNodes = 2_000_000

	// Both parsers below us stop at this depth of their own.
	maxDepth = 10_000
	// Lines and columns are kept in 32 bits.
	maxBytes = math.MaxUint32
	// maxProblems ends a parse early: nobody reads more, and a hostile text may hold millions.
	maxProblems = 100
)

func (l Limits) withDefaults() Limits {
	if l.Bytes <= 0 {
		l.Bytes = defaultBytes
	}
	if l.Depth <= 0 {
		l.Depth = defaultDepth
	}
	if l.Nodes <= 0 {
		l.Nodes = defaultNodes
	}
	l.Bytes, l.Depth = min(l.Bytes, maxBytes), min(l.Depth, maxDepth)
	return l
}

// Parse reads exactly one document; file is the name that positions carry. JSON (a file whose name ends in .json or .har, or any text
// that is a JSON object or array) goes through encoding/json, for surrogate escapes and speed; all else is YAML.
//
// The error is an *Error or joins several of them, each with a position: syntax, limits, text that is not UTF-8, duplicate
// keys, and in YAML also merge keys, keys that are no scalars, tags outside the core schema, and plain numbers that are none
// in JSON (0755, 0x1F, 1_000, .inf): quoted they are strings. What YAML 1.1 took for more than text (yes, on, 2026-01-02, 12:30) is a
// string, and every scalar key is its text as written. An escaped lone surrogate in JSON becomes U+FFFD.
func Parse(file string, data []byte, limits Limits) (*Node, error) {
	documents, err := ParseAll(file, data, limits)
	if err != nil {
		return nil, err
	}
	if len(documents) > 1 {
		return nil, &Error{Position: documents[1].Position(), Problem: "a second document begins here, want only one"}
	}
	return documents[0], nil
}

// ParseAll reads every document of a YAML stream, or the one of a JSON text, as Parse does. A stream without any document is an error.
func ParseAll(file string, data []byte, limits Limits) ([]*Node, error) {
	b := &builder{document: &document{file: file}, limits: limits.withDefaults()}
	if int64(len(data)) > b.limits.Bytes {
		return nil, tooLarge(Position{File: file}, b.limits)
	}
	text := bytes.TrimPrefix(data, []byte("\uFEFF"))
	if !utf8.Valid(text) {
		return nil, b.fail(placeOf(text, invalidOffset(text)), "the text is not UTF-8", "")
	}
	if isJSON(file, text) {
		return b.readJSON(text)
	}
	return b.readYAML(text)
}

func isJSON(file string, text []byte) bool {
	if ext := strings.ToLower(path.Ext(file)); ext == ".json" || ext == ".har" {
		return true
	}
	start := bytes.TrimLeft(text, " \t\r\n")
	return len(start) > 0 && (start[0] == '{' || start[0] == '[') && json.Valid(text)
}

// builder makes the nodes of one text and counts them.
type builder struct {
	document *document
	limits   Limits
	nodes    int
	block    []Node // nodes are allocated in blocks; this is the unused rest of the last one
	problems Problems
}

// node makes one node, and fails when there are too many.
func (b *builder) node(kind Kind, text string, at place) (*Node, error) {
	if err := b.count(1, at); err != nil {
		return nil, err
	}
	if len(b.block) == 0 {
		b.block = make([]Node, min(max(8, b.nodes), 512))
	}
	node := &b.block[0]
	b.block = b.block[1:]
	*node = Node{document: b.document, kind: kind, text: text, at: at}
	return node, nil
}

func (b *builder) count(nodes int, at place) error {
	b.nodes += nodes
	if b.nodes > b.limits.Nodes {
		return b.tooMany(at)
	}
	return nil
}

func (b *builder) tooMany(at place) error {
	return b.fail(at, fmt.Sprintf("more than %d values, aliases counted each time they are used", b.limits.Nodes), "")
}

func (b *builder) tooDeep(at place) error {
	return b.fail(at, fmt.Sprintf("nested deeper than %d", b.limits.Depth), "")
}

// mapping completes a mapping: it notes duplicate keys and indexes a large one.
func (b *builder) mapping(node *Node, fields []Field) error {
	node.children = &children{fields: fields}
	if len(fields) > linearFields {
		return b.index(node.children)
	}
	for i := range fields {
		for j := range i {
			if fields[i].Key != fields[j].Key {
				continue
			}
			if err := b.duplicate(fields[j], fields[i]); err != nil {
				return err
			}
			break
		}
	}
	return nil
}

func (b *builder) index(c *children) error {
	c.sorted = make([]uint32, len(c.fields))
	for i := range c.sorted {
		c.sorted[i] = uint32(i)
	}
	slices.SortStableFunc(c.sorted, func(i, j uint32) int { return strings.Compare(c.fields[i].Key, c.fields[j].Key) })
	first := 0
	for i := 1; i < len(c.sorted); i++ {
		if c.fields[c.sorted[i]].Key != c.fields[c.sorted[first]].Key {
			first = i
			continue
		}
		if err := b.duplicate(c.fields[c.sorted[first]], c.fields[c.sorted[i]]); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) duplicate(first, second Field) error {
	return b.note(second.Value.keyAt, fmt.Sprintf("key %.80q is given twice", second.Key),
		fmt.Sprintf("the first is on line %d", first.Value.keyAt.line))
}

// note keeps a problem and lets the parse go on, until there are too many.
func (b *builder) note(at place, problem, hint string) error {
	b.problems.AddError(b.problem(at, problem, hint))
	if b.problems.Len() < maxProblems {
		return nil
	}
	return b.problems.Err()
}

// fail ends the parse with a problem, after those that were noted before.
func (b *builder) fail(at place, problem, hint string) error {
	found := b.problem(at, problem, hint)
	if b.problems.Len() == 0 {
		return found
	}
	b.problems.AddError(found)
	return b.problems.Err()
}

func (b *builder) problem(at place, problem, hint string) *Error {
	position := Position{File: b.document.file, Line: int(at.line), Column: int(at.column)}
	return &Error{Position: position, Problem: problem, Hint: hint}
}

// cursor turns rising offsets into places without looking at any byte twice.
type cursor struct {
	offset int
	at     place
}

func newCursor() cursor { return cursor{at: place{line: 1, column: 1}} }

// place returns the place of an offset that is not before the last one asked for.
func (c *cursor) place(text string, offset int) place {
	passed := text[c.offset:offset]
	c.offset = offset
	for {
		end := strings.IndexByte(passed, '\n')
		if end < 0 {
			break
		}
		c.at = place{line: c.at.line + 1, column: 1}
		passed = passed[end+1:]
	}
	c.at.column += uint32(utf8.RuneCountInString(passed)) //nolint:gosec // not more than the bytes of the text, which fit
	return c.at
}

func placeOf(text []byte, offset int) place {
	c := newCursor()
	return c.place(string(text[:offset]), offset)
}

func invalidOffset(text []byte) int {
	offset := 0
	for offset < len(text) {
		r, size := utf8.DecodeRune(text[offset:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		offset += size
	}
	return offset
}
