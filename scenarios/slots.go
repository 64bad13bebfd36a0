package scenarios

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// slots is what a scenario fixes of an answer; what it leaves empty comes from the base. Slots of several scenarios
// are merged before the body is derived once from all of them.
type slots struct {
	from     string // the scenario's name, for messages
	response *contract.Response
	status   int
	fixture  *fixtures.Fixture
	values   []value
	wants    []want
	course   *course                    // over time; nil for one moment
	pace     *pace                      // nil for the default
	courseAt strictyaml.Position        // of a declared course or pace
	advance  string                     // advanceTime or advancePoll; "" for time
	states   map[string]*fixtures.Value // merge patches by state
	inserts  []insert
	shape    string
	patches  []patch
	ops      []fixtures.Op
	headers  map[string]*fixtures.Value
	calls    []call
	then     string
	expect   []Expectation
	off      string // reason to leave the contract
}

// value is one value at a pointer; "*" is the first item of an array, made up where there is none.
type value struct {
	from    string
	pointer string
	value   any
}

// patch is one scenario's RFC 7396 merge patch.
type patch struct {
	from  string
	value *fixtures.Value
}

// call is one entry of an ordered answer.
type call struct {
	slots slots
	times int
}

// insert is an answer in place of the course's own, from one poll (counted from 1) on, so many times.
type insert struct {
	slots     slots
	at, times int
}

// What moves a course on.
const (
	advanceTime = "time"
	advancePoll = "poll"
)

// moves says whether the answer is over time; still, whether it is one moment, and cannot be.
func (s *slots) moves() bool {
	return s.course != nil || s.pace != nil || s.advance != "" || s.inserts != nil
}

func (s *slots) still() bool { return len(s.wants) > 0 || s.shape != "" }

// paceOf is the pace; never nil.
func (s *slots) paceOf() *pace {
	if s.pace == nil {
		return &pace{}
	}
	return s.pace
}

// conflict says which two scenarios do not go together, and why.
type conflict struct{ a, b, what string }

func (c *conflict) Error() string {
	return fmt.Sprintf("%q and %q do not go together: %s", c.a, c.b, c.what)
}

// merge fills the slots of s with those of o. Two different values for one slot are a conflict.
func (s *slots) merge(o *slots) error {
	refuse := func(format string, a ...any) error { return &conflict{s.from, o.from, fmt.Sprintf(format, a...)} }
	if err := s.clash(o, refuse); err != nil {
		return err
	}
	if err := s.mergeEdits(o, refuse); err != nil {
		return err
	}
	if s.status == 0 {
		s.status, s.response = o.status, o.response
	}
	if s.fixture == nil {
		s.fixture = o.fixture
	}
	s.shape = cmp.Or(s.shape, o.shape)
	s.pace = cmp.Or(s.pace, o.pace)
	s.course = cmp.Or(s.course, o.course)
	s.advance = cmp.Or(s.advance, o.advance)
	s.inserts = slices.Concat(s.inserts, o.inserts)
	if s.states == nil {
		s.states = o.states
	}
	s.values = slices.Concat(s.values, o.values)
	s.wants = slices.Concat(s.wants, o.wants)
	s.expect = slices.Concat(s.expect, o.expect)
	s.patches = slices.Concat(s.patches, o.patches)
	s.off = cmp.Or(s.off, o.off)
	s.from += ", " + o.from
	return nil
}

// clash refuses two different values for one slot.
func (s *slots) clash(o *slots, refuse func(string, ...any) error) error {
	switch {
	case len(s.calls) > 0 || len(o.calls) > 0:
		return refuse("an ordered scenario stands alone")
	case s.status != 0 && o.status != 0 && s.status != o.status:
		return refuse("one answers %d, the other %d", s.status, o.status)
	case s.fixture != nil && o.fixture != nil && s.fixture != o.fixture:
		return refuse("one takes fixture %q, the other %q", s.fixture.Name, o.fixture.Name)
	case s.shape != "" && o.shape != "" && s.shape != o.shape:
		return refuse("one is %s, the other %s", s.shape, o.shape)
	}
	if err := s.clashInTime(o, refuse); err != nil {
		return err
	}
	return s.clashOfValues(o, refuse)
}

// clashInTime refuses what shows one moment beside what moves, and two ways to move.
func (s *slots) clashInTime(o *slots, refuse func(string, ...any) error) error {
	switch {
	case (s.moves() && o.still()) || (o.moves() && s.still()):
		return refuse("one shows a single moment, the other plays over time")
	case s.course != nil && o.course != nil && *s.course != *o.course:
		return refuse("each plays another course over time")
	}
	return s.clashOfMotion(o, refuse)
}

func (s *slots) clashOfMotion(o *slots, refuse func(string, ...any) error) error {
	switch {
	case s.pace != nil && o.pace != nil && !s.pace.equal(o.pace):
		return refuse("one has the pace %s, the other %s", s.pace, o.pace)
	case s.advance != "" && o.advance != "" && s.advance != o.advance:
		return refuse("one advances by %s, the other by %s", s.advance, o.advance)
	case s.inserts != nil && o.inserts != nil:
		return refuse("both put answers in between")
	case s.states != nil && o.states != nil:
		return refuse("both have patches for states")
	}
	return nil
}

func (s *slots) clashOfValues(o *slots, refuse func(string, ...any) error) error {
	for _, a := range s.values {
		for _, b := range o.values {
			if a.pointer == b.pointer && text(a.value) != text(b.value) {
				return refuse("one sets %s to %s, the other to %s", a.pointer, text(a.value), text(b.value))
			}
		}
	}
	return nil
}

// mergeEdits joins patch operations and headers. Two lists of patch operations never go together, because each counts
// on what it finds.
func (s *slots) mergeEdits(o *slots, refuse func(string, ...any) error) error {
	if s.ops != nil && o.ops != nil {
		return refuse("both have patchOps, and their order would matter")
	}
	if s.ops == nil {
		s.ops = o.ops
	}
	headers := maps.Clone(s.headers)
	for name, v := range o.headers {
		if mine, ok := headers[name]; ok && !sameJSON(mine, v) {
			return refuse("they set header %s to different values", name)
		}
		if headers == nil {
			headers = map[string]*fixtures.Value{}
		}
		headers[name] = v
	}
	s.headers = headers
	return nil
}
