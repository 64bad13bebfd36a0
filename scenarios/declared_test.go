package scenarios_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/scenarios"
)

var update = flag.Bool("update", false, "rewrite the expected texts")

// TestLoad loads each archive: contract.yaml (else the embedded one), fixtures/ (else the embedded ones) and
// scenarios/; "want" is the error, or the
// warnings and, for a contract of its own, what CheckAll says.
func TestLoad(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := loadText(t, archive)
			for i, f := range archive.Files {
				if f.Name != "want" {
					continue
				}
				if *update && string(f.Data) != got {
					archive.Files[i].Data = []byte(got)
					if err := os.WriteFile(file, txtar.Format(archive), 0o600); err != nil {
						t.Fatal(err)
					}
				} else if diff := cmp.Diff(string(f.Data), got); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func loadText(t *testing.T, archive *txtar.Archive) string {
	t.Helper()
	c, err := loadArchive(archive)
	if err != nil {
		return err.Error() + "\n"
	}
	var out bytes.Buffer
	for _, w := range c.Warnings() {
		out.WriteString("warning: " + w.Error() + "\n")
	}
	own := slices.ContainsFunc(archive.Files, func(f txtar.File) bool { return f.Name == "contract.yaml" })
	if err := c.CheckAll(true); own && err != nil {
		out.WriteString(err.Error() + "\n")
	}
	return out.String()
}

func loadArchive(archive *txtar.Archive) (*scenarios.Catalog, error) {
	all, fixtureFiles, scenarioFiles := fstest.MapFS{}, fstest.MapFS{}, fstest.MapFS{}
	for _, f := range archive.Files {
		if name, ok := strings.CutPrefix(f.Name, "fixtures/"); ok {
			fixtureFiles[name] = &fstest.MapFile{Data: f.Data}
		} else if name, ok := strings.CutPrefix(f.Name, "scenarios/"); ok {
			scenarioFiles[name] = &fstest.MapFile{Data: f.Data}
		} else {
			all[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	load := contract.Embedded
	if all["contract.yaml"] != nil {
		load = func() (*contract.Contract, error) { return contract.Load(all, "contract.yaml") }
	}
	c, err := load()
	if err != nil {
		return nil, err
	}
	fx, err := fixtures.Load(fixtureFiles)
	if all["contract.yaml"] == nil && len(fixtureFiles) == 0 {
		fx, err = fixtures.Embedded()
	}
	if err != nil {
		return nil, err
	}
	return scenarios.Load(scenarioFiles, c, fx)
}
