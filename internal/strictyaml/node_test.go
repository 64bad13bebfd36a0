package strictyaml_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

func parse(tb testing.TB, text string) *strictyaml.Node {
	tb.Helper()
	n, err := strictyaml.Parse("f.yaml", []byte(text), strictyaml.Limits{})
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

func TestAt(t *testing.T) {
	t.Parallel()
	// RFC 6901, section 5, and what is around it.
	n := parse(t, `{"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " g": 7, "m~n": 8,
		"deep": {"~1": [[{"x": "y"}]], "01": "key"}}`)
	tests := map[string]string{
		"/foo/0": "bar", "/foo/1": "baz", "/": "0", "/a~1b": "1", "/c%d": "2", "/e^f": "3", "/g|h": "4", `/i\j`: "5", `/k"l`: "6", "/ g": "7",
		"/m~0n": "8", "/deep/~01/0/0/x": "y", "/deep/01": "key",
	}
	for pointer, want := range tests {
		if got := n.At(pointer); got == nil || got.Text() != want {
			t.Errorf("%q: got %s, want %s", pointer, got.Describe(), want)
		}
	}
	if n.At("") != n || n.At("/foo").Kind() != strictyaml.Sequence {
		t.Error("want the node itself, and its sequence")
	}
	nowhere := []string{
		"foo", "/nope", "/foo/2", "/foo/00", "/foo/01", "/foo/-", "/foo/-1", "/foo/+1", "/foo/", "/foo/99999999999999999999",
		"/foo/0/x", "/foo/0/", "//", "/m~n", "/m~2n", "/m~", "/nope/x/y",
	}
	for _, pointer := range nowhere {
		if got := n.At(pointer); got != nil {
			t.Errorf("%q: got %s, want nothing", pointer, got.Describe())
		}
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	for _, tokens := range [][]string{nil, {""}, {"a", "b"}, {"a/b", "~", "~1", "~01"}, {"", ""}, {"é", "%2F"}} {
		pointer := strictyaml.Pointer(tokens...)
		got, err := strictyaml.Tokens(pointer)
		if diff := cmp.Diff(tokens, got); diff != "" || err != nil {
			t.Errorf("%q: %v, want -, got +:\n%s", pointer, err, diff)
		}
	}
	for pointer, want := range map[string]string{
		"a/b": `pointer "a/b" does not start with /`,
		"/~":  `pointer "/~" holds a ~ that is neither ~0 nor ~1`,
		"/~2": `pointer "/~2" holds a ~ that is neither ~0 nor ~1`,
	} {
		if _, err := strictyaml.Tokens(pointer); err == nil || err.Error() != want {
			t.Errorf("got error %v, want %s", err, want)
		}
	}
}

func TestNilNode(t *testing.T) {
	t.Parallel()
	var n *strictyaml.Node
	got := []any{
		n.Kind(), n.Position(), n.KeyPosition("x"), n.Text(), n.Fields(), n.Items(), n.Field("x"), n.At("/x"), n.At(""), n.Value(), n.File(),
		n.Root(), n.Describe(),
	}
	want := []any{
		strictyaml.Null, strictyaml.Position{}, strictyaml.Position{}, "", []strictyaml.Field(nil), []*strictyaml.Node(nil), n, n, n, nil, "", n, "nothing",
	}
	for i := range want {
		if fmt.Sprintf("%#v", got[i]) != fmt.Sprintf("%#v", want[i]) {
			t.Errorf("result %d: got %#v, want %#v", i, got[i], want[i])
		}
	}
}

// A scalar is asked for what only mappings and sequences have.
func TestScalarHasNoParts(t *testing.T) {
	t.Parallel()
	n := parse(t, "text")
	if n.Fields() != nil || n.Items() != nil || n.Field("x") != nil || n.At("/0") != nil || n.KeyPosition("x") != n.Position() {
		t.Error("want nothing, and the scalar's own position")
	}
}

func TestValue(t *testing.T) {
	t.Parallel()
	n := parse(t, "a: [1.10, x, true, ~, {}, []]\nb: &b {c: 2026-01-02}\nd: *b\n")
	want := map[string]any{
		"a": []any{json.Number("1.10"), "x", true, nil, map[string]any{}, []any{}},
		"b": map[string]any{"c": "2026-01-02"},
		"d": map[string]any{"c": "2026-01-02"},
	}
	if diff := cmp.Diff(want, n.Value()); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
	if root := n.At("/d/c").Root(); root != n {
		t.Errorf("got root %s, want the document's", root.Describe())
	}
	// Each use of an alias knows its own key.
	if got, want := n.KeyPosition("d").String(), "f.yaml:3:1"; got != want {
		t.Errorf("got key position %s, want %s", got, want)
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	n := parse(t, "["+strings.Repeat("é", 60)+", a, 1, true, ~, {}, []]")
	want := []string{`string "` + strings.Repeat("é", 40) + `…"`, `string "a"`, "number 1", "true", "null", "mapping", "sequence"}
	for i, item := range n.Items() {
		if got := item.Describe(); got != want[i] {
			t.Errorf("got %s, want %s", got, want[i])
		}
	}
}

func TestPositionString(t *testing.T) {
	t.Parallel()
	for want, position := range map[string]strictyaml.Position{
		"":           {},
		"f.yaml":     {File: "f.yaml"},
		"f.yaml:2:3": {File: "f.yaml", Line: 2, Column: 3},
	} {
		if got := position.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestByteOrderMark(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"f.json", "f.yaml"} {
		n, err := strictyaml.Parse(file, []byte("\uFEFF{\"a\": 1}"), strictyaml.Limits{})
		if err != nil || n.Field("a").Text() != "1" || n.Position().Column != 1 {
			t.Errorf("%s: got %v, error %v", file, n.Value(), err)
		}
	}
}

func TestNotUTF8(t *testing.T) {
	t.Parallel()
	for file, text := range map[string]string{"f.json": "{\n\"é\": \"\xff\"}", "f.yaml": "a: 1\né: 'xy\xff'\n"} {
		_, err := strictyaml.Parse(file, []byte(text), strictyaml.Limits{})
		if want := file + ":2:7: the text is not UTF-8"; err == nil || err.Error() != want {
			t.Errorf("got error %v, want %s", err, want)
		}
	}
}
