package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"gopkg.in/yaml.v3"
)

// readYAML parses document by document and converts each before the next is read.
func (b *builder) readYAML(data []byte) ([]*Node, error) {
	if offset := manyMarks(data, max(b.limits.Nodes, harmlessMarks)); offset >= 0 {
		return nil, b.tooMany(placeOf(data, offset))
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	file := b.document.file
	var documents []*Node
	for {
		parsed, err := decode(decoder)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, b.invalidYAML(data, err)
		}
		b.document = &document{file: file}
		c := converter{builder: b, anchored: map[*yaml.Node]*expansion{}}
		root, err := c.document(parsed)
		if err != nil {
			return nil, err
		}
		documents = append(documents, root)
	}
	if err := b.problems.Err(); err != nil {
		return nil, err
	}
	if len(documents) == 0 {
		return nil, b.fail(newCursor().at, "the file holds no value", "")
	}
	return documents, nil
}

// decode reads one document. yaml.v3 reports its own doubts by panicking; bad input must never stop the program.
func decode(decoder *yaml.Decoder) (node *yaml.Node, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			node, err = nil, fmt.Errorf("the YAML parser gave up: %v", fault)
		}
	}()
	node = new(yaml.Node)
	err = decoder.Decode(node)
	return node, err
}

// harmlessMarks is how many marks of structure yaml.v3 may meet whatever the limit is: they fit 60 MB.
const harmlessMarks = 200_000

// manyMarks returns the offset at which the text has more marks of structure than limit, or -1. Every value but the first needs
// a mark, and yaml.v3, which has no limit of its own, takes up to 300 bytes for each before we can count values. Prose has
// marks as well, but not in such numbers.
func manyMarks(data []byte, limit int) int {
	for i, c := range data {
		switch c {
		case ',', '[', '{':
			limit--
		case '-', '?':
			if separates(data, i+1) {
				limit--
			}
		case ':':
			if separates(data, i+1) || (i > 0 && strings.IndexByte(`"']}`, data[i-1]) >= 0) {
				limit--
			}
		}
		if limit < 0 {
			return i
		}
	}
	return -1
}

// separates says whether the byte at offset can end an indicator; the line breaks outside of ASCII count by their first byte.
func separates(data []byte, offset int) bool {
	return offset == len(data) || data[offset] >= 0x80 || strings.IndexByte(" \t\r\n,[]{}", data[offset]) >= 0
}

// converter turns the nodes of one document into ours.
type converter struct {
	*builder
	anchored map[*yaml.Node]*expansion // nil while the anchored value itself is being read
}

// expansion is an anchored value and what one more use of it costs. Its parts are shared, its cost is not.
type expansion struct {
	node          *Node
	nodes, height int
}

func (c *converter) document(parsed *yaml.Node) (*Node, error) {
	root, _, err := c.value(parsed.Content[0], 0)
	if err != nil {
		return nil, err
	}
	c.builder.document.root = root
	return root, nil
}

// value converts the node that stands below depth sequences and mappings, and returns its own height as well.
func (c *converter) value(parsed *yaml.Node, depth int) (*Node, int, error) {
	if parsed.Kind == yaml.AliasNode {
		return c.alias(parsed, depth)
	}
	if parsed.Anchor == "" {
		return c.plain(parsed, depth)
	}
	c.anchored[parsed] = nil
	before := c.nodes
	node, height, err := c.plain(parsed, depth)
	if err != nil {
		return nil, 0, err
	}
	c.anchored[parsed] = &expansion{node: node, nodes: c.nodes - before, height: height}
	return node, height, nil
}

func (c *converter) alias(parsed *yaml.Node, depth int) (*Node, int, error) {
	at := placeOfNode(parsed)
	target, known := c.anchored[parsed.Alias]
	if !known {
		return nil, 0, c.noAnchor(parsed)
	}
	if target == nil {
		return nil, 0, c.fail(at, fmt.Sprintf("alias %.80q stands inside the value that it names", parsed.Value), "")
	}
	if depth+target.height > c.limits.Depth {
		return nil, 0, c.tooDeep(at)
	}
	if err := c.count(target.nodes-1, at); err != nil {
		return nil, 0, err
	}
	node, err := c.node(target.node.kind, target.node.text, target.node.at)
	if err != nil {
		return nil, 0, err
	}
	node.children = target.node.children
	return node, target.height, nil
}

// noAnchor refuses an alias of another document's anchor: yaml.v3 keeps anchors, YAML does not (1.2.2, 3.2.2.2).
func (c *converter) noAnchor(parsed *yaml.Node) error {
	return c.fail(placeOfNode(parsed), fmt.Sprintf("alias %.80q has no anchor in this document", parsed.Value), "")
}

func (c *converter) plain(parsed *yaml.Node, depth int) (*Node, int, error) {
	if parsed.Kind == yaml.ScalarNode {
		node, err := c.scalar(parsed)
		return node, 0, err
	}
	at := placeOfNode(parsed)
	if depth >= c.limits.Depth {
		return nil, 0, c.tooDeep(at)
	}
	if parsed.Kind == yaml.SequenceNode {
		return c.sequence(parsed, at, depth+1)
	}
	return c.fields(parsed, at, depth+1)
}

func (c *converter) sequence(parsed *yaml.Node, at place, depth int) (*Node, int, error) {
	node, err := c.collection(parsed, Sequence, "!!seq", at)
	if err != nil {
		return nil, 0, err
	}
	items, tallest := make([]*Node, len(parsed.Content)), 0
	for i, content := range parsed.Content {
		item, height, err := c.value(content, depth)
		if err != nil {
			return nil, 0, err
		}
		items[i], tallest = item, max(tallest, height)
	}
	node.children = &children{items: items}
	return node, tallest + 1, nil
}

func (c *converter) fields(parsed *yaml.Node, at place, depth int) (*Node, int, error) {
	node, err := c.collection(parsed, Mapping, "!!map", at)
	if err != nil {
		return nil, 0, err
	}
	fields, tallest := make([]Field, 0, len(parsed.Content)/2), 0
	for i := 0; i+1 < len(parsed.Content); i += 2 {
		key, ok, err := c.key(parsed.Content[i])
		if err != nil {
			return nil, 0, err
		}
		value, height, err := c.value(parsed.Content[i+1], depth)
		if err != nil {
			return nil, 0, err
		}
		value.keyAt = placeOfNode(parsed.Content[i])
		if ok {
			fields = append(fields, Field{Key: key, Value: value})
		}
		tallest = max(tallest, height)
	}
	return node, tallest + 1, c.mapping(node, fields)
}

func (c *converter) collection(parsed *yaml.Node, kind Kind, tag string, at place) (*Node, error) {
	if parsed.Style&yaml.TaggedStyle != 0 && parsed.Tag != tag {
		if err := c.badTag(parsed); err != nil {
			return nil, err
		}
	}
	return c.node(kind, "", at)
}

func placeOfNode(parsed *yaml.Node) place {
	return place{line: uint32(parsed.Line), column: uint32(parsed.Column)} //nolint:gosec // the text's size is bounded to fit
}
