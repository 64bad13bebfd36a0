//go:build unix

package contract_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/understudy-dev/understudy/contract"
)

// TestHostileFiles refers to files that must not be opened, in the way that the binary opens a folder: confined by os.Root.
func TestHostileFiles(t *testing.T) {
	tests := map[string]struct {
		arrange func(dir string) error
		want    string
	}{
		"device through a symbolic link": {
			arrange: func(dir string) error { return link("/dev/zero", dir) },
			want:    `contract.yaml:4:14: $ref "pets.yaml" leads to a file that cannot be read: path escapes from parent`,
		},
		"file outside through a symbolic link": {
			arrange: func(dir string) error { return link("../../outside.yaml", dir) },
			want:    `contract.yaml:4:14: $ref "pets.yaml" leads to a file that cannot be read: path escapes from parent`,
		},
		"symbolic link to itself": {
			arrange: func(dir string) error { return link("pets.yaml", dir) },
			want:    `contract.yaml:4:14: $ref "pets.yaml" leads to a file that cannot be read: too many levels of symbolic links`,
		},
		"pipe": {
			arrange: func(dir string) error { return syscall.Mkfifo(filepath.Join(dir, "pets.yaml"), 0o600) },
			want:    `contract.yaml:4:14: $ref "pets.yaml" leads to a file that is a pipe, want a regular file`,
		},
		"folder": {
			arrange: func(dir string) error { return os.Mkdir(filepath.Join(dir, "pets.yaml"), 0o700) },
			want:    `contract.yaml:4:14: $ref "pets.yaml" leads to a file that is a folder, want a regular file`,
		},
		"file of a terabyte": {
			arrange: func(dir string) error {
				file, err := os.Create(filepath.Join(dir, "pets.yaml"))
				if err != nil {
					return err
				}
				return errors.Join(file.Truncate(1<<40), file.Close()) // a sparse file takes no space
			},
			want: `contract.yaml:4:14: $ref "pets.yaml" leads to a file that is larger than 67108864 bytes`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, "contract.yaml", "openapi: 3.1.0\ninfo: {title: Pets, version: \"1\"}\npaths:\n  /a: {$ref: pets.yaml}\n")
			if err := test.arrange(dir); err != nil {
				t.Fatal(err)
			}
			root, err := os.OpenRoot(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer root.Close() //nolint:errcheck // nothing was written
			got := refusal(t, func() error {
				_, err := contract.Load(root.FS(), "contract.yaml")
				return err
			})
			if strings.TrimSpace(got) != test.want {
				t.Errorf("got  %swant %s", got, test.want)
			}
		})
	}
}

// TestDeviceInOpenFolder is what is left to hold where a folder is not confined.
func TestDeviceInOpenFolder(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "contract.yaml", "openapi: 3.1.0\ninfo: {title: Pets, version: \"1\"}\npaths:\n  /a: {$ref: pets.yaml}\n")
	if err := link("/dev/zero", dir); err != nil {
		t.Fatal(err)
	}
	want := `contract.yaml:4:14: $ref "pets.yaml" leads to a file that is a device, want a regular file`
	got := refusal(t, func() error {
		_, err := contract.Load(os.DirFS(dir), "contract.yaml")
		return err
	})
	if strings.TrimSpace(got) != want {
		t.Errorf("got  %swant %s", got, want)
	}
}

func link(target, dir string) error { return os.Symlink(target, filepath.Join(dir, "pets.yaml")) }

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
