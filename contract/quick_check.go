package contract

import (
	"slices"

	"github.com/understudy-dev/understudy/internal/schema"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// quickCheck accepts most right values of simple string schemas without the JSON Schema engine. What it does not accept, the engine
// judges; so it need not know every schema.
type quickCheck struct {
	kind quickKind
	enum []string
}

type quickKind uint8

const (
	quickNothing quickKind = iota // leaves all to the engine
	quickText                     // any text
	quickUUID
	quickEnum
)

// accepts says that text is certainly right.
func (q quickCheck) accepts(text string) bool {
	switch q.kind {
	case quickText:
		return true
	case quickUUID:
		return isUUID(text)
	case quickEnum:
		return slices.Contains(q.enum, text)
	case quickNothing:
	}
	return false
}

func quickCheckOf(s *schema.Schema) quickCheck {
	if s == nil {
		return quickCheck{kind: quickText}
	}
	if !slices.Equal(s.Types(), []string{"string"}) || s.Node().Kind() != strictyaml.Mapping {
		return quickCheck{}
	}
	for _, field := range s.Node().Fields() {
		if isExtension(field.Key) || slices.Contains(quickKeywords(), field.Key) {
			continue
		}
		return quickCheck{}
	}
	var enum []string
	for _, value := range s.Enum() {
		if value.Kind() != strictyaml.String {
			return quickCheck{}
		}
		enum = append(enum, value.Text())
	}
	switch {
	case enum != nil && s.Format() == "":
		return quickCheck{kind: quickEnum, enum: enum}
	case enum == nil && s.Format() == "uuid":
		return quickCheck{kind: quickUUID}
	case enum == nil && s.Format() == "":
		return quickCheck{kind: quickText}
	}
	return quickCheck{}
}

// quickKeywords lists what a schema may hold to be simple: any other keyword could refuse a value.
func quickKeywords() []string {
	return []string{"type", "format", "enum", "title", "description", "default", "example", "examples", "deprecated", "$comment", "externalDocs"}
}

// isUUID says whether text is a UUID as RFC 9562 section 4 writes it, in either case.
func isUUID(text string) bool {
	if len(text) != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return false
	}
	for i := range len(text) {
		b := text[i]
		if b-'0' <= 9 || (b|0x20)-'a' <= 'f'-'a' {
			continue
		}
		if i != 8 && i != 13 && i != 18 && i != 23 {
			return false
		}
	}
	return true
}
