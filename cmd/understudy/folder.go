package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// folder is a folder outside the program, opened so that no link leads out of it. As a file system it shows its files
// under the path by which the user knows them, so that positions in errors can be opened from where the user stands.
type folder struct {
	root  *os.Root
	files fs.FS
	label string // what stands before the names of its files, "." for nothing
	shown string // label as the user knows it: file systems have no absolute names
}

// openFolder opens a folder. The error names it as the user did.
func openFolder(name string) (*folder, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, pathError(name, err)
	}
	if !info.IsDir() { // opening a pipe would wait for a writer
		return nil, fmt.Errorf("%s: want a folder, got a file", name)
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, pathError(name, err)
	}
	shown := filepath.ToSlash(filepath.Clean(name))
	label := strings.TrimLeft(strings.ReplaceAll(shown, "../", ""), "/")
	if label == ".." || !fs.ValidPath(label) {
		label = "folder"
	}
	return &folder{root: root, files: root.FS(), label: label, shown: shown}, nil
}

// pathError drops the system call from an error: what the user did was to name a path.
func pathError(name string, err error) error {
	if inner := (*fs.PathError)(nil); errors.As(err, &inner) {
		err = inner.Err
	}
	return fmt.Errorf("%s: %w", name, err)
}

// restore puts the name that the user knows back into a line of an error.
func (f *folder) restore(line string) string {
	if f.shown == f.label {
		return line
	}
	return strings.ReplaceAll(" "+line, " "+f.label+"/", " "+f.shown+"/")[1:]
}

func (f *folder) Close() error { return f.root.Close() }

// holdsData says whether there is any file to load; a folder that cannot be listed is left to whoever loads it.
func (f *folder) holdsData() bool {
	found := false
	err := fs.WalkDir(f.files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && slices.Contains([]string{".yaml", ".yml", ".json"}, path.Ext(name)) {
			found = true
			return fs.SkipAll
		}
		return err
	})
	return found || err != nil
}

// within turns a name as it is shown into one of the folder; above says that it leads to the folder and stands before it.
func (f *folder) within(name string) (inner string, above, ok bool) {
	switch {
	case f.label == ".":
		return name, false, true
	case name == f.label:
		return ".", false, true
	case name == "." || strings.HasPrefix(f.label, name+"/"):
		return "", true, true
	}
	inner, ok = strings.CutPrefix(name, f.label+"/")
	return inner, false, ok
}

// Open opens a file of the folder.
func (f *folder) Open(name string) (fs.File, error) {
	inner, above, ok := f.within(name)
	if !ok || above {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return f.files.Open(inner)
}

// Stat describes a file without opening it.
func (f *folder) Stat(name string) (fs.FileInfo, error) {
	inner, above, ok := f.within(name)
	if !ok {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
	}
	if above {
		return f.stand(path.Base(name))
	}
	return fs.Stat(f.files, inner)
}

// ReadDir lists a folder; one above it holds nothing but the way to it.
func (f *folder) ReadDir(name string) ([]fs.DirEntry, error) {
	inner, above, ok := f.within(name)
	if !ok {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
	}
	if !above {
		return fs.ReadDir(f.files, inner)
	}
	rest := f.label
	if name != "." {
		rest = strings.TrimPrefix(rest, name+"/")
	}
	next, _, _ := strings.Cut(rest, "/")
	info, err := f.stand(next)
	if err != nil {
		return nil, err
	}
	return []fs.DirEntry{fs.FileInfoToDirEntry(info)}, nil
}

func (f *folder) stand(name string) (fs.FileInfo, error) {
	info, err := fs.Stat(f.files, ".")
	return standIn{info, name}, err
}

// standIn is a folder above the folder: it looks the same but for the name.
type standIn struct {
	fs.FileInfo
	name string
}

// Name is the name that was asked for.
func (s standIn) Name() string { return s.name }
