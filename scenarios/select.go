package scenarios

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// SelectError says why a selection cannot be played.
type SelectError struct {
	// Code is "unknown-scenario", "scenario-conflict", or "unplayable": no body could be made that fits.
	Code string
	// Name is the name, or the selection, that was asked for.
	Name string
	// Detail is one sentence.
	Detail string
	// Closest is the nearest name that exists, or "".
	Closest string
	// Names are the names that exist for the operation, at most 100.
	Names []string
}

// Error is the detail and the closest name.
func (e *SelectError) Error() string {
	if e.Closest != "" {
		return fmt.Sprintf("%s; closest is %q", e.Detail, e.Closest)
	}
	return e.Detail
}

// Default is the operation's own default: its lifecycle where it has one, else its lowest documented 2xx, else its first response.
func (c *Catalog) Default(op *contract.Operation) (*Answer, error) {
	return c.world(op).fallback()
}

func (w *world) fallback() (*Answer, error) {
	if w.defaults == nil {
		return nil, &SelectError{Code: "unplayable", Detail: w.operation.ID() + " documents no response"}
	}
	return w.defaults.compile()
}

// Refusal is the contract's own answer for a failed check: 401, 403, 400, and so on, also where a range (4XX) documents it.
// Nil when the contract documents no such status for the operation but as default, or the answer cannot be made.
func (c *Catalog) Refusal(op *contract.Operation, status int) *Answer {
	w := c.world(op)
	r := op.Response(status)
	if r == nil || r.Status == "default" {
		return nil
	}
	s := w.index["response-"+r.Status]
	if s == nil {
		return nil
	}
	a, err := s.compile()
	if s.Status != status {
		a, err = w.ofRange(s, status)
	}
	if err != nil {
		return nil
	}
	return a
}

// ofRange compiles what a range answers with another status than that of its scenario.
func (w *world) ofRange(s *Scenario, status int) (*Answer, error) {
	// A number alone is never the name of a composition.
	key := strconv.Itoa(status)
	if a := w.composed.get(key); a != nil {
		return a, nil
	}
	slots := s.slots
	slots.status = status
	a, err := w.answer(&slots)
	if err == nil {
		w.composed.put(key, a)
	}
	return a, err
}

// Select compiles what a comma-separated list of scenario names answers for op. A name that exists, but says nothing
// about op, leaves it to its default. The error is a *SelectError.
func (c *Catalog) Select(op *contract.Operation, names string) (*Answer, error) {
	w := c.world(op)
	if s := w.index[names]; s != nil {
		return s.compile()
	}
	chosen, err := c.choose(w, names)
	if err != nil {
		return nil, err
	}
	switch len(chosen) {
	case 0:
		return w.fallback()
	case 1:
		return chosen[0].compile()
	}
	return w.compose(chosen)
}

// choose finds the scenarios of w that a selection names; a name of another operation is none of its business.
func (c *Catalog) choose(w *world, names string) ([]*Scenario, error) {
	list := split(names)
	if len(list) > maxNames {
		return nil, &SelectError{Code: "scenario-conflict", Name: names, Detail: fmt.Sprintf("%d names are more than %d", len(list), maxNames)}
	}
	var chosen []*Scenario
	for _, name := range list {
		operation, rest := "", name
		if w.index[name] == nil {
			operation, rest = cutOperation(c.contract, name)
		}
		if operation != "" && operation != w.operation.ID() {
			if other := c.world(c.contract.Operation(operation)); other.index[rest] == nil {
				return nil, other.unknown(name, rest)
			}
			continue
		}
		s := w.index[rest]
		if s == nil && operation == "" && c.knows(rest) {
			continue
		}
		if s == nil {
			return nil, w.unknown(name, rest)
		}
		if !slices.Contains(chosen, s) {
			chosen = append(chosen, s)
		}
	}
	return chosen, nil
}

// knows says whether any operation has a scenario of that name.
func (c *Catalog) knows(name string) bool {
	return slices.ContainsFunc(c.worlds, func(w *world) bool { return w.derived().index[name] != nil })
}

