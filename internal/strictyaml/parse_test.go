package strictyaml_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

var update = flag.Bool("update", false, "rewrite the .want files in testdata")

// TestParseText runs testdata/*.txtar: each file is parsed as a stream, and what comes out, an outline of the tree or the
// error, stands in the file of the same name with .want behind it.
func TestParseText(t *testing.T) {
	t.Parallel()
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no test archives: %v", err)
	}
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		wants := map[string]string{}
		for _, file := range archive.Files {
			if strings.HasSuffix(file.Name, ".want") {
				wants[file.Name] = string(file.Data)
			}
		}
		var rewritten []txtar.File
		for _, file := range archive.Files {
			if strings.HasSuffix(file.Name, ".want") {
				continue
			}
			got := outlineOf(file.Name, file.Data)
			rewritten = append(rewritten, file, txtar.File{Name: file.Name + ".want", Data: []byte(got)})
			if *update {
				continue
			}
			t.Run(filepath.Base(name)+"/"+file.Name, func(t *testing.T) {
				t.Parallel()
				if diff := cmp.Diff(wants[file.Name+".want"], got); diff != "" {
					t.Errorf("want -, got +:\n%s", diff)
				}
			})
		}
		if *update {
			archive.Files = rewritten
			if err := os.WriteFile(name, txtar.Format(archive), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func outlineOf(name string, data []byte) string {
	limits := strictyaml.Limits{Bytes: 4096, Depth: 8, Nodes: 100}
	documents, err := strictyaml.ParseAll(name, data, limits)
	if err != nil {
		return err.Error() + "\n"
	}
	var text strings.Builder
	for _, document := range documents {
		outline(&text, "", document)
	}
	return text.String()
}

// outline writes one line per value: its pointer, its place, its key's place, and what it is.
func outline(text *strings.Builder, pointer string, n *strictyaml.Node) {
	at := func(p strictyaml.Position) string { return strings.TrimPrefix(p.String(), p.File+":") }
	text.WriteString("<" + pointer + "> " + at(n.Position()) + " " + n.Describe() + "\n")
	for i, field := range n.Fields() {
		if i > 0 && field.Key == "" {
			text.WriteString("an empty key\n")
		}
		text.WriteString(at(n.KeyPosition(field.Key)) + " ")
		outline(text, pointer+strictyaml.Pointer(field.Key), field.Value)
	}
	for i, item := range n.Items() {
		outline(text, pointer+"/"+strconv.Itoa(i), item)
	}
}

func TestParseLimits(t *testing.T) {
	t.Parallel()
	var bomb, tall strings.Builder
	bomb.WriteString("a: &a [x, x, x, x, x, x, x, x, x, x]\n")
	tall.WriteString("a: &a [x]\n")
	for name := 'b'; name <= 'k'; name++ {
		before := name - 1
		fmt.Fprintf(&bomb, "%c: &%c [%s*%c]\n", name, name, strings.Repeat(fmt.Sprintf("*%c, ", before), 9), before)
		fmt.Fprintf(&tall, "%c: &%c [[[*%c]]]\n", name, name, before)
	}
	tests := []struct {
		name, file, text string
		limits           strictyaml.Limits
		want             string
	}{
		{"alias bomb", "f.yaml", bomb.String(), strictyaml.Limits{}, "f.yaml:7:8: more than 2000000 values, aliases counted each time they are used"},
		{"height through aliases", "f.yaml", tall.String(), strictyaml.Limits{Depth: 12}, "f.yaml:5:10: nested deeper than 12"},
		{"flow", "f.yaml", strings.Repeat("[", 501), strictyaml.Limits{}, "not YAML"},
		{"flow", "f.yaml", strings.Repeat("[", 501) + strings.Repeat("]", 501), strictyaml.Limits{}, "f.yaml:1:501: nested deeper than 500"},
		{"flow beyond the parser", "f.yaml", strings.Repeat("[", 100_000), strictyaml.Limits{Depth: 1 << 30}, "nested deeper than 10000"},
		{"block beyond the parser", "f.yaml", strings.Repeat("- ", 100_000), strictyaml.Limits{Depth: 1 << 30}, "nested deeper than 10000"},
		{"explicit keys beyond the parser", "f.yaml", strings.Repeat("? ", 100_000), strictyaml.Limits{}, "nested deeper than 500"},
		{"JSON", "f.json", strings.Repeat("[", 501) + strings.Repeat("]", 501), strictyaml.Limits{}, "f.json:1:501: nested deeper than 500"},
		{"JSON beyond the parser", "f.json", strings.Repeat("[", 100_000), strictyaml.Limits{Depth: 1 << 30}, "nested deeper than 10000"},
		{"JSON values", "f.json", "[1, 2, 3]", strictyaml.Limits{Nodes: 3}, "f.json:1:8: more than 3 values"},
		{"YAML values", "f.yaml", "- 1\n- 2\n- 3\n", strictyaml.Limits{Nodes: 3}, "f.yaml:3:3: more than 3 values"},
		{"values of a stream", "f.yaml", "1\n---\n2\n---\n3\n", strictyaml.Limits{Nodes: 2}, "f.yaml:5:1: more than 2 values"},
		{"values before the parser", "f.yaml", "[" + strings.Repeat("x,", 300_000) + "]", strictyaml.Limits{Nodes: 3}, "f.yaml:1:400001: more than 3 values"},
		{"bytes", "f.yaml", "abcdef", strictyaml.Limits{Bytes: 5}, "f.yaml: is larger than 5 bytes"},
		{"many duplicates", "f.json", `{"a":1` + strings.Repeat(`,"a":1`, 50_000) + "}", strictyaml.Limits{}, "f.json:1:602: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := strictyaml.ParseAll(test.file, []byte(test.text), test.limits)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got error %.300v, want %s", err, test.want)
			}
			if lines := strings.Count(err.Error(), "\n") + 1; lines > 100 {
				t.Errorf("got %d problems, want at most 100", lines)
			}
		})
	}
}

