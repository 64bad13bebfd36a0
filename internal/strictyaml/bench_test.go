package strictyaml_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// document makes an indented JSON text of the shape of a large OpenAPI document.
func document(tb testing.TB, schemas int) []byte {
	tb.Helper()
	all := map[string]any{}
	for i := range schemas {
		properties := map[string]any{}
		for j := range 12 {
			properties[fmt.Sprintf("property_%d", j)] = map[string]any{
				"type": []any{"string", "null"}, "description": strings.Repeat("words ", 5), "example": "an \"example\"",
				"maxLength": 10 * j, "nullable": j%2 == 0,
			}
		}
		all[fmt.Sprintf("schema-%d", i)] = map[string]any{"type": "object", "properties": properties, "required": []any{"property_1", "property_2"}}
	}
	data, err := json.MarshalIndent(map[string]any{"openapi": "3.1.0", "components": map[string]any{"schemas": all}}, "", "  ")
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// TestMemory bounds what is kept of a large document: at most 120 bytes a node above the text itself.
func TestMemory(t *testing.T) {
	text := document(t, 300)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	n, err := strictyaml.Parse("f.json", text, strictyaml.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(text)
	nodes := count(t, n, n)
	kept := int(after.HeapAlloc) - int(before.HeapAlloc) - len(text)
	t.Logf("%d bytes of text, %d nodes, %d bytes a node", len(text), nodes, kept/nodes)
	if kept/nodes > 120 {
		t.Errorf("got %d bytes a node, want at most 120", kept/nodes)
	}
}

func BenchmarkParseJSON(b *testing.B) {
	text := document(b, 1000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := strictyaml.Parse("f.json", text, strictyaml.Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkUnmarshal is what BenchmarkParseJSON is compared with.
func BenchmarkUnmarshal(b *testing.B) {
	text := document(b, 1000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		var value any
		if err := json.Unmarshal(text, &value); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseYAML(b *testing.B) {
	text := []byte(strings.Repeat("- name: a name\n  list: [1, 2]\n  nested:\n    text: \"some text\"\n", 2000))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := strictyaml.Parse("f.yaml", text, strictyaml.Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}
