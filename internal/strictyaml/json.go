package strictyaml

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// readJSON lets encoding/json judge the syntax, then walks the text, which is now known to be right: that is several times
// quicker than its token by token interface, and finds each value's place on the way.
func (b *builder) readJSON(data []byte) ([]*Node, error) {
	if !json.Valid(data) {
		return nil, b.invalidJSON(data)
	}
	r := jsonReader{builder: b, text: string(data), cursor: newCursor()}
	root, err := r.value(0)
	if err != nil {
		return nil, err
	}
	if err := b.problems.Err(); err != nil {
		return nil, err
	}
	b.document.root = root
	return []*Node{root}, nil
}

func (b *builder) invalidJSON(data []byte) error {
	var raw json.RawMessage
	err := json.Unmarshal(data, &raw)
	syntax, ok := errors.AsType[*json.SyntaxError](err)
	if !ok {
		return b.fail(newCursor().at, "not JSON", "")
	}
	offset := min(max(int(syntax.Offset)-1, 0), len(data))
	if strings.HasPrefix(syntax.Error(), "unexpected end") {
		offset = len(data)
	}
	if strings.Contains(syntax.Error(), "max depth") {
		return b.tooDeep(placeOf(data, offset))
	}
	hint := ""
	if len(strings.TrimSpace(string(data))) == 0 {
		hint = "the file is empty"
	}
	return b.fail(placeOf(data, offset), "not JSON: "+syntax.Error(), hint)
}

// jsonReader walks valid JSON. Strings without escapes, keys and numbers are parts of the text, not copies.
type jsonReader struct {
	*builder
	text   string
	offset int
	cursor cursor
	fields []Field // of all mappings that are being read, one behind the other
	items  []*Node // likewise
}

func (r *jsonReader) value(depth int) (*Node, error) {
	r.space()
	at := r.cursor.place(r.text, r.offset)
	switch r.text[r.offset] {
	case '{':
		return r.object(at, depth+1)
	case '[':
		return r.array(at, depth+1)
	case '"':
		return r.node(String, r.string(), at)
	case 't':
		return r.literal(Bool, "true", at)
	case 'f':
		return r.literal(Bool, "false", at)
	case 'n':
		return r.literal(Null, "null", at)
	}
	start := r.offset
	for r.offset < len(r.text) && strings.IndexByte("+-.0123456789eE", r.text[r.offset]) >= 0 {
		r.offset++
	}
	return r.node(Number, r.text[start:r.offset], at)
}

func (r *jsonReader) literal(kind Kind, text string, at place) (*Node, error) {
	r.offset += len(text)
	return r.node(kind, text, at)
}

func (r *jsonReader) object(at place, depth int) (*Node, error) {
	node, err := r.open(Mapping, at, depth)
	if err != nil {
		return nil, err
	}
	base := len(r.fields)
	for r.more('}') {
		r.space()
		keyAt := r.cursor.place(r.text, r.offset)
		key := r.string()
		r.space()
		r.offset++ // the colon
		value, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		value.keyAt = keyAt
		r.fields = append(r.fields, Field{Key: key, Value: value})
	}
	fields := slices.Clone(r.fields[base:])
	r.fields = r.fields[:base]
	return node, r.mapping(node, fields)
}

func (r *jsonReader) array(at place, depth int) (*Node, error) {
	node, err := r.open(Sequence, at, depth)
	if err != nil {
		return nil, err
	}
	base := len(r.items)
	for r.more(']') {
		item, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		r.items = append(r.items, item)
	}
	node.children = &children{items: slices.Clone(r.items[base:])}
	r.items = r.items[:base]
	return node, nil
}

func (r *jsonReader) open(kind Kind, at place, depth int) (*Node, error) {
	if depth > r.limits.Depth {
		return nil, r.tooDeep(at)
	}
	r.offset++
	return r.node(kind, "", at)
}

// more steps over a comma, or over the closing byte and says that there is nothing more.
func (r *jsonReader) more(closing byte) bool {
	r.space()
	if r.text[r.offset] == closing {
		r.offset++
		return false
	}
	if r.text[r.offset] == ',' {
		r.offset++
	}
	return true
}

func (r *jsonReader) space() {
	for strings.IndexByte(" \t\r\n", r.text[r.offset]) >= 0 {
		r.offset++
	}
}

func (r *jsonReader) string() string {
	start := r.offset
	r.offset++
	escaped := false
	for r.text[r.offset] != '"' {
		if r.text[r.offset] == '\\' {
			escaped = true
			r.offset++
		}
		r.offset++
	}
	r.offset++
	if !escaped {
		return r.text[start+1 : r.offset-1]
	}
	var text string
	// The text is valid JSON and this is one string of it: there is no error to meet.
	_ = json.Unmarshal([]byte(r.text[start:r.offset]), &text)
	return text
}
