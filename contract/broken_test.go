package contract_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/understudy-dev/understudy/contract"
)

var update = flag.Bool("update", false, "rewrite the wanted texts in testdata")

// The bounds that refusing any broken document must keep, with room for a slow machine and the race detector.
const (
	maxTime  = 30 * time.Second
	maxAlloc = 512 << 20
)

var positioned = regexp.MustCompile(`^[\w.-]+:\d+:\d+: `)

// TestBroken loads each archive of testdata/broken: its files, and under "want" the whole text of the error.
func TestBroken(t *testing.T) {
	archives, err := filepath.Glob("testdata/broken/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if len(archives) < 30 {
		t.Fatalf("want at least 30 archives, got %d", len(archives))
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			fsys := fstest.MapFS{}
			want := &archive.Files[len(archive.Files)-1]
			for _, file := range archive.Files[:len(archive.Files)-1] {
				fsys[file.Name] = &fstest.MapFile{Data: file.Data}
			}
			got := refusal(t, func() error {
				_, err := contract.Load(fsys, archive.Files[0].Name)
				return err
			})
			if *update {
				want.Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(want.Data), got); diff != "" {
				t.Errorf("error text (-want +got):\n%s", diff)
			}
			for line := range strings.Lines(got) {
				if !positioned.MatchString(line) {
					t.Errorf("no position: %s", line)
				}
			}
		})
	}
}

// refusal runs load and returns the error's text with a line end, after checking that it came soon and cheaply.
func refusal(t *testing.T, load func() error) string {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	err := load()
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	if err == nil {
		t.Fatal("want an error, got none")
	}
	if took > maxTime {
		t.Errorf("refused after %v, want at most %v", took, maxTime)
	}
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > maxAlloc {
		t.Errorf("%d bytes allocated, want at most %d", allocated, maxAlloc)
	}
	return err.Error() + "\n"
}
