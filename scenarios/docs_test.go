package scenarios

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestEveryKeyIsDocumented compares the tables of docs/scenarios.md with the structs that read YAML.
func TestEveryKeyIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/scenarios.md")
	if err != nil {
		t.Fatal(err)
	}
	_, declared, ok := strings.Cut(string(text), "## Declared")
	if !ok {
		t.Fatal("no section on declared scenarios")
	}
	var got []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([^|]*)` \\|").FindAllStringSubmatch(declared, -1) {
		got = append(got, row[1])
	}
	var want []string
	for _, document := range []any{document{}, answerDocument{}, lifecycleDocument{}} {
		for f := range reflect.TypeOf(document).Fields() {
			want = append(want, f.Tag.Get("yaml"))
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("documented %q, read %q", got, want)
	}
}
