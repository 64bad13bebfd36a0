//go:build unix

package strictyaml_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// A pipe that nobody writes to would block for ever once it is opened.
func TestReadFilePipe(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(folder, "pipe"), 0o600); err != nil {
		t.Skip("no named pipes here: ", err)
	}
	if err := os.Symlink("pipe", filepath.Join(folder, "link")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"pipe", "link"} {
		_, err := strictyaml.ReadFile(os.DirFS(folder), name, strictyaml.Limits{})
		if want := name + ": is a pipe, want a regular file"; err == nil || err.Error() != want {
			t.Errorf("got error %v, want %s", err, want)
		}
	}
}
