package contract

import (
	"fmt"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// reader reads parts of an OpenAPI document and collects what is wrong with them. It follows a $ref wherever one stands,
// because real documents put them anywhere.
type reader struct {
	files    *files
	problems strictyaml.Problems
}

// maxProblems ends the reading: nobody reads more, and a hostile document may hold millions.
const maxProblems = 1000

// full says that enough is known to be wrong.
func (r *reader) full() bool { return r.problems.Len() >= maxProblems }

// hint is strictyaml.ClosestHint where the names are few enough to be compared.
func hint(want string, names []string) string {
	const limit = 5000
	if len(names) > limit {
		return ""
	}
	return strictyaml.ClosestHint(want, names)
}

// follow returns the node that node stands for. A reference that leads nowhere, or in a circle, is a problem and nil.
func (r *reader) follow(node *strictyaml.Node) *strictyaml.Node {
	start := node
	for range maxHops {
		ref := node.Field("$ref")
		if ref == nil {
			return node
		}
		if ref.Kind() != strictyaml.String {
			r.problems.Add(ref.Position(), "", "$ref: want string, got "+ref.Describe(), "")
			return nil
		}
		next, err := r.files.resolve(node, ref.Text())
		if err != nil {
			r.problems.AddError(err)
			return nil
		}
		node = next
	}
	r.problems.Add(start.Field("$ref").Position(), "", fmt.Sprintf("$ref %q leads in a circle", start.Field("$ref").Text()), "")
	return nil
}

// field returns what stands under key, references followed; nil where it is absent or broken.
func (r *reader) field(node *strictyaml.Node, key string) *strictyaml.Node {
	return r.follow(node.Field(key))
}

// mapping returns what stands under key when it is a mapping; anything else there is a problem.
func (r *reader) mapping(node *strictyaml.Node, key, subject string) *strictyaml.Node {
	return r.ofKind(node, key, subject, strictyaml.Mapping)
}

// sequence is mapping for sequences.
func (r *reader) sequence(node *strictyaml.Node, key, subject string) *strictyaml.Node {
	return r.ofKind(node, key, subject, strictyaml.Sequence)
}

func (r *reader) ofKind(node *strictyaml.Node, key, subject string, kind strictyaml.Kind) *strictyaml.Node {
	value := r.field(node, key)
	if value == nil || value.Kind() == kind {
		return value
	}
	r.problems.Add(value.Position(), subject, fmt.Sprintf("%s: want %s, got %s", key, kind, value.Describe()), "")
	return nil
}

// text returns the string under key, "" where it is absent; anything else there is a problem.
func (r *reader) text(node *strictyaml.Node, key, subject string) string {
	return r.ofKind(node, key, subject, strictyaml.String).Text()
}

// flag returns the boolean under key, false where it is absent; anything else there is a problem.
func (r *reader) flag(node *strictyaml.Node, key, subject string) bool {
	return r.ofKind(node, key, subject, strictyaml.Bool).Text() == "true"
}

// isMapping reports anything but a mapping as a problem.
func (r *reader) isMapping(node *strictyaml.Node, subject string) bool {
	if node == nil {
		return false
	}
	if node.Kind() != strictyaml.Mapping {
		r.problems.Add(node.Position(), subject, "want mapping, got "+node.Describe(), "")
		return false
	}
	return true
}

// known reports the keys that an OpenAPI object of this kind must not have.
func (r *reader) known(node *strictyaml.Node, subject string, kind object) {
	names := kind.keys()
	for _, field := range node.Fields() {
		if isExtension(field.Key) || field.Key == "$ref" || slices.Contains(names, field.Key) {
			continue
		}
		if r.full() {
			return
		}
		r.problems.Add(node.KeyPosition(field.Key), subject, fmt.Sprintf("unknown key %q", field.Key),
			strictyaml.ClosestHint(field.Key, names))
	}
}

// oneOf reports text under key that is none of names.
func (r *reader) oneOf(node *strictyaml.Node, key, subject string, names ...string) {
	if value := node.Field(key); value.Kind() == strictyaml.String && !slices.Contains(names, value.Text()) {
		r.problems.Add(value.Position(), subject, fmt.Sprintf("unknown %s %q", key, value.Text()),
			strictyaml.ClosestHint(value.Text(), names))
	}
}

// isExtension says whether a key is an extension, which OpenAPI allows in all its objects.
func isExtension(key string) bool { return strings.HasPrefix(key, "x-") }

// object is a kind of OpenAPI object whose keys are fixed.
type object uint8

const (
	rootObject object = iota
	infoObject
	componentsObject
	pathItemObject
	operationObject
	parameterObject
	headerObject
	requestBodyObject
	responseObject
	mediaTypeObject
	securitySchemeObject
)

// keys lists the fixed fields of OpenAPI 3.0, 3.1 and 3.2 together: a key that only another version has does no harm.
func (o object) keys() []string {
	switch o {
	case rootObject:
		return []string{"openapi", "$self", "info", "jsonSchemaDialect", "servers", "paths", "webhooks", "components", "security", "tags", "externalDocs"}
	case infoObject:
		return []string{"title", "summary", "description", "termsOfService", "contact", "license", "version"}
	case componentsObject:
		return []string{
			"schemas", "responses", "parameters", "examples", "requestBodies", "headers", "securitySchemes", "links", "callbacks", "pathItems", "mediaTypes",
		}
	case pathItemObject:
		return append([]string{"summary", "description", "servers", "parameters", "additionalOperations"}, methodKeys()...)
	case operationObject:
		return []string{
			"tags", "summary", "description", "externalDocs", "operationId", "parameters", "requestBody", "responses", "callbacks", "deprecated",
			"security", "servers",
		}
	case parameterObject:
		return append([]string{"name", "in", "allowEmptyValue", "allowReserved"}, headerObject.keys()...)
	case headerObject:
		return []string{"description", "required", "deprecated", "style", "explode", "schema", "example", "examples", "content"}
	case requestBodyObject:
		return []string{"description", "content", "required"}
	case responseObject:
		return []string{"summary", "description", "headers", "content", "links"}
	case mediaTypeObject:
		return []string{"schema", "itemSchema", "example", "examples", "encoding", "prefixEncoding", "itemEncoding"}
	case securitySchemeObject:
		return []string{"type", "description", "name", "in", "scheme", "bearerFormat", "flows", "openIdConnectUrl", "oauth2MetadataUrl", "deprecated"}
	}
	return nil
}

// methodKeys lists the keys of a path item that are operations; query came with OpenAPI 3.2.
func methodKeys() []string {
	return []string{"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"}
}
