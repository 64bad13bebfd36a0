package expression_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/understudy-dev/understudy/internal/expression"
)

var update = flag.Bool("update", false, "rewrite the expected parts of testdata")

// variables are those of rules and of fixtures together.
func variables() []string { return []string{"self", "oldSelf", "request", "path", "fake", "seed"} }

func compile(t *testing.T, text string) *expression.Program {
	t.Helper()
	program, err := expression.New(variables()...).Compile(text)
	if err != nil {
		t.Fatalf("compile %q: %v", text, err)
	}
	return program
}

func decode(tb testing.TB, text string) map[string]any {
	tb.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value map[string]any
	if err := decoder.Decode(&value); err != nil {
		tb.Fatalf("decode %s: %v", text, err)
	}
	return value
}

// golden runs each file of an archive, "input\n--\nwant", through got.
func golden(t *testing.T, name string, got func(input string) string) {
	t.Helper()
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for i, file := range archive.Files {
		input, want, _ := strings.Cut(string(file.Data), "\n--\n")
		actual := got(input) + "\n"
		if *update {
			archive.Files[i].Data = []byte(input + "\n--\n" + actual)
			continue
		}
		t.Run(file.Name, func(t *testing.T) {
			if diff := cmp.Diff(want, actual); diff != "" {
				t.Errorf("%s (-want +got):\n%s", input, diff)
			}
		})
	}
	if !*update {
		return
	}
	if err := os.WriteFile(name, txtar.Format(archive), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestCompileErrors(t *testing.T) {
	env := expression.New(variables()...)
	golden(t, "testdata/compile_errors.txtar", func(input string) string {
		_, err := env.Compile(input)
		if err == nil {
			return "no error"
		}
		if problem, ok := errors.AsType[*expression.Error](err); !ok || strings.Contains(problem.Problem, "\n") {
			t.Errorf("%q: %T %v is not an *Error of one line", input, err, err)
		}
		return err.Error()
	})
}

func TestCompileLimits(t *testing.T) {
	tests := map[string]struct{ text, problem string }{
		"long text":        {"self == '" + strings.Repeat("x", 8<<10) + "'", "expression has 8202 bytes; want at most 8192"},
		"long name":        {"self" + strings.Repeat(".a", 5000), "expression has 10004 bytes; want at most 8192"},
		"deep parentheses": {strings.Repeat("(", 2000) + "1" + strings.Repeat(")", 2000), "expression nests deeper than 50"},
		"deep lists":       {strings.Repeat("[", 51) + "1" + strings.Repeat("]", 51), "expression nests deeper than 50"},
		"long sum":         {"1" + strings.Repeat("+1", 2000), "expression nests deeper than 50"},
		"deep selection":   {"(self)" + strings.Repeat(".a", 2000), "expression nests deeper than 50"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := expression.New("self").Compile(test.text)
			problem, ok := errors.AsType[*expression.Error](err)
			if !ok {
				t.Fatalf("want an *Error, got %v", err)
			}
			want := &expression.Error{Line: 1, Column: 1, Problem: test.problem}
			if diff := cmp.Diff(want, problem); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCompileRefusesVariablesThatAreNoIdentifiers(t *testing.T) {
	_, err := expression.New("a-b").Compile("1 == 1")
	if err == nil || !strings.Contains(err.Error(), `"a-b"`) {
		t.Errorf("want an error that names the variable, got %v", err)
	}
}

func TestNames(t *testing.T) {
	tests := map[string]struct {
		text  string
		names []string
		plain string
	}{
		"bare":                      {"self.status", []string{"self.status"}, "self.status"},
		"a variable alone":          {"oldSelf", []string{"oldSelf"}, "oldSelf"},
		"space around":              {" \n self.status\t", []string{"self.status"}, "self.status"},
		"space within":              {"self . status", []string{"self.status"}, "self.status"},
		"brackets around":           {"(self.status)", []string{"self.status"}, "self.status"},
		"dash in index":             {`path["x-id"]`, []string{"path.x-id"}, "path.x-id"},
		"index then field":          {"path['x-id'].a", []string{"path.x-id.a"}, "path.x-id.a"},
		"escaped index":             {`path["\x61"]`, []string{"path.a"}, "path.a"},
		"escaped field":             {"path.`x-id`", []string{"path.x-id"}, "path.x-id"},
		"index with a dot":          {`path["a.b"].c`, []string{"path"}, ""},
		"empty index":               {`path[""]`, []string{"path"}, ""},
		"number index":              {"self.steps[0].status", []string{"self.steps"}, ""},
		"index by a name":           {"self.map[path.id].x", []string{"path.id", "self.map"}, ""},
		"has":                       {"has(self.endTime)", []string{"self.endTime"}, ""},
		"optional":                  {"self.?end.?time.orValue('')", []string{"self.end.time"}, ""},
		"optional alone":            {"self.?end", []string{"self.end"}, ""},
		"loop":                      {"has(self.endTime) && self.steps.all(s, s.status == 'X')", []string{"self.endTime", "self.steps"}, ""},
		"name within a loop":        {"self.steps.exists(s, s.key == request.key)", []string{"request.key", "self.steps"}, ""},
		"loop variable hides ours":  {"self.steps.all(path, path.id == 1)", []string{"self.steps"}, ""},
		"and a dot finds it again":  {"self.steps.all(path, path.id == .path.key)", []string{"path.key", "self.steps"}, ""},
		"hidden only in the loop":   {"self.a.all(path, path.b) && path.c", []string{"path.c", "self.a"}, ""},
		"method":                    {"self.name.startsWith(fake.prefix)", []string{"fake.prefix", "self.name"}, ""},
		"list and map":              {"{'a': dyn([self.a])}.a == [oldSelf.b]", []string{"oldSelf.b", "self.a"}, ""},
		"map with a name as key":    {"{self.key: 1}", []string{"self.key"}, ""},
		"conditional, repeated":     {"self.a ? self.a : self.b", []string{"self.a", "self.b"}, ""},
		"whole and part":            {"self == oldSelf || self.a", []string{"oldSelf", "self", "self.a"}, ""},
		"none":                      {"1 == 1", nil, ""},
		"word in a text":            {"'self.a' == \"path.b\"", nil, ""},
		"global":                    {".self.a", []string{"self.a"}, "self.a"},
		"reserved word as a field":  {"self.for", []string{"self.for"}, "self.for"},
		"message":                   {"google.protobuf.Int64Value{value: self.n} == 1", []string{"self.n"}, ""},
		"longer name, same letters": {"oldSelf.a && self.b", []string{"oldSelf.a", "self.b"}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			program := compile(t, test.text)
			if diff := cmp.Diff(test.names, program.Names()); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
			if plain, ok := program.Plain(); plain != test.plain || ok != (test.plain != "") {
				t.Errorf("plain: want %q, got %q %v", test.plain, plain, ok)
			}
			if program.Text() != test.text {
				t.Errorf("text: want %q, got %q", test.text, program.Text())
			}
		})
	}
}

func TestNamesAreACopy(t *testing.T) {
	program := compile(t, "self.a")
	program.Names()[0] = "changed"
	if plain, _ := program.Plain(); plain != "self.a" {
		t.Errorf("want self.a, got %q", plain)
	}
}

func TestUses(t *testing.T) {
	program := compile(t, "oldSelf.a == request")
	for variable, want := range map[string]bool{"oldSelf": true, "request": true, "self": false, "old": false, "a": false} {
		if got := program.Uses(variable); got != want {
			t.Errorf("uses %s: want %v, got %v", variable, want, got)
		}
	}
}

func TestVariableReadsWhatIsBound(t *testing.T) {
	got, err := expression.New("seed").Compile("seed")
	if err != nil {
		t.Fatal(err)
	}
	value, err := got.Eval(context.Background(), map[string]any{"seed": int64(7)})
	if err != nil || value != int64(7) {
		t.Errorf("want 7, got %v, %v", value, err)
	}
}
