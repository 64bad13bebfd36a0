package contract

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// The limits of one contract, all files together. Public descriptions in many files have up to 3,000 of them.
const (
	maxFiles      = 10_000
	maxFileBytes  = 64 << 20
	maxTotalBytes = 256 << 20
	maxTotalNodes = 4_000_000
)

// files holds every file of a contract. Load reads them all, so that a contract cannot change or fail later; a file that is
// missing or broken is reported only where a $ref that means something leads to it.
type files struct {
	root      *strictyaml.Node
	documents map[string]*document
	digest    string
	bytes     int64
	nodes     int
}

// document is one file: its tree, or why there is none.
type document struct {
	root *strictyaml.Node
	data []byte // until release
	hash [sha256.Size]byte
	err  error
}

func readFiles(fsys fs.FS, name string) (*files, error) {
	f := &files{documents: map[string]*document{}}
	name = path.Clean(name)
	queue := []string{name}
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		read := f.read(fsys, next)
		f.documents[next] = read
		if next == name && read.err != nil {
			return nil, read.err
		}
		for _, mentioned := range f.mentions(read.root) {
			if _, known := f.documents[mentioned]; !known {
				f.documents[mentioned] = nil // waits in the queue
				queue = append(queue, mentioned)
			}
		}
	}
	f.root = f.documents[name].root
	f.digest = f.sum()
	return f, nil
}

func (f *files) read(fsys fs.FS, name string) *document {
	if len(f.documents) > maxFiles {
		return &document{err: &strictyaml.Error{Problem: fmt.Sprintf("the contract has more than %d files", maxFiles)}}
	}
	limits := strictyaml.Limits{Bytes: min(maxFileBytes, maxTotalBytes-f.bytes), Nodes: min(2_000_000, maxTotalNodes-f.nodes)}
	if limits.Bytes <= 0 || limits.Nodes <= 0 {
		return &document{err: &strictyaml.Error{Problem: "the files of the contract are too large together"}}
	}
	data, err := strictyaml.ReadFile(fsys, name, limits)
	if err != nil {
		return &document{err: withNeighbours(fsys, name, err)}
	}
	f.bytes += int64(len(data))
	root, err := strictyaml.Parse(name, data, limits)
	return &document{root: root, data: data, hash: sha256.Sum256(data), err: err}
}

// withNeighbours adds the closest name that exists beside a file that does not.
func withNeighbours(fsys fs.FS, name string, err error) error {
	problem, ok := errors.AsType[*strictyaml.Error](err)
	if !ok || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	entries, listErr := fs.ReadDir(fsys, path.Dir(name))
	if listErr != nil {
		return err
	}
	names := make([]string, 0, len(entries))
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	hinted := *problem
	if closest := strictyaml.Closest(path.Base(name), names); closest != "" {
		hinted.Hint = fmt.Sprintf("closest is %q", closest)
	}
	return &hinted
}

// mentions lists the files that any $ref below node could mean, in document order. What stands in an example only looks
// like a reference; reading its file does no harm. It also counts the nodes.
func (f *files) mentions(root *strictyaml.Node) []string {
	var found []string
	seen := map[string]bool{}
	var visit func(node *strictyaml.Node)
	visit = func(node *strictyaml.Node) {
		f.nodes++
		for _, item := range node.Items() {
			visit(item)
		}
		for _, field := range node.Fields() {
			if field.Key != "$ref" || field.Value.Kind() != strictyaml.String {
				visit(field.Value)
				continue
			}
			target, err := parseReference(node.File(), field.Value.Text())
			if err == nil && !seen[target.file] {
				seen[target.file] = true
				found = append(found, target.file)
			}
		}
	}
	if root != nil {
		visit(root)
	}
	return found
}

func (f *files) sum() string {
	total := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(f.documents)) {
		read := f.documents[name]
		if read.data == nil {
			continue
		}
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(name)))
		total.Write(length[:])
		total.Write([]byte(name))
		total.Write(read.hash[:])
	}
	return "sha256:" + hex.EncodeToString(total.Sum(nil))
}

// release forgets the text of the files, which only Load's messages need.
func (f *files) release() {
	for _, read := range f.documents {
		read.data = nil
	}
}
