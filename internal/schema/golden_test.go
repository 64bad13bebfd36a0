package schema_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden texts in testdata")

// TestProblems judges the values of each archive by the schema in it. Archives hold schema.yaml (see load), values.yaml,
// a list, and problems.txt, the golden text.
func TestProblems(t *testing.T) {
	t.Parallel()
	eachArchive(t, "problems", func(t *testing.T, files map[string]string) string {
		t.Helper()
		set := load(t, files)
		values := parse(t, "values.yaml", files["values.yaml"])
		var golden strings.Builder
		for _, value := range values.Items() {
			text := strings.Join(strings.Fields(lineOf(files["values.yaml"], value.Position().Line)), " ")
			fmt.Fprintf(&golden, "%s\n", text)
			problems, err := set.Schema(parse(t, "schema.yaml", files["schema.yaml"]).Field("schema")).Validate(value.Value())
			if err != nil {
				fmt.Fprintf(&golden, "  error: %v\n", err)
			}
			for _, p := range problems {
				inferred := ""
				if p.Inferred != "" {
					inferred = " inferred from " + p.Inferred
				}
				fmt.Fprintf(&golden, "  %s: %s: want %s, got %s (%s)%s\n", p.Pointer, p.Keyword, p.Want, p.Got, p.Position, inferred)
			}
		}
		return golden.String()
	})
}

// TestFaults compiles the schema of each archive, which is broken; faults.txt is the golden text.
func TestFaults(t *testing.T) {
	t.Parallel()
	eachArchive(t, "faults", func(t *testing.T, files map[string]string) string {
		t.Helper()
		set := load(t, files)
		var golden strings.Builder
		for _, f := range parse(t, "schema.yaml", files["schema.yaml"]).Fields() {
			if f.Key == "openapi" {
				continue
			}
			fmt.Fprintf(&golden, "%s:\n", f.Key)
			if err := set.Schema(f.Value).Compile(); err != nil {
				fmt.Fprintf(&golden, "%v\n", err)
			}
		}
		return golden.String()
	})
}

func eachArchive(t *testing.T, folder string, produce func(t *testing.T, files map[string]string) string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", folder, "*.txtar"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives in %q: %v", folder, err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			body, want, _ := strings.Cut(string(data), "-- "+folder+".txt --\n")
			files := archive(body)
			got := produce(t, files)
			if *update {
				if err := os.WriteFile(name, []byte(body+"-- "+folder+".txt --\n"+got), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("golden text differs (-want +got):\n%s", diff)
			}
		})
	}
}

// archive reads the txtar format: lines "-- name --" start a file.
func archive(text string) map[string]string {
	header := regexp.MustCompile(`(?m)^-- (\S+) --\n`)
	files := map[string]string{}
	places := header.FindAllStringSubmatchIndex(text, -1)
	for i, place := range places {
		end := len(text)
		if i+1 < len(places) {
			end = places[i+1][0]
		}
		files[text[place[2]:place[3]]] = text[place[1]:end]
	}
	return files
}

func lineOf(text string, line int) string {
	return strings.TrimPrefix(strings.Split(text, "\n")[line-1], "- ")
}
