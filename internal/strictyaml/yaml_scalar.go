package strictyaml

import (
	"encoding/json"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

const quoteHint = "quote it if it is meant as text"

// scalar converts by the core schema (YAML 1.2.2, 10.3), as far as JSON has the same values.
func (c *converter) scalar(parsed *yaml.Node) (*Node, error) {
	kind, text, problem := resolveScalar(parsed)
	if problem != "" {
		if err := c.note(placeOfNode(parsed), problem, quoteHint); err != nil {
			return nil, err
		}
	}
	if kind == String && tagOf(parsed) == unknownTag {
		if err := c.badTag(parsed); err != nil {
			return nil, err
		}
	}
	return c.node(kind, text, placeOfNode(parsed))
}

const unknownTag = "unknown"

// tagOf returns the tag that the author wrote, "" for none, and unknownTag for one that a scalar cannot have.
func tagOf(parsed *yaml.Node) string {
	if parsed.Style&yaml.TaggedStyle == 0 {
		return ""
	}
	switch parsed.Tag {
	case "!!str", "!!null", "!!bool", "!!int", "!!float", "!!timestamp":
		return parsed.Tag
	}
	return unknownTag
}

// resolveScalar returns what a scalar means, and a problem where it means something that JSON lacks.
func resolveScalar(parsed *yaml.Node) (kind Kind, text, problem string) {
	written := parsed.Value
	const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	tag := tagOf(parsed)
	if tag == "!!str" || tag == "!!timestamp" || tag == unknownTag || (tag == "" && parsed.Style&quoted != 0) {
		return String, written, ""
	}
	kind, text = plainScalar(written)
	if kind == String && tag == "" && (parsed.Tag == "!!int" || parsed.Tag == "!!float") {
		return String, written, fmt.Sprintf("number %.80s is not written as JSON writes numbers", written)
	}
	if wanted, ok := kindOfTag(tag); ok && wanted != kind {
		return String, written, fmt.Sprintf("tag %s does not fit %.80q", tag, written)
	}
	return kind, text, ""
}

func kindOfTag(tag string) (Kind, bool) {
	switch tag {
	case "!!null":
		return Null, true
	case "!!bool":
		return Bool, true
	case "!!int", "!!float":
		return Number, true
	}
	return String, false
}

func plainScalar(text string) (Kind, string) {
	switch text {
	case "", "~", "null", "Null", "NULL":
		return Null, "null"
	case "true", "True", "TRUE", "false", "False", "FALSE":
		return Bool, strings.ToLower(text)
	}
	if (text[0] == '-' || (text[0] >= '0' && text[0] <= '9')) && json.Valid([]byte(text)) {
		return Number, text
	}
	return String, text
}

// key returns a key's text as written, and false where it is no key for us; that is noted then.
func (c *converter) key(parsed *yaml.Node) (string, bool, error) {
	at := placeOfNode(parsed)
	source := parsed
	if parsed.Kind == yaml.AliasNode {
		source = parsed.Alias
		if _, known := c.anchored[source]; !known {
			return "", false, c.noAnchor(parsed)
		}
	}
	if source.Kind != yaml.ScalarNode {
		return "", false, c.note(at, "a key must be a scalar", "")
	}
	if source.Tag == "!!merge" {
		return "", false, c.note(at, "merge keys (<<) are not read", "write the keys out")
	}
	if source.Style&yaml.TaggedStyle != 0 && tagOf(source) == unknownTag {
		return "", false, c.badTag(source)
	}
	if parsed.Anchor != "" {
		// Anchored keys may be used as values further on.
		if _, _, err := c.value(parsed, 0); err != nil {
			return "", false, err
		}
	}
	return source.Value, true, nil
}

func (c *converter) badTag(parsed *yaml.Node) error {
	return c.note(placeOfNode(parsed), fmt.Sprintf("tag %.80q is not read here", parsed.Tag), "leave it out")
}
