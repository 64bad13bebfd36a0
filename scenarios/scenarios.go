// Package scenarios derives scenarios from the contract and the fixtures, loads declared ones, composes them, and
// compiles what each answers. It is the only place where contract and fixtures meet. It keeps no state between requests.
package scenarios

import (
	"embed"
	"io/fs"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// ConstantAnchor is the anchor (RFC 3339) of answers without elapsed time: the same instants on every machine.
const ConstantAnchor = "2026-01-05T09:00:00Z"

//go:embed async-process
var embedded embed.FS

// Catalog holds the scenarios of a contract. Each operation's are derived when it is first asked for. Immutable but for
// what it keeps of compiled answers; safe for concurrent use.
type Catalog struct {
	contract *contract.Contract
	worlds   []*world // in the contract's order
	byOp     map[*contract.Operation]*world
	warnings []error
}

// Load derives the scenarios of c from fx and reads declared ones, every *.yaml, *.yml and *.json below fsys; a nil fsys has none. A
// fixture or a declared scenario that breaks the contract is in the error, one line each with its position. An fx that was
// loaded with an error tells of further problems only.
func Load(fsys fs.FS, c *contract.Contract, fx *fixtures.Set) (*Catalog, error) {
	catalog := &Catalog{contract: c, byOp: map[*contract.Operation]*world{}}
	for _, op := range c.Operations() {
		w := &world{operation: op, fixtures: fx}
		for _, p := range op.PathParameters() {
			w.names = append(w.names, p.Name)
		}
		catalog.worlds = append(catalog.worlds, w)
		catalog.byOp[op] = w
	}
	problems := &strictyaml.Problems{}
	catalog.checkFixtures(fx, problems)
	if fsys != nil {
		catalog.loadDeclared(fsys, fx, problems)
	}
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return catalog, nil
}

// Embedded is the catalog of the embedded contract, fixtures and scenarios.
func Embedded() (*Catalog, error) {
	c, err := contract.Embedded()
	if err != nil {
		return nil, err
	}
	fx, err := fixtures.Embedded()
	if err != nil {
		return nil, err
	}
	return Load(EmbeddedFS(), c, fx)
}

// EmbeddedFS holds the declared scenarios of the embedded contract.
func EmbeddedFS() fs.FS {
	sub, err := fs.Sub(embedded, "async-process")
	if err != nil {
		return embedded
	}
	return sub
}

// Contract is the contract that the catalog was made for.
func (c *Catalog) Contract() *contract.Contract { return c.contract }

// Warnings are what the fixtures and declared scenarios break of what the contract only asks for (level should), one
// line each with its position.
func (c *Catalog) Warnings() []error { return slices.Clone(c.warnings) }

// Scenarios lists all, by operation, then as For does.
func (c *Catalog) Scenarios() []*Scenario {
	var list []*Scenario
	for _, w := range c.worlds {
		list = append(list, w.derived().scenarios...)
	}
	return list
}

// For lists the scenarios of one operation: statuses, values, failing steps, lifecycles, shapes, fixtures, declared ones, each in
// the order of the contract or the file.
func (c *Catalog) For(op *contract.Operation) []*Scenario {
	return slices.Clone(c.world(op).scenarios)
}

// ByID returns the scenario that owns id as its last path value; nil if none does.
func (c *Catalog) ByID(op *contract.Operation, id string) *Scenario {
	ids := c.world(op).ids
	if s := ids[id]; s != nil || len(id) != 36 {
		return s
	}
	return ids[strings.ToLower(id)]
}

// Answer compiles what the scenario answers. The error is a *SelectError.
func (s *Scenario) Answer() (*Answer, error) { return s.compile() }

// Check says whether the names of a selection exist and go together, for every operation that they speak of.
func (c *Catalog) Check(names string) error {
	for _, w := range c.worlds {
		if _, err := c.Select(w.operation, names); err != nil {
			return err
		}
	}
	return nil
}

func (c *Catalog) world(op *contract.Operation) *world { return c.byOp[op].derived() }

// derived makes the operation's scenarios on first use.
func (w *world) derived() *world {
	w.once.Do(func() {
		w.sample = samples(w.operation)
		w.index, w.ids = map[string]*Scenario{}, map[string]*Scenario{}
		if len(w.operation.Responses()) == 0 {
			return
		}
		r, _ := w.successResponse()
		for _, s := range w.derive() {
			w.add(s)
			if (s.Family == FamilyStatus && s.slots.response == r) || s.Name == nameLifecycle && s.Family == FamilyLifecycle {
				w.defaults = s
			}
		}
		w.assignIDs()
	})
	return w
}

func (w *world) add(s *Scenario) {
	w.scenarios = append(w.scenarios, s)
	w.index[s.Name] = s
}
