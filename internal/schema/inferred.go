package schema

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// sourceOf returns the source that the x-inferred of the schema at n gives for keyword, or "".
func sourceOf(n *strictyaml.Node, keyword string) string {
	covering := n.Field("x-inferred")
	if covering.Kind() == strictyaml.Mapping {
		return covering.Field(keyword).Text()
	}
	return covering.Text()
}

// place is where a keyword stands in the document, and what is known about it.
type place struct {
	schema   *strictyaml.Node // the schema that holds the keyword
	position strictyaml.Position
	inferred string // the source, when it or a schema around it is inferred
}

// follow walks from the schema at node along the path that the library reports to a schema below it, and there to a
// keyword, or to nothing more when keyword is empty.
func follow(node *strictyaml.Node, path, keyword []string) place {
	p := place{position: node.Position()}
	cover := func(name string) {
		if p.inferred == "" {
			p.inferred = sourceOf(node, name)
		}
	}
	for len(path) > 0 {
		name := path[0]
		if name == namesKeyword {
			name = "propertyNames"
		}
		cover(name)
		p.position = node.KeyPosition(name)
		node, path = node.Field(name), path[1:]
		switch {
		case len(path) == 0:
		case shapeOf(name) == schemaMap:
			p.position = node.KeyPosition(path[0])
			node, path = node.Field(path[0]), path[1:]
		case shapeOf(name) == schemaList:
			node, path = itemOf(node, path[0]), path[1:]
			p.position = node.Position()
		}
	}
	p.schema = node
	if len(keyword) == 0 {
		cover("")
		return p
	}
	cover(keyword[0])
	p.position = node.KeyPosition(keyword[0])
	if len(keyword) > 1 {
		p.position = node.Field(keyword[0]).KeyPosition(keyword[1])
	}
	return p
}

func itemOf(list *strictyaml.Node, token string) *strictyaml.Node {
	i, err := strconv.Atoi(token)
	if err != nil || i < 0 || i >= len(list.Items()) {
		return nil
	}
	return list.Items()[i]
}

// pathOf splits the fragment of an address that the library reports into tokens.
func pathOf(address string) []string {
	_, fragment, _ := strings.Cut(address, "#")
	pointer, err := url.PathUnescape(fragment)
	if err != nil {
		return nil
	}
	tokens, err := strictyaml.Tokens(pointer)
	if err != nil {
		return nil
	}
	return tokens
}
