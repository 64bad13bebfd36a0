package contract_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-dev/understudy/contract"
)

// document writes a contract of the given "METHOD /path" lines; all parameters are strings. The operationId is the line.
func document(server string, lines ...string) string {
	var text strings.Builder
	text.WriteString("openapi: 3.1.0\ninfo: {title: T, version: \"1\"}\nservers: [{url: \"" + server + "\"}]\npaths:\n")
	byPath := map[string][]string{}
	var paths []string
	for _, line := range lines {
		method, path, _ := strings.Cut(line, " ")
		if byPath[path] == nil {
			paths = append(paths, path)
		}
		byPath[path] = append(byPath[path], method)
	}
	for _, path := range paths {
		fmt.Fprintf(&text, "  %q:\n", path)
		for _, method := range byPath[path] {
			fmt.Fprintf(&text, "    %s:\n      operationId: %q\n      responses: {\"200\": {description: OK}}\n      parameters: [", strings.ToLower(method), method+" "+path)
			for part := range strings.SplitSeq(path, "{") {
				if name, _, ok := strings.Cut(part, "}"); ok {
					fmt.Fprintf(&text, "{name: %q, in: path, required: true, schema: {type: string}}, ", name)
				}
			}
			text.WriteString("]\n")
		}
	}
	return text.String()
}

func TestMatch(t *testing.T) {
	c := load(t, document("/",
		"GET /", "GET /users", "GET /users/", "GET /users/me", "GET /users/{id}", "DELETE /users/{user}", "GET /users/{id}/pets", "GET /users/me/toys",
		"GET /users/{id}.json", "GET /users/{id}:undelete", "POST /users/{id}:undelete", "GET /files/{name}.{ext}", "GET /files/x{name}.{ext}",
		"GET /compare/{base}...{head}", "GET /a/{b}/c", "GET /{a}/b/d", "GET /{a}{b}/pair", "GET /caf%C3%A9/{x}", "GET /a b/{x}",
	))
	tests := []struct {
		method, path string
		want         string // operationId and values, or "405 allow", or "" for no path
	}{
		{"GET", "/", "GET /"},
		{"GET", "/users", "GET /users"},
		{"GET", "/users/", "GET /users/"},
		{"GET", "/users/me", "GET /users/me"},
		{"GET", "/users/me/pets", "GET /users/{id}/pets me"},
		{"GET", "/users/me/toys", "GET /users/me/toys"},
		{"GET", "/users/7/toys", ""},
		{"GET", "/users/7", "GET /users/{id} 7"},
		{"DELETE", "/users/7", "DELETE /users/{user} 7"},
		{"PUT", "/users/7", "405 DELETE GET"},
		{"DELETE", "/users/me", "405 GET"},
		{"get", "/users/me", "405 GET"},
		{"HEAD", "/users", "405 GET"},
		{"GET", "/users/7/", ""},
		{"GET", "//users", ""},
		{"GET", "/users//pets", ""},
		{"GET", "/users/7%2Fpets", "GET /users/{id} 7/pets"},
		{"GET", "/users/%2F", "GET /users/{id} /"},
		{"GET", "/users/a%20b%25", "GET /users/{id} a b%"},
		{"GET", "/users/%zz", ""},
		{"GET", "/us%65rs/%6De", "GET /users/me"},
		{"GET", "/users/7.json", "GET /users/{id}.json 7"},
		{"GET", "/users/.json", "GET /users/{id} .json"},
		{"GET", "/users/7.xml", "GET /users/{id} 7.xml"},
		{"POST", "/users/7:undelete", "POST /users/{id}:undelete 7"},
		{"GET", "/users/a:b:undelete", "GET /users/{id}:undelete a:b"},
		{"POST", "/users/7%3Aundelete", "POST /users/{id}:undelete 7"},
		{"GET", "/files/a.tar.gz", "GET /files/{name}.{ext} a|tar.gz"},
		{"GET", "/files/xa.gz", "GET /files/x{name}.{ext} a|gz"},
		{"GET", "/files/x.gz", "GET /files/{name}.{ext} x|gz"},
		{"GET", "/files/a", ""},
		{"GET", "/files/a.", ""},
		{"GET", "/files/.a", ""},
		{"GET", "/compare/main...dev...x", "GET /compare/{base}...{head} main|dev...x"},
		{"GET", "/a/b/c", "GET /a/{b}/c b"},
		{"GET", "/a/b/d", "GET /{a}/b/d a"},
		{"GET", "/xyz/pair", "GET /{a}{b}/pair x|yz"},
		{"GET", "/%C3%A4b/pair", "GET /{a}{b}/pair ä|b"},
		{"GET", "/x/pair", ""},
		{"GET", "/caf%C3%A9/1", "GET /caf%C3%A9/{x} 1"},
		{"GET", "/a%20b/1", "GET /a b/{x} 1"},
		{"GET", "users", ""},
		{"GET", "", ""},
		{"OPTIONS", "*", ""},
		{"GET", strings.Repeat("/", 1<<20), ""},
		{"GET", "/users/" + strings.Repeat("a", 40), "GET /users/{id} " + strings.Repeat("a", 40)},
	}
	for _, test := range tests {
		t.Run(test.method+" "+test.path[:min(len(test.path), 60)], func(t *testing.T) {
			got := describeMatch(c.Match(test.method, test.path))
			if got != test.want {
				t.Errorf("want %q, got %q", test.want, got)
			}
		})
	}
}

