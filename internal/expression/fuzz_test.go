package expression_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/understudy-dev/understudy/internal/expression"
)

func FuzzCompile(f *testing.F) {
	for _, text := range []string{
		"", "self.a", "path['x-id']", "self . a", "has(self.a) && self.b.all(s, s.c == 1)", "self.?a[?0].orValue(1)",
		"'\\", "((((", "1 +", "#\n\x00", "\xff'", "slef", "foo(1)", "self = 1", "timestamp('x')", "{1: self}", "r'''", "a.b{c: 1}",
		"self.`a-b`", "self.all(self, .self)", "'%s'.format([self])", "9223372036854775808", "1e999", "lists.range(9)",
	} {
		f.Add(text)
	}
	env := expression.New("self", "path")
	vars := decode(f, `{"self": {"a": [1, null, {"b": 1.5}], "c": "x"}, "path": {"x-id": "7"}}`)
	f.Fuzz(func(t *testing.T, text string) {
		program, err := env.Compile(text)
		if err != nil {
			problem, ok := errors.AsType[*expression.Error](err)
			if !ok || strings.ContainsAny(err.Error(), "\n\r") {
				t.Fatalf("%T %q", err, err)
			}
			checkPosition(t, text, problem)
			return
		}
		for _, name := range program.Names() {
			if !program.Uses(strings.SplitN(name, ".", 2)[0]) {
				t.Errorf("does not use %q", name)
			}
		}
		if _, err := program.Eval(t.Context(), vars); err != nil && strings.ContainsAny(err.Error(), "\n\r") {
			t.Errorf("error of several lines: %q", err)
		}
	})
}

func FuzzTemplate(f *testing.F) {
	for _, text := range []string{"", "a ${self} b", "$${", "${", "${'}'}", "${r'\\'}", "${'''}", "${{}}", "${1//}\n}", "é\n${slef}", "${}", "$$${"} {
		f.Add(text)
	}
	env := expression.New("self")
	f.Fuzz(func(t *testing.T, text string) {
		parts, err := env.Template(text)
		if problem, ok := errors.AsType[*expression.Error](err); ok {
			checkPosition(t, text, problem)
			return
		}
		if err != nil {
			t.Fatalf("%T %v", err, err)
		}
		end := 0
		for _, part := range parts {
			if part.Offset < end || (part.Program == nil) != (part.Text != "") {
				t.Fatalf("part %+v begins before %d, or is both or neither", part, end)
			}
			end = part.Offset + len(part.Text)
			if part.Program != nil {
				end = part.Offset + len("${}") + len(part.Program.Text())
			}
		}
		if end > len(text) {
			t.Errorf("parts end at %d of %d", end, len(text))
		}
	})
}

func checkPosition(t *testing.T, text string, problem *expression.Error) {
	t.Helper()
	lines := strings.Split(text, "\n")
	if problem.Line < 1 || problem.Line > len(lines) || problem.Column < 1 ||
		problem.Column > utf8.RuneCountInString(lines[problem.Line-1])+1 {
		t.Errorf("%d:%d is not in %q", problem.Line, problem.Column, text)
	}
}
