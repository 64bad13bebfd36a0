package strictyaml_test

import (
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

func TestReadFile(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{
		"a/b.yaml": {Data: []byte("12345")},
		"pipe":     {Mode: fs.ModeNamedPipe},
		"null":     {Mode: fs.ModeDevice | fs.ModeCharDevice},
		"socket":   {Mode: fs.ModeSocket},
	}
	tests := []struct {
		name  string
		limit int64
		want  string
	}{
		{"a/b.yaml", 5, ""},
		{"./a/../a//b.yaml", 0, ""},
		{"a/b.yaml", 4, "a/b.yaml: is larger than 4 bytes"},
		{"a", 0, "a: is a folder, want a regular file"},
		{".", 0, ".: is a folder, want a regular file"},
		{"pipe", 0, "pipe: is a pipe, want a regular file"},
		{"null", 0, "null: is a device, want a regular file"},
		{"socket", 0, "socket: is a socket, want a regular file"},
		{"c.yaml", 0, "c.yaml: cannot be read: file does not exist"},
		{"../c.yaml", 0, `"../c.yaml" is not the name of a file in this folder`},
		{"/etc/passwd", 0, `"/etc/passwd" is not the name of a file in this folder`},
		{"a/\xff", 0, `"a/\xff" is not the name of a file in this folder`},
		{"", 0, `"" is not the name of a file in this folder`},
	}
	for _, test := range tests {
		data, err := strictyaml.ReadFile(fsys, test.name, strictyaml.Limits{Bytes: test.limit})
		if test.want == "" {
			if err != nil || string(data) != "12345" {
				t.Errorf("%q: got %q, error %v", test.name, data, err)
			}
			continue
		}
		if err == nil || err.Error() != test.want {
			t.Errorf("%q: got error %v, want %s", test.name, err, test.want)
		}
	}
	if _, err := strictyaml.ReadFile(fsys, "c.yaml", strictyaml.Limits{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got error %v, want one that is fs.ErrNotExist", err)
	}
}

// growing is a file that holds more than it says, as those of /proc do.
type growing struct{ fstest.MapFS }

func (g growing) Stat(name string) (fs.FileInfo, error) {
	return fs.Stat(fstest.MapFS{name: {}}, name)
}

func TestReadFileGrowing(t *testing.T) {
	t.Parallel()
	_, err := strictyaml.ReadFile(growing{fstest.MapFS{"f": {Data: []byte("12345")}}}, "f", strictyaml.Limits{Bytes: 4})
	if want := "f: is larger than 4 bytes"; err == nil || err.Error() != want {
		t.Errorf("got error %v, want %s", err, want)
	}
}