func (w *world) unknown(asked, name string) *SelectError {
	names := make([]string, len(w.scenarios))
	for i, s := range w.scenarios {
		names[i] = s.Name
	}
	return &SelectError{
		Code: "unknown-scenario", Name: asked,
		Detail:  fmt.Sprintf("scenario %q does not exist for %s", asked, w.operation.ID()),
		Closest: closestName(name, names), Names: names[:min(len(names), 100)],
	}
}

// closestName also knows a value without its path, the beginning of a name, and a name behind an operationId that does not exist.
func closestName(name string, names []string) string {
	for _, near := range []func(n string) bool{
		func(n string) bool { return strings.HasSuffix(strings.ToLower(n), "="+strings.ToLower(name)) },
		func(n string) bool { return strings.HasPrefix(n, name+"-") },
	} {
		if i := slices.IndexFunc(names, near); i >= 0 {
			return names[i]
		}
	}
	_, rest, _ := strings.Cut(name, ":")
	return cmp.Or(strictyaml.Closest(name, names), strictyaml.Closest(rest, names))
}

// compose merges scenarios, in the order of the list whatever that of the names, and derives their one answer. What comes
// out must keep what each name promises, and the contract.
func (w *world) compose(chosen []*Scenario) (*Answer, error) {
	slices.SortFunc(chosen, func(a, b *Scenario) int { return slices.Index(w.scenarios, a) - slices.Index(w.scenarios, b) })
	all := chosen[0].slots
	for _, s := range chosen[1:] {
		if err := all.merge(&s.slots); err != nil {
			return nil, w.unplayable(&all, err)
		}
	}
	if a := w.composed.get(all.from); a != nil {
		return a, nil
	}
	violations, err := w.verify(&all, 1)
	if err == nil && len(violations) > 0 {
		err = errors.New(violations[0].String())
	}
	if err != nil {
		return nil, w.unplayable(&all, err)
	}
	a, err := w.answer(&all)
	if err != nil {
		return nil, err
	}
	w.composed.put(all.from, a)
	return a, nil
}

// verify checks that a selection's bodies show what its names promise; it returns what they break of the contract, each rule in
// each place once, which is nothing for one that means to leave it.
func (w *world) verify(s *slots, seed uint64) ([]contract.Violation, error) {
	s = w.complete(s)
	made, err := w.scene(s)
	if err != nil {
		return nil, err
	}
	played := *s
	played.fixture = made.fixture
	var found []contract.Violation
	var trace contract.Trace
	for i := range made.frames {
		body := made.frames[i].body
		expect := s.expect
		if i == len(made.frames)-1 && s.off == "" {
			expect = slices.Concat(expect, w.atEnd(s))
		}
		for _, e := range expect {
			if !shows(body, e.Pointer, e.Value) {
				return nil, fmt.Errorf("%s would not be %s", e.Pointer, text(e.Value))
			}
		}
		x := w.sampled(&played, body, seed)
		trace = append(trace, contract.Observation{Exchange: x})
		found = append(found, w.operation.JudgeResponse(context.Background(), x).Violations...)
	}
	if s.off != "" {
		return nil, nil
	}
	if made.plan != nil {
		found = append(found, w.operation.JudgeTrace(context.Background(), trace).Violations...)
		found = append(found, w.operation.JudgeEnd(trace, s.course.outcome != outcomeStuck)...)
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(found, func(v contract.Violation) bool {
		key := v.Rule + " " + v.Pointer
		twice := seen[key]
		seen[key] = true
		return twice
	}), nil
}

// answers keeps composed answers by the names that they are composed of, and forgets all when it is full: whoever sends ever
// new texts pays for it, and memory stays bounded.
type answers struct {
	mu   sync.RWMutex
	list map[string]*Answer
}

const maxComposed = 256

func (c *answers) get(names string) *Answer {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.list[names]
}

func (c *answers) put(names string, a *Answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.list == nil || len(c.list) >= maxComposed {
		c.list = map[string]*Answer{}
	}
	c.list[names] = a
}
