package scenarios

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// answerReader reads what a declared scenario says of one operation.
type answerReader struct {
	*declaration
	world   *world
	name    string
	subject string
	off     string
}

func (a *answerReader) add(n *strictyaml.Node, problem, hint string) {
	a.problems.Add(n.Position(), a.subject, problem, hint)
}

// What an answer can be an entry of.
const (
	inCalls   = "calls"
	inBetween = "between"
)

// read reads an answer: one that stands alone, or an entry of a list.
func (a *answerReader) read(n *strictyaml.Node, list string) slots {
	var doc answerDocument
	strictyaml.Decode(n, &doc, a.subject, a.problems)
	s := slots{from: a.name, off: a.off}
	if len(doc.Calls) > 0 {
		return a.ordered(n, &doc, s, list)
	}
	if doc.Then != "" {
		a.add(n.Field("then"), `"then" goes with "calls"`, "")
	}
	if doc.Times != nil && list == "" {
		a.add(n.Field("times"), `"times" stands in an entry of "calls" or "between"`, "")
	}
	if doc.Poll != nil && list != inBetween {
		a.add(n.Field("poll"), `"poll" stands in an entry of "between"`, "")
	}
	a.use(n, &doc, &s)
	a.status(n, &doc, &s)
	a.fixture(n, &doc, &s)
	a.lifecycle(n.Field("lifecycle"), doc.Lifecycle, &s)
	a.states(n.Field("states"), &doc, &s)
	if v := a.template(doc.Patch); v != nil {
		if l := a.owner(&s); l != nil {
			checkPatch(v, l, a.subject, ownedHint, a.problems)
		}
		s.patches = slices.Concat(s.patches, []patch{{a.name, v}})
	}
	a.patchOps(&doc, &s)
	if l := a.owner(&s); l != nil {
		for _, op := range s.ops {
			if l.Owns(op.Path) {
				a.problems.Add(op.Position, a.subject, op.Path+" is filled by the lifecycle", ownedHint)
			}
		}
	}
	a.headers(&doc, &s)
	if list != "" && s.moves() {
		a.add(n, "an entry of "+list+" shows one moment, and this plays over time", `name the moment with "use"`)
	}
	s.from = a.name
	return s
}

// ownedHint says how else to get what a patch over a lifecycle's own values is after.
const ownedHint = `choose the moment with "use", or say offContract`

// owner is the lifecycle that fills the answer; nil for an answer that is played as written.
func (a *answerReader) owner(s *slots) *contract.Lifecycle {
	if s.off != "" || (s.fixture != nil && s.fixture.Frozen) {
		return nil
	}
	return a.world.lifecycleFor(a.world.complete(s).response)
}

// ordered reads the calls of an answer.
func (a *answerReader) ordered(n *strictyaml.Node, doc *answerDocument, s slots, list string) slots {
	more := slices.ContainsFunc(n.Fields(), func(f strictyaml.Field) bool { return f.Key != "calls" && f.Key != "then" })
	if more || list != "" {
		a.add(n.Field("calls"), `"calls" goes with "then" alone`, "put the rest into each call")
		return s
	}
	switch s.then = doc.Then; s.then {
	case "":
		s.then = thenRepeat
	case thenRepeat, thenCycle, thenExhausted:
	default:
		a.add(n.Field("then"), fmt.Sprintf("unknown word %q", doc.Then),
			strictyaml.ClosestHint(doc.Then, []string{thenRepeat, thenCycle, thenExhausted}))
	}
	total := 0
	for _, entry := range doc.Calls {
		one := call{slots: a.read(entry, inCalls), times: a.times(entry)}
		s.off = cmp.Or(s.off, one.slots.off)
		total += min(max(one.times, 0), maxCalls+1)
		s.calls = append(s.calls, one)
	}
	if total > maxCalls {
		a.add(n.Field("calls"), fmt.Sprintf("more than %d calls", maxCalls), "")
	}
	return s
}

// times is how often an entry is played; 1 unless it says so.
func (a *answerReader) times(entry *strictyaml.Node) int {
	n := entry.Field("times")
	if n == nil {
		return 1
	}
	times, _ := strconv.Atoi(n.Text())
	if times < 1 {
		a.add(n, `"times" is at least 1`, "")
	}
	return times
}

