package contract

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/understudy-dev/understudy/internal/schema"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// codec turns the text of a parameter or header into the value that its schema means (OpenAPI 3.1, "Style Values").
// Objects in parameters are not decoded: of them only the presence is judged.
type codec struct {
	style   string
	explode bool
	media   string // of content, instead of style
	schema  *schema.Schema
	target  *schema.Schema // where schema is but a reference, what it leads to

	once  sync.Once
	quick quickCheck
	types []string // JSON types that the text may mean
	items []string // and those of an array's items
}

// codec reads schema, content, style and explode of a parameter or header.
func (r *reader) codec(node *strictyaml.Node, schemas *schema.Set, subject, style string) *codec {
	if given := r.text(node, "style", subject); given != "" {
		style = given
	}
	c := &codec{style: style, explode: style == "form"}
	if node.Field("explode") != nil {
		c.explode = r.flag(node, "explode", subject)
	}
	content := r.mapping(node, "content", subject)
	hasSchema, hasContent := node.Field("schema") != nil, node.Field("content") != nil
	switch {
	case hasSchema && hasContent:
		r.problems.Add(node.KeyPosition("content"), subject, "it has both schema and content", "keep one")
	case !hasSchema && !hasContent:
		r.problems.Add(node.Position(), subject, "it has neither schema nor content", "")
	case hasContent && content != nil && len(content.Fields()) != 1:
		r.problems.Add(content.Position(), subject, "content: want exactly one media type", "")
	case hasContent:
		for _, field := range content.Fields() {
			c.media = field.Key
			c.schema = schemas.Schema(r.field(content, field.Key).Field("schema"))
		}
	default:
		c.schema = schemas.Schema(node.Field("schema"))
		c.target = schemas.Schema(r.plainTarget(node.Field("schema")))
	}
	return c
}

// plainTarget follows references that have nothing beside them, as far as they lead somewhere.
func (r *reader) plainTarget(node *strictyaml.Node) *strictyaml.Node {
	for range maxHops {
		ref := node.Field("$ref")
		if ref == nil || len(node.Fields()) > 1 {
			return node
		}
		next, err := r.files.resolve(node, ref.Text())
		if err != nil {
			return node
		}
		node = next
	}
	return node
}

// prepare looks at the schema, once.
func (c *codec) prepare() {
	c.once.Do(func() {
		c.types = c.schema.Types()
		c.items = c.schema.Items().Types()
		if c.media == "" {
			c.quick = quickCheckOf(c.target)
		}
	})
}

// decode returns the value that texts mean. judged is false where the schema's type is an object in a style: such text is not decoded.
func (c *codec) decode(texts []string) (value any, judged bool) {
	switch {
	case c.media != "":
		return c.decodeMedia(texts)
	case slices.Contains(c.types, "array"):
		items := []any{}
		for _, text := range c.split(texts) {
			items = append(items, scalar(text, c.items))
		}
		return items, true
	case slices.Contains(c.types, "object") && !slices.Contains(c.types, "string"):
		return nil, false
	}
	return scalar(c.unprefixed(texts[0]), c.types), true
}

func (c *codec) decodeMedia(texts []string) (any, bool) {
	if !isJSON(c.media) {
		return texts[0], true
	}
	value, err := decodeJSON([]byte(texts[0]))
	if err != nil {
		return texts[0], true
	}
	return value, true
}

// split cuts the text of an array into its items.
func (c *codec) split(texts []string) []string {
	separator := ","
	switch c.style {
	case "form":
		if c.explode {
			return texts
		}
	case "spaceDelimited":
		separator = " "
	case "pipeDelimited":
		separator = "|"
	case "label":
		if c.explode {
			separator = "."
		}
	case "matrix":
		if c.explode {
			return splitMatrix(strings.Join(texts, ""))
		}
	}
	joined := strings.Join(texts, separator)
	if joined = c.unprefixed(joined); joined == "" {
		return nil
	}
	return strings.Split(joined, separator)
}

// splitMatrix reads ";p=1;p=2" (RFC 6570 section 3.2.7).
func splitMatrix(text string) []string {
	var items []string
	for part := range strings.SplitSeq(strings.TrimPrefix(text, ";"), ";") {
		_, value, _ := strings.Cut(part, "=")
		items = append(items, value)
	}
	return items
}

// unprefixed drops what the styles label and matrix put before a value.
func (c *codec) unprefixed(text string) string {
	switch c.style {
	case "label":
		return strings.TrimPrefix(text, ".")
	case "matrix":
		if _, value, ok := strings.Cut(text, "="); ok && strings.HasPrefix(text, ";") {
			return value
		}
	}
	return text
}

// scalar reads text as the first of types that fits it: a number, a boolean, else a string. It is never null.
func scalar(text string, types []string) any {
	for _, name := range types {
		switch name {
		case "integer", "number":
			if isNumber(text) {
				return json.Number(text)
			}
		case "boolean":
			if text == "true" || text == "false" {
				return text == "true"
			}
		}
	}
	return text
}

// isNumber says whether text is a number of JSON (RFC 8259 section 6).
func isNumber(text string) bool {
	if text == "" || (text[0] != '-' && (text[0] < '0' || text[0] > '9')) {
		return false
	}
	return json.Valid([]byte(text))
}
