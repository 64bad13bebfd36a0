package contract

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/internal/expression"
	"github.com/understudy-dev/understudy/internal/schema"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// loader fills a Contract from the document's top down to its operations.
type loader struct {
	reader
	contract   *Contract
	security   security // of the root
	parameters map[*strictyaml.Node]*Parameter
	templates  map[string]*pathTemplate // by their text with the names left out
}

var supportedVersion = regexp.MustCompile(`^3\.[0-2](\.\d+)?(-.+)?$`)

func (l *loader) document(root *strictyaml.Node) {
	if root.Kind() != strictyaml.Mapping {
		l.problems.Add(root.Position(), "contract", "not an OpenAPI document: want mapping, got "+root.Describe(), "")
		return
	}
	version, ok := l.openapi(root)
	if !ok {
		return
	}
	l.known(root, "contract", rootObject)
	c := l.contract
	c.schemas = schema.NewSet(l.files.resolve, strings.HasPrefix(version, "3.0"))
	c.rules = expression.New("self", "oldSelf", "request")
	l.info(root)
	l.servers(root)
	c.components = l.mapping(root, "components", "contract")
	l.known(c.components, "components", componentsObject)
	c.schemes = l.securitySchemes(c.components)
	l.security = l.securityOf(root, "contract")
	l.parameters = map[*strictyaml.Node]*Parameter{}
	l.templates = map[string]*pathTemplate{}
	l.paths(root)
	slices.SortFunc(c.operations, func(a, b *Operation) int {
		return strings.Compare(a.path+" "+a.method, b.path+" "+b.method)
	})
	for _, o := range c.operations {
		c.tree.add(o)
	}
	c.tree.finish()
}

// openapi reads the version, without which nothing else can be judged.
func (l *loader) openapi(root *strictyaml.Node) (string, bool) {
	value := root.Field("openapi")
	if value == nil {
		hint := `it begins with "openapi: 3.1.0"`
		if root.Field("swagger") != nil {
			hint = "this is Swagger 2.0; convert it to OpenAPI 3 first"
		}
		l.problems.Add(root.Position(), "contract", `not an OpenAPI document: there is no "openapi" key`, hint)
		return "", false
	}
	if value.Kind() != strictyaml.String {
		l.problems.Add(value.Position(), "contract", "openapi: want string, got "+value.Describe(), `write "3.1.0" in quotes`)
		return "", false
	}
	if !supportedVersion.MatchString(value.Text()) {
		l.problems.Add(value.Position(), "contract", fmt.Sprintf("OpenAPI version %q is not supported", value.Text()),
			"there are: 3.0, 3.1, 3.2")
		return "", false
	}
	return value.Text(), true
}

func (l *loader) info(root *strictyaml.Node) {
	info := l.mapping(root, "info", "contract")
	if info == nil {
		if root.Field("info") == nil {
			l.problems.Add(root.Position(), "contract", `there is no "info" key`, "")
		}
		return
	}
	l.known(info, "info", infoObject)
	for _, key := range []string{"title", "version"} {
		if info.Field(key) == nil {
			l.problems.Add(info.Position(), "info", fmt.Sprintf("there is no %q key", key), "")
		}
	}
	l.contract.title = l.text(info, "title", "info")
	l.contract.version = l.text(info, "version", "info")
}

var serverVariable = regexp.MustCompile(`\{[^{}]*\}`)

// servers takes the base path from the first server: the mock listens elsewhere, but below the same path.
func (l *loader) servers(root *strictyaml.Node) {
	servers := l.sequence(root, "servers", "contract").Items()
	if len(servers) == 0 {
		return
	}
	server := l.follow(servers[0])
	if !l.isMapping(server, "server") {
		return
	}
	text := l.text(server, "url", "server")
	if server.Field("url") == nil {
		l.problems.Add(server.Position(), "server", `there is no "url" key`, "")
		return
	}
	at := server.Field("url").Position()
	variables := l.mapping(server, "variables", "server")
	text = serverVariable.ReplaceAllStringFunc(text, func(name string) string {
		name = name[1 : len(name)-1]
		variable := l.field(variables, name)
		switch {
		case variable == nil:
			l.problems.Add(at, "server", fmt.Sprintf("variable %q is not described", name), hint(name, keys(variables)))
		case variable.Field("default") == nil:
			l.problems.Add(variable.Position(), "server", fmt.Sprintf("variable %q has no default", name), "")
		}
		return l.text(variable, "default", "server")
	})
	parsed, err := url.Parse(text)
	if err != nil || strings.ContainsAny(text, "{}?#") || len(text) > maxTemplate {
		l.problems.Add(at, "server", fmt.Sprintf("url %q is not a URL without query", text), "")
		return
	}
	top := url.URL{Path: "/"} // a relative URL starts from where the document is served
	l.contract.basePath = strings.TrimRight(top.ResolveReference(parsed).EscapedPath(), "/")
}
