package strictyaml_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

func FuzzParseYAML(f *testing.F) {
	for _, seed := range []string{
		"a: &a [1, *a]\n", "base: &b {x: 1}\ny: *b\n", "<<: {a: 1}", "? [a]\n: b", "--- a\n...\n--- b", "%YAML 1.2\n---\n", "a: |2-\n  x\n # c\n", "!!int x: !!str",
		"\"\\ud83d\\ude00\"", "- - - ? - : -", "{a, b: , ? c}", "#\n\t", "a: 'x\n\n y' # z\n\n# foot\n", "0x1F: .inf", "[[[[", "a:\r\nb:\u0085c", "{\"a\": 1}",
	} {
		f.Add([]byte(seed))
	}
	limits := strictyaml.Limits{Bytes: 1 << 16, Depth: 50, Nodes: 2000}
	f.Fuzz(func(t *testing.T, data []byte) {
		documents, err := strictyaml.ParseAll("f.yaml", data, limits)
		if err != nil {
			checkError(t, err, data)
			return
		}
		nodes := 0
		for _, document := range documents {
			nodes += count(t, document, document)
		}
		if nodes == 0 || nodes > limits.Nodes {
			t.Errorf("got %d values, want 1 to %d", nodes, limits.Nodes)
		}
	})
}

func FuzzParseJSON(f *testing.F) {
	for _, seed := range []string{
		`{"a": [1, -0.5e+3, "x\u0000\ud83d\ude00\\"], "b": {}}`, `[true,false,null,[],"\""]`, ` "\ud800"`, `{"a":1,"a":2}`, `12`, `01`, `[1,]`, "{\"a\":\"\xff\"}", `[] []`,
		`{"a":{"b":{"c":[[[1]]]}},"d":1}`, "\ufeff{}", "[1\n,\r\n2]",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := strictyaml.Parse("f.json", data, strictyaml.Limits{})
		want, wantErr := decodeJSON(bytes.TrimPrefix(data, []byte("\ufeff")))
		if err != nil {
			checkError(t, err, data)
			text := err.Error()
			ours := strings.Contains(text, "given twice") || strings.Contains(text, "not UTF-8") || strings.Contains(text, "nested deeper")
			if wantErr == nil && !ours {
				t.Errorf("encoding/json takes it, we say: %v", err)
			}
			return
		}
		if wantErr != nil {
			t.Fatalf("encoding/json says: %v", wantErr)
		}
		if got := n.Value(); !reflect.DeepEqual(got, want) {
			t.Errorf("got %#v, want %#v", got, want)
		}
		count(t, n, n)
	})
}

func decodeJSON(data []byte) (value any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("trailing data")
	}
	return value, nil
}

// checkError wants every problem to be one line with a place inside the text.
func checkError(t *testing.T, err error, data []byte) {
	t.Helper()
	lines := 1
	for _, end := range []string{"\n", "\r", "\u0085", "\u2028", "\u2029"} {
		lines += bytes.Count(data, []byte(end))
	}
	tooLarge := len(data) > 1<<16
	var problems strictyaml.Problems
	problems.AddError(err)
	for _, problem := range problems.Errors() {
		at := problem.Position
		if at.File == "" || at.Line > lines || (at.Line == 0 && !tooLarge) {
			t.Errorf("place %+v is not in the text: %v", at, err)
		}
		if strings.Contains(problem.Error(), "\n") {
			t.Errorf("want one line, got %q", problem.Error())
		}
	}
}

// count walks a tree, counts its values, and checks what must hold for each.
func count(t *testing.T, n, root *strictyaml.Node) int {
	t.Helper()
	if n.Position().Line < 1 || n.Position().Column < 1 || n.Root() != root {
		t.Errorf("%s at %s does not know its place", n.Describe(), n.Position())
	}
	if n.Kind() == strictyaml.Number && !json.Valid([]byte(n.Text())) {
		t.Errorf("%s is no number in JSON", n.Describe())
	}
	nodes := 1
	for _, field := range n.Fields() {
		if n.Field(field.Key) != field.Value || n.At(strictyaml.Pointer(field.Key)) != field.Value || n.KeyPosition(field.Key).Line < 1 {
			t.Errorf("key %q does not lead to its value", field.Key)
		}
		nodes += count(t, field.Value, root)
	}
	for _, item := range n.Items() {
		nodes += count(t, item, root)
	}
	return nodes
}
