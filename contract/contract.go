// Package contract loads an OpenAPI document, finds the operation for a request, and judges requests and responses
// against it: schema, media type, rules (x-validations), credentials. It describes lifecycles (x-lifecycle). It never
// makes a payload up and never touches the network.
package contract

import (
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/understudy-dev/understudy/internal/expression"
	"github.com/understudy-dev/understudy/internal/schema"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// Position is a place in a file of the contract.
type Position = strictyaml.Position

// checkedOperations is the size up to which Load also runs Check. A contract that people write by hand is then refused
// before anything uses it; a generated one of thousands of operations starts at once and compiles what is asked for.
const checkedOperations = 200

// maxExpressions bounds the distinct expressions of one contract: each costs up to a millisecond to compile.
const maxExpressions = 5000

// Contract is a loaded document. Immutable, safe for concurrent use. Responses, schemas and rules are read and compiled on
// first use, from memory: nothing is read from a file after Load.
type Contract struct {
	title, version string
	basePath       string
	files          *files
	components     *strictyaml.Node
	schemas        *schema.Set
	schemes        map[string]*scheme
	operations     []*Operation
	byID           map[string]*Operation
	tree           tree
	rules          *expression.Env
	programs       sync.Map // text of an expression → *expression.Program
	expressions    atomic.Int64
	parts          sync.Map // *strictyaml.Node of a response → *responseParts
}

// Load reads the OpenAPI document name (3.0, 3.1; 3.2 is read as 3.1) from fsys, and every file below fsys that it refers
// to; $ref never leaves fsys. It checks paths, operations, parameters, security and lifecycles, and in a document of at most 200 operations
// everything else too, as Check does. The error joins every problem found, one line each: "file:line:column: subject: problem; hint".
func Load(fsys fs.FS, name string) (*Contract, error) {
	files, err := readFiles(fsys, name)
	if err != nil {
		return nil, err
	}
	l := loader{reader: reader{files: files}, contract: &Contract{files: files, byID: map[string]*Operation{}}}
	l.document(files.root)
	if len(l.contract.operations) <= checkedOperations {
		l.problems.AddError(l.contract.Check())
	}
	if err := l.problems.Err(); err != nil {
		return nil, err
	}
	files.release()
	return l.contract, nil
}

// Title returns info.title.
func (c *Contract) Title() string { return c.title }

// Version returns info.version: the API's, not OpenAPI's.
func (c *Contract) Version() string { return c.version }

// Digest returns "sha256:…" over the names and bytes of all files that Load read, which are the document and those that
// some $ref in them names. It does not depend on the order of reading or on what was used since.
func (c *Contract) Digest() string { return c.files.digest }

// BasePath returns the path of servers[0].url, variables replaced by their defaults, without a trailing slash; "" for none.
// Servers of a path or an operation are not read.
func (c *Contract) BasePath() string { return c.basePath }

// Operations returns all operations by path, then method. The slice is the caller's.
func (c *Contract) Operations() []*Operation { return slices.Clone(c.operations) }

// Operation returns the operation with this ID, and nil if there is none.
func (c *Contract) Operation(id string) *Operation { return c.byID[id] }

// Check compiles every schema, rule and parameter, which otherwise happens on first use, and returns all problems joined
// as those of Load are.
func (c *Contract) Check() error {
	k := checker{reader: reader{files: c.files}, seen: map[any]bool{}}
	for _, o := range c.operations {
		k.operation(o)
	}
	schemas := k.field(c.components, "schemas")
	for _, named := range schemas.Fields() {
		if !isExtension(named.Key) {
			k.schema(c.schemas.Schema(named.Value))
		}
	}
	return k.problems.Err()
}

// program compiles an expression of a rule once; the same rule often stands below many responses.
func (c *Contract) program(text string) (*expression.Program, error) {
	if known, ok := c.programs.Load(text); ok {
		return known.(*expression.Program), nil //nolint:forcetypeassert // only programs are stored
	}
	if c.expressions.Add(1) > maxExpressions {
		return nil, fmt.Errorf("the contract has more than %d expressions", maxExpressions)
	}
	program, err := c.rules.Compile(text)
	if err != nil {
		return nil, err
	}
	c.programs.Store(text, program)
	return program, nil
}
