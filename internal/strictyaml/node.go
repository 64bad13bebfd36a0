// Package strictyaml reads YAML and JSON into one immutable tree that knows where each value stands, within limits
// on size, depth and alias expansion. It refuses what the two formats leave loose: duplicate keys, merge keys, a second
// document, tags and numbers that JSON lacks, silent type changes.
package strictyaml

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Kind says what a Node holds.
type Kind uint8

// The kinds of a Node.
const (
	Null Kind = iota
	Bool
	Number
	String
	Sequence
	Mapping
)

// String is the word for the kind in messages: "null", "boolean", "number", "string", "sequence" or "mapping".
func (k Kind) String() string {
	switch k {
	case Bool:
		return "boolean"
	case Number:
		return "number"
	case String:
		return "string"
	case Sequence:
		return "sequence"
	case Mapping:
		return "mapping"
	case Null:
		return "null"
	}
	return "kind " + strconv.Itoa(int(k))
}

// Position is a place in a file. Line and column count from 1, columns in characters. The zero value is "nowhere".
type Position struct {
	File         string
	Line, Column int
}

// String renders file:line:column, file alone without a line, and "" for nowhere.
func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Node is one value. Immutable after parsing, safe for concurrent use. A nil *Node is an absent value: every method
// works on it and returns the zero value. Where an alias stands, the anchored value is seen, at the anchor's place.
type Node struct {
	document *document
	text     string
	children *children // nil for scalars
	at       place
	keyAt    place // of the key that this value stands under
	kind     Kind
}

// document is what all nodes of one tree share.
type document struct {
	file string
	root *Node
}

// place is a Position without its file: large documents hold two of them in each of a million nodes.
type place struct{ line, column uint32 }

// Field is one key of a mapping, in document order.
type Field struct {
	Key   string
	Value *Node
}

// Kind returns what the node holds; Null for nil.
func (n *Node) Kind() Kind {
	if n == nil {
		return Null
	}
	return n.kind
}

// Position returns the place of the value.
func (n *Node) Position() Position {
	if n == nil {
		return Position{}
	}
	return n.position(n.at)
}

// KeyPosition returns the place of key in this mapping, and that of the node where there is no such key.
func (n *Node) KeyPosition(key string) Position {
	if value := n.Field(key); value != nil {
		return value.position(value.keyAt)
	}
	return n.Position()
}

func (n *Node) position(at place) Position {
	return Position{File: n.document.file, Line: int(at.line), Column: int(at.column)}
}

// Text returns a scalar's text as JSON means it: the string's content, the number as written, true, false or null.
// It is empty for a sequence or a mapping.
func (n *Node) Text() string {
	if n == nil {
		return ""
	}
	return n.text
}

// Fields returns the keys and values of a mapping in document order. The slice belongs to the node: do not modify it.
func (n *Node) Fields() []Field {
	if n == nil || n.children == nil {
		return nil
	}
	return n.children.fields
}

// Items returns the values of a sequence. The slice belongs to the node: do not modify it.
func (n *Node) Items() []*Node {
	if n == nil || n.children == nil {
		return nil
	}
	return n.children.items
}

// Field returns the value under key, and nil where the node is no mapping or lacks the key.
func (n *Node) Field(key string) *Node {
	if n == nil || n.children == nil {
		return nil
	}
	return n.children.field(key)
}

// File returns the name that the document was parsed under.
func (n *Node) File() string {
	if n == nil {
		return ""
	}
	return n.document.file
}

// Root returns the document's top node.
func (n *Node) Root() *Node {
	if n == nil {
		return nil
	}
	return n.document.root
}

// Value returns a fresh copy as encoding/json would decode it with UseNumber: map[string]any, []any, json.Number,
// string, bool or nil.
func (n *Node) Value() any {
	switch n.Kind() {
	case Bool:
		return n.text == "true"
	case Number:
		return json.Number(n.text)
	case String:
		return n.text
	case Sequence:
		values := make([]any, len(n.children.items))
		for i, item := range n.children.items {
			values[i] = item.Value()
		}
		return values
	case Mapping:
		values := make(map[string]any, len(n.children.fields))
		for _, field := range n.children.fields {
			values[field.Key] = field.Value.Value()
		}
		return values
	case Null:
	}
	return nil
}

// Describe names the value for a "got" in a message: null, true, number 12, string "x", sequence or mapping.
// Long text is cut. A nil node is "nothing".
func (n *Node) Describe() string {
	const limit = 80
	if n == nil {
		return "nothing"
	}
	text := n.text
	if len(text) > limit {
		text = strings.ToValidUTF8(text[:limit], "") + "…"
	}
	switch n.kind {
	case Number:
		return "number " + text
	case String:
		return fmt.Sprintf("string %q", text)
	case Bool, Null:
		return text
	case Sequence, Mapping:
	}
	return n.kind.String()
}

// children is what a sequence or a mapping holds, apart from Node because most nodes are scalars.
type children struct {
	fields []Field
	items  []*Node
	sorted []uint32 // indexes of fields by key, only for large mappings
}

// linearFields is the size up to which looking at every key is quicker than a binary search.
const linearFields = 12

func (c *children) field(key string) *Node {
	if c.sorted == nil {
		for i := range c.fields {
			if c.fields[i].Key == key {
				return c.fields[i].Value
			}
		}
		return nil
	}
	found, ok := slices.BinarySearchFunc(c.sorted, key, func(index uint32, key string) int {
		return strings.Compare(c.fields[index].Key, key)
	})
	if !ok {
		return nil
	}
	return c.fields[c.sorted[found]].Value
}
