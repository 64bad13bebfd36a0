package strictyaml

import (
	"fmt"
	"strconv"
	"strings"
)

// At returns the value that a JSON Pointer (RFC 6901) leads to: "" is the node itself, a sequence takes decimal indexes
// without leading zeros. It is nil where the pointer leads nowhere or is not a pointer.
func (n *Node) At(pointer string) *Node {
	if pointer != "" && pointer[0] != '/' {
		return nil
	}
	for pointer != "" && n != nil {
		token, rest := pointer[1:], ""
		if end := strings.IndexByte(token, '/'); end >= 0 {
			token, rest = token[:end], token[end:]
		}
		name, ok := unescape(token)
		if !ok {
			return nil
		}
		n, pointer = n.child(name), rest
	}
	return n
}

func (n *Node) child(token string) *Node {
	if n.kind != Sequence {
		return n.Field(token)
	}
	index, ok := arrayIndex(token)
	if !ok || index >= len(n.children.items) {
		return nil
	}
	return n.children.items[index]
}

// arrayIndex reads the array-index of RFC 6901 section 4: "0", or digits that do not begin with 0.
func arrayIndex(token string) (int, bool) {
	if token == "" || token[0] < '0' || token[0] > '9' || (token[0] == '0' && len(token) > 1) {
		return 0, false
	}
	index, err := strconv.Atoi(token)
	return index, err == nil
}

// Pointer joins tokens into a JSON Pointer (RFC 6901), escaping ~ and /. No tokens make "", the whole document.
func Pointer(tokens ...string) string {
	var pointer strings.Builder
	for _, token := range tokens {
		pointer.WriteByte('/')
		pointer.WriteString(escape(token))
	}
	return pointer.String()
}

// Tokens splits a JSON Pointer (RFC 6901) into its unescaped tokens; none for "". A pointer that neither is empty nor
// starts with a slash, or that holds a ~ without 0 or 1 behind it, is an error.
func Tokens(pointer string) ([]string, error) {
	if pointer == "" {
		return nil, nil
	}
	if pointer[0] != '/' {
		return nil, fmt.Errorf("pointer %q does not start with /", pointer)
	}
	tokens := strings.Split(pointer[1:], "/")
	for i, token := range tokens {
		name, ok := unescape(token)
		if !ok {
			return nil, fmt.Errorf("pointer %q holds a ~ that is neither ~0 nor ~1", pointer)
		}
		tokens[i] = name
	}
	return tokens, nil
}

// unescape turns ~1 into / and ~0 into ~ (RFC 6901 section 4); false for any other ~.
func unescape(token string) (string, bool) {
	if strings.IndexByte(token, '~') < 0 {
		return token, true
	}
	var name strings.Builder
	for i := 0; i < len(token); i++ {
		if token[i] != '~' {
			name.WriteByte(token[i])
			continue
		}
		i++
		switch {
		case i < len(token) && token[i] == '0':
			name.WriteByte('~')
		case i < len(token) && token[i] == '1':
			name.WriteByte('/')
		default:
			return "", false
		}
	}
	return name.String(), true
}

func escape(token string) string {
	if !strings.ContainsAny(token, "~/") {
		return token
	}
	return strings.ReplaceAll(strings.ReplaceAll(token, "~", "~0"), "/", "~1")
}
