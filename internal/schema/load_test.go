package schema_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/understudy-dev/understudy/internal/schema"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// parsed keeps one tree for each text, because a node is what a Schema is known by.
var parsed sync.Map

func parse(tb testing.TB, name, text string) *strictyaml.Node {
	tb.Helper()
	if known, ok := parsed.Load(name + "\x00" + text); ok {
		return known.(*strictyaml.Node)
	}
	node, err := strictyaml.Parse(name, []byte(text), strictyaml.Limits{})
	if err != nil {
		tb.Fatal(err)
	}
	known, _ := parsed.LoadOrStore(name+"\x00"+text, node)
	return known.(*strictyaml.Node)
}

func documents(tb testing.TB, files map[string]string) map[string]*strictyaml.Node {
	tb.Helper()
	nodes := map[string]*strictyaml.Node{}
	for name, text := range files {
		if strings.HasSuffix(name, ".yaml") {
			nodes[name] = parse(tb, name, text)
		}
	}
	return nodes
}

// resolver follows "#/pointer" and "file.yaml#/pointer" among the given documents.
func resolver(documents map[string]*strictyaml.Node) schema.Resolver {
	return func(from *strictyaml.Node, ref string) (*strictyaml.Node, error) {
		file, pointer, _ := strings.Cut(ref, "#")
		root := from.Root()
		if file != "" {
			root = documents[file]
		}
		target := root.At(pointer)
		if target == nil {
			return nil, errors.New("leads nowhere")
		}
		return target, nil
	}
}

// load returns a Set over the files, in the dialect that schema.yaml's openapi key names.
func load(tb testing.TB, files map[string]string) *schema.Set {
	tb.Helper()
	nodes := documents(tb, files)
	old := strings.HasPrefix(nodes["schema.yaml"].Field("openapi").Text(), "3.0")
	return schema.NewSet(resolver(nodes), old)
}

// schemaOf returns the schema under "schema" of one YAML text.
func schemaOf(tb testing.TB, text string) *schema.Schema {
	tb.Helper()
	files := map[string]string{"schema.yaml": text}
	return load(tb, files).Schema(parse(tb, "schema.yaml", text).Field("schema"))
}
