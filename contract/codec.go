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
	header  bool   // items may have white space around them (RFC 9110 section 5.6.1)
	media   string // of content, instead of style
	schema  *schema.Schema
	target  *schema.Schema // where schema is but a reference, what it leads to

	once  sync.Once
	quick quickCheck
	types []string // JSON types that the text may mean; nil for any
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
		types, items := typesIn(c.schema)
		c.types = types
		for _, item := range items {
			below, _ := typesIn(item)
			c.items = append(c.items, below...)
		}
		if c.media == "" {
			c.quick = quickCheckOf(c.target)
		}
	})
}

// typesIn lists the types that a schema allows, and the schemas of its items where it is an array. Where it names no type
// itself, its oneOf and anyOf do.
func typesIn(s *schema.Schema) (types []string, items []*schema.Schema) {
	seen := map[*schema.Schema]bool{}
	var visit func(s *schema.Schema)
	visit = func(s *schema.Schema) {
		if seen[s] {
			return
		}
		seen[s] = true
		items = append(items, s.Items())
		if own := s.Types(); own != nil {
			types = append(types, own...)
			return
		}
		for _, branch := range slices.Concat(s.OneOf(), s.AnyOf()) {
			visit(branch)
		}
	}
	visit(s)
	slices.Sort(types)
	return slices.Compact(types), items
}

// unread says whether the text is that of an object, or may be: it is not decoded then.
func (c *codec) unread() bool {
	return c.media == "" && slices.Contains(c.types, "object") && !slices.Contains(c.types, "string")
}

// repeats says whether a parameter may be there more than once.
func (c *codec) repeats() bool {
	return c.media == "" && (c.types == nil || slices.Contains(c.types, "array"))
}

// readings lists the values that texts may mean, the likeliest first: "5" is a number, a text or a list of one where the
// schema allows all three.
func (c *codec) readings(texts []string) []any {
	if c.media != "" {
		return []any{c.decodeMedia(texts[0])}
	}
	var found []any
	if len(texts) == 1 && !slices.Equal(c.types, []string{"array"}) {
		text := c.unprefixed(texts[0])
		found = append(found, scalar(text, c.types))
		if found[0] != text && slices.Contains(c.types, "string") {
			found = append(found, text)
		}
	}
	if c.repeats() && (len(texts) > 1 || c.types != nil) {
		items := []any{}
		for _, text := range c.split(texts) {
			items = append(items, scalar(text, c.items))
		}
		found = append(found, items)
	}
	return found
}

func (c *codec) decodeMedia(text string) any {
	if !isJSON(c.media) {
		return text
	}
	value, err := decodeJSON([]byte(text))
	if err != nil {
		return text
	}
	return value
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
	items := strings.Split(joined, separator)
	if c.header {
		for i := range items {
			items[i] = strings.Trim(items[i], " \t")
		}
	}
	return items
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
	last := text[len(text)-1] // JSON allows white space around a value
	return last >= '0' && last <= '9' && json.Valid([]byte(text))
}