func TestParseAtLimits(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"f.yaml", "f.json"} {
		text := strings.Repeat("[", 20) + "1" + strings.Repeat("]", 20)
		limits := strictyaml.Limits{Bytes: 41, Depth: 20, Nodes: 21}
		if _, err := strictyaml.Parse(file, []byte(text), limits); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestParseOneDocument(t *testing.T) {
	t.Parallel()
	_, err := strictyaml.Parse("f.yaml", []byte("a: 1\n---\nb: 2\n"), strictyaml.Limits{})
	if want := "f.yaml:3:1: a second document begins here, want only one"; err == nil || err.Error() != want {
		t.Errorf("got error %v, want %s", err, want)
	}
}

// Duplicates and lookup take another way in mappings that are large.
func TestLargeMapping(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for i := range 26 {
		text.WriteString(string(rune('z'-i)) + ": " + string(rune('z'-i)) + "1\n")
	}
	n, err := strictyaml.Parse("f.yaml", []byte(text.String()), strictyaml.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 26 {
		key := string(rune('a' + i))
		if got, want := n.Field(key).Text(), key+"1"; got != want {
			t.Errorf("field %q: got %q, want %q", key, got, want)
		}
	}
	if n.Field("zz") != nil || n.Field("") != nil || n.Fields()[0].Key != "z" {
		t.Error("want no other fields, and those in document order")
	}
	_, err = strictyaml.Parse("f.yaml", []byte(text.String()+"m: 1\na: 2\nm: 3\n"), strictyaml.Limits{})
	want := strings.Join([]string{
		`f.yaml:27:1: key "m" is given twice; the first is on line 14`,
		`f.yaml:28:1: key "a" is given twice; the first is on line 26`,
		`f.yaml:29:1: key "m" is given twice; the first is on line 14`,
	}, "\n")
	if err == nil || err.Error() != want {
		t.Errorf("got error:\n%v\nwant:\n%s", err, want)
	}
}
