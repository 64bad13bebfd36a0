package server

import (
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// maxSessionBody bounds the bodies of the sessions' admin API, in bytes.
const maxSessionBody = 64 << 10

// bodyName is what positions in a request's body begin with.
const bodyName = "body.json"

// sessionPatch is a change of a session (RFC 7396): what is nil stays.
type sessionPatch struct {
	scenario *string // "": the server's
	seed     **uint64
	clock    clockChange
}

// clockChange is a change of a session's clock. Its parts apply in this order.
type clockChange struct {
	reset   bool
	now     *time.Time
	advance *time.Duration
	frozen  *bool
}

func (p *sessionPatch) apply(v *sessionView, s *state) error {
	if p.scenario != nil {
		v.setScenario(*p.scenario)
	}
	if p.seed != nil {
		v.setSeed(*p.seed)
	}
	return p.clock.apply(v, s)
}

func (c *clockChange) apply(v *sessionView, s *state) (err error) {
	machine := s.machine()
	next := v.clock
	if c.reset {
		next, v.memory = clock{}, s.sessions.newMemory()
	}
	switch {
	case c.now != nil && c.reset:
		// Nothing is remembered that the clock could contradict.
		next, err = clockAt(machine, *c.now)
	case c.now != nil:
		next, err = next.set(machine, *c.now)
	}
	if err == nil && c.advance != nil {
		next, err = next.advance(machine, *c.advance)
	}
	if err != nil {
		return err
	}
	if c.frozen != nil && *c.frozen {
		next = next.freeze(machine)
	}
	if c.frozen != nil && !*c.frozen {
		next = next.unfreeze(machine)
	}
	v.clock = next
	return nil
}

// sessionShape is the body of PUT and PATCH. Values stay raw: a null is not the same as nothing.
type sessionShape struct {
	Scenario *strictyaml.Node `yaml:"scenario"`
	Seed     *strictyaml.Node `yaml:"seed"`
	Clock    *strictyaml.Node `yaml:"clock"`
}

type putClockShape struct {
	Now    *strictyaml.Node `yaml:"now"`
	Frozen *strictyaml.Node `yaml:"frozen"`
}

type patchClockShape struct {
	Now     *strictyaml.Node `yaml:"now"`
	Advance *strictyaml.Node `yaml:"advance"`
	Frozen  *strictyaml.Node `yaml:"frozen"`
}

type postClockShape struct {
	Reset   *strictyaml.Node `yaml:"reset"`
	Now     *strictyaml.Node `yaml:"now"`
	Advance *strictyaml.Node `yaml:"advance"`
	Frozen  *strictyaml.Node `yaml:"frozen"`
}

// readSettings reads the body of PUT.
func readSettings(r *http.Request) (SessionSettings, *problem) {
	var patch sessionPatch
	failed := readShape(r, func(root *strictyaml.Node, problems *strictyaml.Problems) {
		var shape putClockShape
		clock := patch.read(root, problems)
		strictyaml.Decode(clock, &shape, "/clock", problems)
		patch.clock = clockChange{
			now:    instantAt(shape.Now, "/clock/now", problems),
			frozen: given[bool](shape.Frozen, "/clock/frozen", problems),
		}
	})
	var settings SessionSettings
	if patch.scenario != nil {
		settings.Scenario = *patch.scenario
	}
	if patch.seed != nil {
		settings.Seed = *patch.seed
	}
	if patch.clock.now != nil {
		settings.Now = *patch.clock.now
	}
	settings.Frozen = patch.clock.frozen != nil && *patch.clock.frozen
	return settings, failed
}

// readPatch reads the body of PATCH.
func readPatch(r *http.Request) (patch sessionPatch, failed *problem) {
	failed = readShape(r, func(root *strictyaml.Node, problems *strictyaml.Problems) {
		var shape patchClockShape
		clock := patch.read(root, problems)
		strictyaml.Decode(clock, &shape, "/clock", problems)
		patch.clock = clockChange{
			now:     instantAt(shape.Now, "/clock/now", problems),
			advance: advanceAt(shape.Advance, "/clock/advance", problems),
			frozen:  given[bool](shape.Frozen, "/clock/frozen", problems),
		}
	})
	return patch, failed
}

// readClockChange reads the body of POST.
func readClockChange(r *http.Request) (change clockChange, failed *problem) {
	failed = readShape(r, func(root *strictyaml.Node, problems *strictyaml.Problems) {
		var shape postClockShape
		strictyaml.Decode(root, &shape, "clock", problems)
		reset := given[bool](shape.Reset, "/reset", problems)
		if reset != nil && !*reset {
			problems.Add(shape.Reset.Position(), "/reset", "want true, got false", "leave it out")
		}
		change = clockChange{
			reset:   reset != nil,
			now:     instantAt(shape.Now, "/now", problems),
			advance: advanceAt(shape.Advance, "/advance", problems),
			frozen:  given[bool](shape.Frozen, "/frozen", problems),
		}
		if shape == (postClockShape{}) && problems.Len() == 0 {
			problems.Add(root.Position(), "clock", "changes nothing", "there are: reset, now, advance, frozen")
		}
	})
	return change, failed
}

// read takes the keys of a session that PUT and PATCH share, and gives the clock's.
func (p *sessionPatch) read(root *strictyaml.Node, problems *strictyaml.Problems) *strictyaml.Node {
	var shape sessionShape
	strictyaml.Decode(root, &shape, "session", problems)
	if shape.Scenario != nil {
		p.scenario = new(string)
		if shape.Scenario.Kind() != strictyaml.Null {
			strictyaml.Decode(shape.Scenario, p.scenario, "/scenario", problems)
			if shape.Scenario.Kind() == strictyaml.String && *p.scenario == "" {
				problems.Add(shape.Scenario.Position(), "/scenario", `want a name, got ""`, "null is the server's default")
			}
		}
	}
	if shape.Seed != nil {
		p.seed = new(*uint64)
		strictyaml.Decode(shape.Seed, p.seed, "/seed", problems)
	}
	return shape.Clock
}

// given decodes a value that may be left out, but not null.
func given[T any](n *strictyaml.Node, subject string, problems *strictyaml.Problems) *T {
	if n == nil {
		return nil
	}
	var value T
	before := problems.Len()
	strictyaml.Decode(n, &value, subject, problems)
	if problems.Len() > before {
		return nil
	}
	return &value
}

func instantAt(n *strictyaml.Node, subject string, problems *strictyaml.Problems) *time.Time {
	text := given[string](n, subject, problems)
	if text == nil {
		return nil
	}
	at, ok := parseInstant(*text)
	if !ok {
		problems.Add(n.Position(), subject, "want an instant from year 1 to 9990, got "+n.Describe(), `write it like "2026-01-05T09:00:00Z"`)
		return nil
	}
	return &at
}

func advanceAt(n *strictyaml.Node, subject string, problems *strictyaml.Problems) *time.Duration {
	by := given[time.Duration](n, subject, problems)
	if by != nil && *by <= 0 {
		problems.Add(n.Position(), subject, "want more than 0s, got "+n.Describe(), "")
		return nil
	}
	return by
}

// readShape parses the body and hands it to read; everything that read finds wrong is one problem.
func readShape(r *http.Request, read func(*strictyaml.Node, *strictyaml.Problems)) *problem {
	data, failed := sessionBody(r)
	if failed != nil {
		return failed
	}
	var problems strictyaml.Problems
	root, err := strictyaml.Parse(bodyName, data, strictyaml.Limits{Bytes: maxSessionBody, Depth: 8, Nodes: 1000})
	if err != nil {
		problems.AddError(err)
	} else {
		read(root, &problems)
	}
	found := problems.Errors()
	if len(found) == 0 {
		return nil
	}
	lines := make([]string, min(len(found), maxNames))
	for i := range lines {
		lines[i] = found[i].Error()
	}
	return newProblem(http.StatusBadRequest, codeBadBody, strings.Join(lines, "\n"))
}

// sessionBody reads a body of JSON, up to the limit.
func sessionBody(r *http.Request) ([]byte, *problem) {
	if sent := r.Header.Get(headerType); sent != "" {
		if media, _, err := mime.ParseMediaType(sent); err != nil || media != mediaJSON {
			return nil, newProblem(http.StatusUnsupportedMediaType, codeUnsupportedMedia, "want "+mediaJSON+", got "+quote(sent))
		}
	}
	var data []byte
	if r.Body != nil {
		var err error
		if data, err = io.ReadAll(io.LimitReader(r.Body, maxSessionBody+1)); err != nil {
			return nil, newProblem(http.StatusBadRequest, codeBodyUnreadable, "the request body: "+err.Error())
		}
	}
	switch {
	case len(data) > maxSessionBody:
		// A client that is still writing when its connection closes may never see the answer.
		_, _ = io.CopyN(io.Discard, r.Body, maxDrain)
		return nil, newProblem(http.StatusRequestEntityTooLarge, codeBodyTooLarge,
			"the request body has more than "+strconv.Itoa(maxSessionBody)+" bytes")
	case len(strings.TrimSpace(string(data))) == 0:
		return nil, newProblem(http.StatusBadRequest, codeBadBody, "the request body is empty; want a JSON object")
	}
	return data, nil
}
