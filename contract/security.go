package contract

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// scheme is one of components.securitySchemes.
type scheme struct {
	name string
	kind string // basic, bearer, apiKey, mutualTLS, or another scheme of the Authorization header
	in   string // of an apiKey: header, query or cookie
	key  string // of an apiKey: the name there
}

// security is what an operation asks for: one of several alternatives, each of which may combine schemes.
type security struct {
	alternatives [][]need
	optional     bool // one of the alternatives is "nothing"
	inferred     string
	position     Position
}

// need is one scheme of an alternative, with the scopes or roles asked of it.
type need struct {
	scheme   *scheme
	required []string
	position Position
}

func (l *loader) securitySchemes(components *strictyaml.Node) map[string]*scheme {
	found := map[string]*scheme{}
	schemes := l.mapping(components, "securitySchemes", "components")
	for _, field := range schemes.Fields() {
		if isExtension(field.Key) || l.full() {
			continue
		}
		subject := fmt.Sprintf("security scheme %q", field.Key)
		s := &scheme{name: field.Key}
		found[field.Key] = s // also a broken one is known by its name
		node := l.follow(field.Value)
		if !l.isMapping(node, subject) {
			continue
		}
		l.known(node, subject, securitySchemeObject)
		l.fillScheme(s, node, subject)
	}
	return found
}

func (l *loader) fillScheme(s *scheme, node *strictyaml.Node, subject string) {
	types := []string{"apiKey", "http", "mutualTLS", "oauth2", "openIdConnect"}
	kind := l.required(node, "type", subject)
	switch kind {
	case "":
	case "http":
		s.kind = strings.ToLower(l.required(node, "scheme", subject))
	case "apiKey":
		s.kind, s.key, s.in = kind, l.required(node, "name", subject), l.required(node, "in", subject)
		l.oneOf(node, "in", subject, "query", "header", "cookie")
	case "oauth2":
		s.kind = "bearer"
		l.present(node, "flows", subject)
	case "openIdConnect":
		s.kind = "bearer"
		l.present(node, "openIdConnectUrl", subject)
	default:
		s.kind = kind
		l.oneOf(node, "type", subject, types...)
	}
}

// required is text that must be there.
func (l *loader) required(node *strictyaml.Node, key, subject string) string {
	l.present(node, key, subject)
	return l.text(node, key, subject)
}

func (l *loader) present(node *strictyaml.Node, key, subject string) {
	if node.Field(key) == nil {
		l.problems.Add(node.Position(), subject, fmt.Sprintf("there is no %q key", key), "")
	}
}

// securityOf reads the security key of the root or an operation. An empty list asks for nothing.
func (l *loader) securityOf(holder *strictyaml.Node, subject string) security {
	found := security{inferred: l.inferred(holder, subject).of("security"), position: holder.KeyPosition("security")}
	for _, item := range l.sequence(holder, "security", subject).Items() {
		if l.full() {
			break
		}
		if !l.isMapping(item, subject+": security") {
			continue
		}
		var needs []need
		for _, field := range item.Fields() {
			if isExtension(field.Key) {
				continue
			}
			needs = append(needs, l.need(item, field, subject))
		}
		if len(needs) == 0 {
			found.optional = true
			continue
		}
		if !slices.ContainsFunc(needs, func(n need) bool { return n.scheme == nil }) {
			found.alternatives = append(found.alternatives, needs)
		}
	}
	return found
}

func (l *loader) need(item *strictyaml.Node, field strictyaml.Field, subject string) need {
	n := need{scheme: l.contract.schemes[field.Key], position: item.KeyPosition(field.Key)}
	if n.scheme == nil {
		l.problems.Add(n.position, subject, fmt.Sprintf("security scheme %q is not in components", field.Key),
			hint(field.Key, slices.Collect(maps.Keys(l.contract.schemes))))
	}
	for _, scope := range l.sequence(item, field.Key, subject+": security").Items() {
		if scope.Kind() != strictyaml.String {
			l.problems.Add(scope.Position(), subject, "security: want string, got "+scope.Describe(), "")
			continue
		}
		n.required = append(n.required, scope.Text())
	}
	return n
}