// use takes over the slots of other scenarios.
func (a *answerReader) use(n *strictyaml.Node, doc *answerDocument, s *slots) {
	if doc.Use == "" {
		return
	}
	chosen, err := a.catalog.choose(a.world, doc.Use)
	if err == nil && len(chosen) == 0 {
		err = fmt.Errorf("%q says nothing about %s", doc.Use, a.world.operation.ID())
	}
	for i, other := range chosen {
		if err == nil && other.Ordered {
			err = fmt.Errorf("%q answers call by call, and stands alone", other.Name)
		}
		if err != nil {
			break
		}
		if i == 0 {
			off := s.off
			*s = other.slots
			s.off = cmp.Or(s.off, off)
			continue
		}
		err = s.merge(&other.slots)
	}
	if err != nil && !a.lost(err) {
		a.add(n.Field("use"), err.Error(), "")
	}
}

// lost says whether an unknown name may be that of a fixture which could not be loaded, and has been told of.
func (a *answerReader) lost(err error) bool {
	var unknown *SelectError
	return errors.As(err, &unknown) && a.world.fixtures.Lost(unknown.Name)
}

func (a *answerReader) status(n *strictyaml.Node, doc *answerDocument, s *slots) {
	if n.Field("status") == nil {
		return
	}
	op := a.world.operation
	r := op.Response(doc.Status)
	switch {
	case doc.Status < 100 || doc.Status > 599:
		a.add(n.Field("status"), fmt.Sprintf("%d is no HTTP status", doc.Status), "")
	case r == nil && a.off == "":
		a.add(n.Field("status"), fmt.Sprintf("status %d is not documented for %s", doc.Status, op.ID()), documented(op))
	case s.status != 0 && s.status != doc.Status:
		a.add(n.Field("status"), fmt.Sprintf("status %d does not go with %q, which answers %d", doc.Status, doc.Use, s.status), "")
	}
	s.status, s.response = doc.Status, r
}

// documented hints at the statuses that an operation has.
func documented(op *contract.Operation) string {
	var names []string
	for _, r := range op.Responses() {
		names = append(names, r.Status)
	}
	return fmt.Sprintf("documented: %s; offContract permits others", strings.Join(names, ", "))
}

func (a *answerReader) fixture(n *strictyaml.Node, doc *answerDocument, s *slots) {
	if doc.Fixture == "" {
		return
	}
	var names []string
	var found *fixtures.Fixture
	for _, f := range a.world.fixtures.All() {
		if f.Operation == a.world.operation.ID() {
			names = append(names, f.Name)
			if f.Name == doc.Fixture {
				found = f
			}
		}
	}
	switch {
	case found == nil && a.world.fixtures.Lost(doc.Fixture):
		return
	case found == nil:
		a.add(n.Field("fixture"), fmt.Sprintf("fixture %q does not exist for %s", doc.Fixture, a.world.operation.ID()),
			strictyaml.ClosestHint(doc.Fixture, names))
		return
	case s.status != 0 && s.status != found.Status:
		a.add(n.Field("fixture"), fmt.Sprintf("fixture %q answers %d, not %d", doc.Fixture, found.Status, s.status), "")
	}
	s.fixture, s.status, s.response = found, found.Status, a.world.operation.Response(found.Status)
	s.off = cmp.Or(s.off, found.OffContract)
}

// headers sets the headers beside those of the scenarios in use, or in their place.
func (a *answerReader) headers(doc *answerDocument, s *slots) {
	added := fixtures.HeadersFromNode(doc.Headers, a.subject, a.problems)
	if len(added) == 0 {
		return
	}
	all := map[string]*fixtures.Value{}
	maps.Copy(all, s.headers)
	for name, v := range added {
		a.world.checkNames(v, a.subject, a.problems)
		all[name] = v
	}
	s.headers = all
}

func (a *answerReader) patchOps(doc *answerDocument, s *slots) {
	ops := slices.Clip(s.ops)
	for _, entry := range doc.PatchOps {
		var op opDocument
		strictyaml.Decode(entry, &op, a.subject, a.problems)
		ops = append(ops, fixtures.Op{
			Op: op.Op, Path: op.Path, From: op.From, Value: a.template(op.Value), Position: entry.Position(),
		})
	}
	s.ops = ops
}