func describeMatch(m contract.Match, ok bool) string {
	switch {
	case !ok:
		return ""
	case m.Operation == nil:
		return "405 " + strings.Join(m.Allow, " ")
	case len(m.Values) == 0:
		return m.Operation.ID()
	}
	return m.Operation.ID() + " " + strings.Join(m.Values, "|")
}

func TestMatchBasePath(t *testing.T) {
	tests := map[string]string{
		"https://example.com/api/v2/": "/api/v2", "https://example.com": "", "/": "", "/api": "/api", "api": "/api", "./api": "/api", "./": "", ".": "", "../api": "/api",
		"https://example.com/a%20b": "/a%20b",
	}
	for server, base := range tests {
		c := load(t, document(server, "GET /pets/{id}"))
		if c.BasePath() != base {
			t.Errorf("server %q: want base path %q, got %q", server, base, c.BasePath())
		}
		if got := describeMatch(c.Match("GET", base+"/pets/7")); got != "GET /pets/{id} 7" {
			t.Errorf("server %q: got %q", server, got)
		}
		if _, ok := c.Match("GET", "/other/pets/7"); ok {
			t.Errorf("server %q: a path beside the base path fits", server)
		}
	}
}

func TestExpand(t *testing.T) {
	c := load(t, document("/api", "GET /files/{name}.{ext}/caf%C3%A9/{x}"))
	o := c.Operations()[0]
	values := []string{"a/b", "tar.gz", "50% ü"}
	want := "/api/files/a%2Fb.tar.gz/caf%C3%A9/50%25%20%C3%BC"
	if got := o.Expand(values); got != want {
		t.Errorf("want %s, got %s", want, got)
	}
	m, ok := c.Match("GET", want)
	if !ok || !slices.Equal(m.Values, values) {
		t.Errorf("the expanded path leads to %v %q", ok, m.Values)
	}
}

func TestNearest(t *testing.T) {
	c := load(t, document("/manage/v2", "GET /asyncProcesses/{id}", "GET /dealers/{id}/products", "GET /dealers", "GET /files/{name}.json"))
	tests := map[string]string{
		"/asyncProcesses/7":                "/manage/v2/asyncProcesses/{id}",
		"/manage/v2/asyncProcess/7":        "/manage/v2/asyncProcesses/{id}",
		"/manage/v1/asyncProcesses/7":      "/manage/v2/asyncProcesses/{id}",
		"/manage/v2/asyncProcesses/7/":     "/manage/v2/asyncProcesses/{id}",
		"/manage/v2/dealers/7/produkts":    "/manage/v2/dealers/{id}/products",
		"/manage/v2/dealer":                "/manage/v2/dealers",
		"/manage/v2/files/a.json/b":        "/manage/v2/files/{name}.json",
		"/health":                          "",
		"/":                                "",
		strings.Repeat("/manage", 100_000): "",
	}
	for path, want := range tests {
		if got := c.Nearest(path); got != want {
			t.Errorf("nearest to %.40q: want %q, got %q", path, want, got)
		}
	}
}

func FuzzMatch(f *testing.F) {
	c := load(f, document("/v1", "GET /", "GET /a/{x}", "GET /a/{x}.{y}", "GET /a/{x}:go", "GET /{x}/b", "GET /a/b/{x}...{y}", "GET /{x}{y}/z"))
	for _, path := range []string{"/v1/", "/v1/a/b", "/v1/a/%2F.x", "/v1/a/b/c...d", "/v1//b", "/v1/xy/z", "%", "/v1/a/x:go", "/v1/a/%e4"} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		m, ok := c.Match("GET", path)
		c.Nearest(path)
		if !ok || m.Operation == nil {
			return
		}
		if len(m.Values) != len(m.Operation.PathParameters()) {
			t.Fatalf("%q: %d values for %d parameters", path, len(m.Values), len(m.Operation.PathParameters()))
		}
		expanded := m.Operation.Expand(m.Values)
		if unescapedSegments(t, expanded) != unescapedSegments(t, path) {
			t.Fatalf("%q expands to %q", path, expanded)
		}
		again, ok := c.Match("GET", expanded)
		if diff := cmp.Diff(m.Values, again.Values); !ok || diff != "" || again.Operation != m.Operation {
			t.Fatalf("%q, expanded to %q, leads elsewhere:\n%s", path, expanded, diff)
		}
	})
}

// unescapedSegments unescapes each segment and keeps the slashes between them apart from those within.
func unescapedSegments(t *testing.T, path string) string {
	t.Helper()
	var segments []string
	for part := range strings.SplitSeq(path, "/") {
		text, err := url.PathUnescape(part)
		if err != nil {
			t.Fatalf("%q fits a template: %v", path, err)
		}
		segments = append(segments, text)
	}
	return fmt.Sprintf("%q", segments)
}
