package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// The cases are archives: the comment is the command line, the file "want" what it prints, and the rest are its files.
func TestValidate(t *testing.T) {
	archives, err := filepath.Glob("testdata/validate/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			absolute, err := filepath.Abs(name)
			if err != nil {
				t.Fatal(err)
			}
			archive, err := txtar.ParseFile(absolute)
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir(t.TempDir())
			last := &archive.Files[len(archive.Files)-1]
			writeFiles(t, archive.Files[:len(archive.Files)-1])
			got := play(t, nil, strings.Fields(string(archive.Comment))...)
			if got.Stderr != "" {
				t.Errorf("want nothing on stderr, got %q", got.Stderr)
			}
			if *update {
				last.Data = []byte(got.Stdout)
				if err := os.WriteFile(absolute, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(last.Data), got.Stdout); diff != "" {
				t.Errorf("(-want +got; -update rewrites it):\n%s", diff)
			}
			wantCode := exitOK
			if !bytes.Contains(last.Data, []byte("no problems")) {
				wantCode = exitUsage
			}
			if got.Code != wantCode {
				t.Errorf("want code %d, got %d", wantCode, got.Code)
			}
		})
	}
}

// What is broken is not served, and all of it is said.
func TestServeBroken(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/validate/ten-mistakes.txtar")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	writeFiles(t, archive.Files)
	lines := strings.Split(strings.TrimSpace(string(archive.Files[len(archive.Files)-1].Data)), "\n")
	want := outcome{Code: exitUsage, Stderr: "understudy: error: " + strings.Join(lines[:len(lines)-1], "\n") + "\n"}
	if len(lines) < 11 {
		t.Fatalf("want ten mistakes, got %d", len(lines)-1)
	}
	got := play(t, nil, "serve", "--addr", "127.0.0.1:0", "--fixtures", "api/fixtures", "--scenarios", "api/scenarios")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What is only advice is served, and said.
func TestServeWarns(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/validate/should.txtar")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	writeFiles(t, archive.Files)
	s := startServe(t, nil, "--contract", "api/openapi.yaml", "--fixtures", "api/fixtures")
	if got, want := s.stop().Stderr, "understudy: warning: api/fixtures/pets.yaml:1:10: "; !strings.HasPrefix(got, want) {
		t.Errorf("want %q first, got %q", want, got)
	}
}

func TestValidateEmbedded(t *testing.T) {
	got := play(t, nil, "validate", "--strict", "--all")
	if got.Code != 0 || !strings.HasSuffix(got.Stdout, " scenarios, no problems\n") || got.Stderr != "" {
		t.Errorf("got %+v", got)
	}
	// The same files, found in the folders of the packages that embed them.
	if folder := play(t, nil, "validate", "../..", "--strict"); folder != got {
		t.Errorf("want the same of the folder, got %+v", folder)
	}
}

// Positions lead to the file from where the user stands, however the folder was named.
func TestPositions(t *testing.T) {
	top := t.TempDir()
	t.Chdir(top)
	writeFiles(t, []txtar.File{
		{Name: "a/api/fixtures/x.yaml", Data: []byte("fixture: x\n")},
		{Name: "a/api/openapi.yaml", Data: []byte("openapi: 3.1.0\n")},
		{Name: "a/b/empty", Data: nil},
	})
	t.Chdir("a/b")
	for _, dir := range []string{"../api", filepath.Join(top, "a/api"), "../../a/./api/"} {
		for _, file := range []string{"fixtures/x.yaml", "openapi.yaml"} {
			got := play(t, nil, "validate", dir, "--contract", dir+"/openapi.yaml")
			position := filepath.ToSlash(filepath.Clean(dir)) + "/" + file
			if !strings.HasPrefix(got.Stdout, position+":") && !strings.Contains(got.Stdout, "\n"+position+":") {
				t.Errorf("%s: want a line that begins with %s, got %q", dir, position, got.Stdout)
			}
		}
	}
}

// A link out of a folder is not followed.
func TestLinks(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFiles(t, []txtar.File{{Name: "outside.yaml", Data: []byte("fixture: outside\n")}, {Name: "api/fixtures/a.txt"}})
	if err := os.Symlink("../../outside.yaml", "api/fixtures/link.yaml"); err != nil {
		t.Skip(err)
	}
	got := play(t, nil, "validate", "api")
	if got.Code != exitUsage || !strings.Contains(got.Stdout, "api/fixtures/link.yaml: cannot be read") {
		t.Errorf("want the link refused, got %+v", got)
	}
}
