package contract

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"strings"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// maxHops bounds a chain of references; real documents need three.
const maxHops = 32

// reference is what a $ref means: a file of the contract and a JSON Pointer within it.
type reference struct{ file, pointer string }

// parseReference reads a $ref as RFC 3986 and RFC 6901 section 6 say, relative to the file where it stands. What does
// not stay within the contract's folder is an error with a problem and a hint.
func parseReference(file, ref string) (reference, error) {
	if strings.HasPrefix(ref, "#") && strings.IndexByte(ref, '%') < 0 {
		return withPointer(file, ref[1:], ref)
	}
	parsed, err := url.Parse(ref)
	if err != nil {
		return reference{}, &strictyaml.Error{Problem: fmt.Sprintf("$ref %q is not a URI reference", ref)}
	}
	if parsed.Scheme != "" || parsed.Host != "" || parsed.User != nil {
		return reference{}, &strictyaml.Error{
			Problem: fmt.Sprintf("$ref %q is remote", ref),
			Hint:    "only files of the contract's own folder are read; download it and refer to the copy",
		}
	}
	if parsed.Path != "" {
		file = path.Join(path.Dir(file), parsed.Path)
		if path.IsAbs(parsed.Path) || !fs.ValidPath(file) {
			return reference{}, &strictyaml.Error{Problem: fmt.Sprintf("$ref %q leaves the contract's folder", ref)}
		}
	}
	return withPointer(file, parsed.Fragment, ref)
}

func withPointer(file, pointer, ref string) (reference, error) {
	if pointer != "" && pointer[0] != '/' {
		return reference{}, &strictyaml.Error{
			Problem: fmt.Sprintf("$ref %q is not a JSON Pointer", ref),
			Hint:    `write "#/…" or "file.yaml#/…"`,
		}
	}
	return reference{file: file, pointer: pointer}, nil
}

// resolve returns the node that the reference ref in node from leads to, without following what stands there. It is the
// schema.Resolver of a contract.
func (f *files) resolve(from *strictyaml.Node, ref string) (*strictyaml.Node, error) {
	at := from.Position()
	if value := from.Field("$ref"); value != nil {
		at = value.Position()
	}
	target, err := parseReference(from.File(), ref)
	if problem, ok := errors.AsType[*strictyaml.Error](err); ok {
		problem.Position = at
		return nil, problem
	}
	read := f.documents[target.file]
	if read == nil {
		return nil, &strictyaml.Error{Position: at, Problem: fmt.Sprintf("$ref %q leads to no file", ref)}
	}
	if read.err != nil {
		return nil, unreadable(at, ref, read.err)
	}
	if node := read.root.At(target.pointer); node != nil {
		return node, nil
	}
	return nil, &strictyaml.Error{
		Position: at,
		Problem:  fmt.Sprintf("$ref %q leads nowhere", ref),
		Hint:     missingHint(read.root, target.pointer),
	}
}

// unreadable reports a file that cannot be read where the $ref stands, and one that can be read but not parsed at its own fault.
func unreadable(at Position, ref string, err error) error {
	problem, ok := errors.AsType[*strictyaml.Error](err)
	if !ok || problem.Position.Line > 0 {
		return err
	}
	return &strictyaml.Error{
		Position: at, Problem: fmt.Sprintf("$ref %q leads to a file that %s", ref, problem.Problem), Hint: problem.Hint, Err: err,
	}
}

// missingHint names the key closest to the first one on the way that does not exist.
func missingHint(node *strictyaml.Node, pointer string) string {
	tokens, err := strictyaml.Tokens(pointer)
	if err != nil {
		return err.Error()
	}
	for i, token := range tokens {
		next := node.At(strictyaml.Pointer(token))
		if next != nil {
			node = next
			continue
		}
		closest := hint(token, keys(node))
		if i < len(tokens)-1 && closest != "" {
			return fmt.Sprintf("there is no %q; %s", token, closest)
		}
		return closest
	}
	return ""
}

func keys(node *strictyaml.Node) []string {
	names := make([]string, 0, len(node.Fields()))
	for _, field := range node.Fields() {
		names = append(names, field.Key)
	}
	return names
}
