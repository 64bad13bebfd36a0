package scenarios

import (
	"io/fs"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/fixtures"
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
	for _, document := range []any{document{}, answerDocument{}, lifecycleDocument{}, paceDocument{}} {
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

// TestDocsExamplesLoad plays the first YAML example of each page: the scenarios over the fixture.
func TestDocsExamplesLoad(t *testing.T) {
	example := func(page string) fs.FS {
		text, err := os.ReadFile("../docs/" + page)
		if err != nil {
			t.Fatal(err)
		}
		_, block, _ := strings.Cut(string(text), "```yaml\n")
		block, _, _ = strings.Cut(block, "```")
		return fstest.MapFS{"a.yaml": {Data: []byte(block)}}
	}
	c, err := contract.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	fx, err := fixtures.Load(example("fixtures.md"))
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := Load(example("scenarios.md"), c, fx)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(catalog.worlds[0].scenarios); len(fx.All()) != 1 || got < 30 {
		t.Errorf("%d fixtures, %d scenarios", len(fx.All()), got)
	}
	for _, w := range catalog.Warnings() {
		t.Error(w)
	}
}
