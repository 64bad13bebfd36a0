package main

import (
	"io/fs"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// A folder is a file system as others are, with its own files below its own path, and nothing else.
func TestFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFiles(t, []txtar.File{{Name: "a/b/one.yaml"}, {Name: "a/b/c/two.yaml"}, {Name: "a/outside.yaml"}})
	tests := map[string][]string{
		"a/b": {".", "a", "a/b", "a/b/c", "a/b/c/two.yaml", "a/b/one.yaml"},
		"a":   {".", "a", "a/b", "a/b/c", "a/b/c/two.yaml", "a/b/one.yaml", "a/outside.yaml"},
		".":   {".", "a", "a/b", "a/b/c", "a/b/c/two.yaml", "a/b/one.yaml", "a/outside.yaml"},
	}
	for name, want := range tests {
		f, err := openFolder(name)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		err = fs.WalkDir(f, ".", func(path string, entry fs.DirEntry, err error) error {
			if info, statErr := fs.Stat(f, path); statErr != nil || info.IsDir() != entry.IsDir() {
				t.Errorf("%s: stat %s: %v", name, path, statErr)
			}
			if !entry.IsDir() {
				if _, err := fs.ReadFile(f, path); err != nil {
					t.Error(err)
				}
			}
			got = append(got, path)
			return err
		})
		if err != nil {
			t.Error(err)
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	f, err := openFolder("a/b")
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, f)
	for _, outside := range []string{"a/outside.yaml", "one.yaml", "b", "a/b/missing.yaml", "a/bc"} {
		if _, err := fs.Stat(f, outside); err == nil {
			t.Errorf("stat %s: want an error", outside)
		}
		if _, err := f.Open(outside); err == nil {
			t.Errorf("open %s: want an error", outside)
		}
		if _, err := f.ReadDir(outside); err == nil {
			t.Errorf("list %s: want an error", outside)
		}
	}
}
