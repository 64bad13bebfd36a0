package server

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/scenarios"
)

// Session is a handle on one session of a Server: what requests with its name in X-Mock-Session share, and others never see.
// The session itself is made when it is first used, and again after it was removed or forgotten. Every change happens as a
// whole or not at all; requests under way see the session as it was. Safe for concurrent use. Get one from Server.Session.
type Session struct {
	state *state
	name  string
}

// SessionSettings is what a session starts with. The zero value is a session as its first request would make it.
type SessionSettings struct {
	// Scenario names what is played when a request chooses nothing, comma-separated; "" is the server's default.
	Scenario string
	// Seed is the seed of made-up values; nil is the server's.
	Seed *uint64
	// Now is what the session's clock reads, from year 1 to 9990, in the past or the future; zero is the machine's clock.
	Now time.Time
	// Frozen stops the clock, so that it moves by Advance and SetClock only.
	Frozen bool
}

// Session gives the session of that name; "" and "default" are the one of requests that name none. The error says what is wrong
// with a name that is longer than 256 bytes or not visible ASCII.
func (s *state) Session(name string) (*Session, error) {
	if name == "" {
		name = defaultSession
	}
	if problem := checkSessionName(name); problem != "" {
		return nil, errors.New(problem)
	}
	return &Session{state: s, name: strings.Clone(name)}, nil
}

// Start begins the session anew with the settings: whatever it remembered is forgotten. The error names a scenario that cannot
// be played (a *scenarios.SelectError, for errors.As), or a clock that cannot be set so; nothing is changed then.
func (s *Session) Start(settings SessionSettings) error {
	_, _, err := s.start(settings)
	return err
}

// Scenario sets what is played when a request chooses nothing, comma-separated; "" is the server's default. Resources keep
// the state that they have under each scenario. The error is as Start's.
func (s *Session) Scenario(names string) error {
	if err := s.state.checkSelection(names); err != nil {
		return s.wrap(err)
	}
	s.always(func(v *sessionView) { v.setScenario(names) })
	return nil
}

// Seed sets the seed of made-up values; nil is the server's. A resource with another seed is another one.
func (s *Session) Seed(seed *uint64) {
	s.always(func(v *sessionView) { v.setSeed(seed) })
}

// Freeze stops the session's clock.
func (s *Session) Freeze() {
	s.always(func(v *sessionView) { v.clock = v.clock.freeze(s.state.machine()) })
}

// Unfreeze lets the session's clock go on from what it reads.
func (s *Session) Unfreeze() {
	s.always(func(v *sessionView) { v.clock = v.clock.unfreeze(s.state.machine()) })
}

// Advance moves the session's clock forward; one that is frozen stays frozen. The error refuses what is not more than zero, and
// to go beyond the year 9990.
func (s *Session) Advance(by time.Duration) error {
	return s.change(func(v *sessionView) (err error) {
		v.clock, err = v.clock.advance(s.state.machine(), by)
		return err
	})
}

// SetClock moves the session's clock forward to an instant; one that is frozen stays frozen. The error refuses to go back, for
// what has been seen of resources cannot be taken back: Start can, and after Reset the clock is the machine's.
func (s *Session) SetClock(to time.Time) error {
	return s.change(func(v *sessionView) (err error) {
		v.clock, err = v.clock.set(s.state.machine(), to)
		return err
	})
}

// Reset forgets the resources, and the clock: it is the machine's again. Scenario and seed stay.
func (s *Session) Reset() {
	s.always(func(v *sessionView) { v.clock, v.memory = clock{}, s.state.sessions.newMemory() })
}

// Remove forgets the session. The default one starts anew.
func (s *Session) Remove() { s.state.sessions.remove(s.name) }

// Now is what the session's clock reads: UTC, in whole milliseconds.
func (s *Session) Now() time.Time {
	var read clock
	if view := s.state.sessions.peek(s.name); view != nil {
		read = view.clock
	}
	return read.now(s.state.machine())
}

// Evicted is how many resources the session lost since it started because the server remembered too many. Each of them starts
// over when it is asked for again.
func (s *Session) Evicted() int64 {
	if view := s.state.sessions.peek(s.name); view != nil {
		return view.memory.evicted.Load()
	}
	return 0
}

// start says whether it made the session, and gives what it is now.
func (s *Session) start(settings SessionSettings) (bool, *sessionView, error) {
	if err := s.state.checkSelection(settings.Scenario); err != nil {
		return false, nil, s.wrap(err)
	}
	made, now, err := s.state.sessions.change(s.name, func(old sessionView) (sessionView, error) {
		next := s.state.sessions.fresh(old.name)
		next.setScenario(settings.Scenario)
		next.setSeed(settings.Seed)
		machine := s.state.machine()
		if !settings.Now.IsZero() {
			var err error
			if next.clock, err = clockAt(machine, settings.Now); err != nil {
				return old, err
			}
		}
		if settings.Frozen {
			next.clock = next.clock.freeze(machine)
		}
		return next, nil
	})
	return made, now, s.wrap(err)
}

func (s *Session) change(edit func(*sessionView) error) error {
	_, _, err := s.edit(edit)
	return s.wrap(err)
}

// always is a change that cannot fail.
func (s *Session) always(edit func(*sessionView)) {
	_, _, _ = s.edit(func(v *sessionView) error {
		edit(v)
		return nil
	})
}

// edit says whether it made the session, and gives what it is now.
func (s *Session) edit(edit func(*sessionView) error) (bool, *sessionView, error) {
	return s.state.sessions.change(s.name, func(view sessionView) (sessionView, error) {
		err := edit(&view)
		return view, err
	})
}

func (s *Session) wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("session %q: %w", s.name, err)
}

// checkSelection judges the names of a session's scenario; none is good.
func (s *state) checkSelection(names string) error {
	switch {
	case names == "":
		return nil
	case len(names) > maxScenarioHeader:
		return badScenario("want at most " + strconv.Itoa(maxScenarioHeader) + " bytes of names, got " + strconv.Itoa(len(names)))
	case strings.Trim(names, " \t,") == "":
		return badScenario("want names, got " + quote(names))
	}
	return s.catalog.Check(names)
}

func badScenario(problem string) error {
	return &scenarios.SelectError{Code: codeBadScenario, Detail: "the session's scenario: " + problem}
}

// setScenario keeps a copy: the text may be a part of a whole request.
func (v *sessionView) setScenario(names string) { v.scenario = strings.Clone(names) }

func (v *sessionView) setSeed(seed *uint64) {
	v.seed, v.seedHeader, v.hasSeed = 0, nil, seed != nil
	if seed != nil {
		v.seed, v.seedHeader = *seed, []string{strconv.FormatUint(*seed, 10)}
	}
}
