package server

import (
	"fmt"
	"strings"
	"time"
)

// clock is a session's clock. The zero value reads what the machine's does. Immutable: changes give another one. Every method
// takes what the machine's clock reads at that moment.
type clock struct {
	frozen bool
	at     time.Time // what it reads while it is frozen; else what it read when the machine's clock read since
	since  time.Time // zero: it was never set
}

// clockAt is a clock that reads at and goes on from there.
func clockAt(machine, at time.Time) (clock, error) {
	if !writable(at) {
		return clock{}, &clockError{problem: fmt.Sprintf("a clock reads from year %d to %d, got %s", firstAnchorYear, lastAnchorYear, instant(at))}
	}
	return clock{at: at, since: machine}, nil
}

// now is what the clock reads: UTC, whole milliseconds.
func (c clock) now(machine time.Time) time.Time {
	return c.exact(machine).UTC().Truncate(time.Millisecond)
}

// exact is the reading before it is rounded, so that many small changes add up.
func (c clock) exact(machine time.Time) time.Time {
	switch {
	case c.frozen:
		return c.at
	case c.since.IsZero():
		return machine
	}
	return c.at.Add(machine.Sub(c.since))
}

// freeze stops the clock.
func (c clock) freeze(machine time.Time) clock {
	return clock{frozen: true, at: c.exact(machine), since: machine}
}

// unfreeze lets a frozen clock go on from what it reads.
func (c clock) unfreeze(machine time.Time) clock {
	if !c.frozen {
		return c
	}
	return clock{at: c.at, since: machine}
}

// advance moves the clock forward. One that is frozen stays frozen.
func (c clock) advance(machine time.Time, by time.Duration) (clock, error) {
	if by <= 0 {
		return c, &clockError{problem: "a clock advances by more than 0s, got " + by.String()}
	}
	return c.move(machine, c.exact(machine).Add(by))
}

// set moves the clock forward to an instant. One that is frozen stays frozen. The error says so when the clock is
// past it.
func (c clock) set(machine, to time.Time) (clock, error) {
	reads := c.now(machine)
	if to.UTC().Truncate(time.Millisecond).Before(reads) {
		return c, &clockError{backwards: true, problem: "the clock reads " + instant(reads) + ", want no earlier instant, got " +
			instant(to) + "; what has been seen cannot be taken back: reset the clock, or start the session anew"}
	}
	return c.move(machine, to)
}

func (c clock) move(machine, to time.Time) (clock, error) {
	moved, err := clockAt(machine, to)
	if err != nil {
		return c, err
	}
	moved.frozen = c.frozen
	return moved, nil
}

// clockError says why a clock cannot be set so.
type clockError struct {
	problem   string
	backwards bool
}

func (e *clockError) Error() string { return e.problem }

// parseInstant reads an instant as RFC 3339 writes it, in a year that leaves room for offsets.
func parseInstant(text string) (time.Time, bool) {
	at, err := time.Parse(time.RFC3339, text)
	// time.Parse lets a short hour and a comma pass, RFC 3339 does not.
	if err != nil || text[13] != ':' || strings.Contains(text, ",") {
		return time.Time{}, false
	}
	return at.UTC(), writable(at)
}

// writable says whether an instant, and what is counted from it, can be written as RFC 3339. The zero time stands for none.
func writable(at time.Time) bool {
	year := at.UTC().Year()
	return firstAnchorYear <= year && year <= lastAnchorYear && !at.IsZero()
}

// instant writes an instant as the mock does everywhere.
func instant(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }
