package strictyaml_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

func TestProblems(t *testing.T) {
	t.Parallel()
	var problems strictyaml.Problems
	if problems.Err() != nil || problems.Len() != 0 || len(problems.Errors()) != 0 {
		t.Fatal("want no problems at first")
	}
	at := func(file string, line, column int) strictyaml.Position {
		return strictyaml.Position{File: file, Line: line, Column: column}
	}
	problems.AddError(nil)
	problems.Add(at("b", 1, 1), `fixture "x"`, "later file", "")
	problems.Add(at("a", 10, 2), "", "line ten", "do this")
	problems.Add(at("a", 9, 3), "", "column three", "")
	problems.Add(at("a", 9, 3), "", "column three", "")
	problems.AddError(errors.Join(
		&strictyaml.Error{Position: at("a", 9, 1), Problem: "joined"},
		errors.Join(fmt.Errorf("open it: %w", fs.ErrNotExist)),
	))
	var more strictyaml.Problems
	more.AddError(problems.Err())
	want := strings.Join([]string{
		"open it: file does not exist",
		"a:9:1: joined",
		"a:9:3: column three",
		"a:10:2: line ten; do this",
		`b:1:1: fixture "x": later file`,
	}, "\n")
	for _, p := range []*strictyaml.Problems{&problems, &more} {
		err := p.Err()
		if err.Error() != want {
			t.Errorf("got:\n%v\nwant:\n%s", err, want)
		}
		if first, ok := errors.AsType[*strictyaml.Error](err); !ok || first.Problem != "open it: file does not exist" || !errors.Is(err, fs.ErrNotExist) {
			t.Error("want the errors to be found in the joined one")
		}
	}
	if got := []int{problems.Len(), more.Len(), len(more.Errors())}; fmt.Sprint(got) != "[6 5 5]" {
		t.Errorf("got lengths %v, want 6 with the repeat, then 5", got)
	}
}

// A wrapper's words are not lost.
func TestProblemsKeepWrapper(t *testing.T) {
	t.Parallel()
	var problems strictyaml.Problems
	problems.AddError(fmt.Errorf("load contract: %w", &strictyaml.Error{Problem: "inner"}))
	if got, want := problems.Err().Error(), "load contract: inner"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
