package server

import (
	"errors"
	"fmt"
	"time"
)

// How much a server remembers unless options say otherwise.
const (
	// DefaultMaxResources is the number of resources, of all sessions together; about 11 MB.
	DefaultMaxResources = 100_000
	// DefaultMaxSessions is the number of sessions, the default one aside.
	DefaultMaxSessions = 10_000
)

// WithClock sets the machine's clock, which every session's clock follows until it is frozen or set. It is called by many
// goroutines at once. Default: the system's clock when the server was made, and from there on the time that really passed, so
// that a system clock that is put right moves no resource.
func WithClock(clock func() time.Time) Option {
	return func(s *settings) error {
		if clock == nil {
			return errors.New("clock: want one, got nil")
		}
		s.clock = clock
		return nil
	}
}

// WithMaxResources bounds the resources that are remembered, of all sessions together. When there are more, one that has ended
// is forgotten first, among those the one least recently asked for; it starts over when it is asked for again. From 4096 on that
// order holds within each of 64 parts. Default: DefaultMaxResources.
func WithMaxResources(n int) Option {
	return func(s *settings) error {
		if n < 1 {
			return fmt.Errorf("most resources: want at least 1, got %d", n)
		}
		s.maxResources = n
		return nil
	}
}

// WithMaxSessions bounds the sessions that are remembered, the default one aside. When there are more, the one least recently
// used is forgotten with all its resources. Default: DefaultMaxSessions.
func WithMaxSessions(n int) Option {
	return func(s *settings) error {
		if n < 1 {
			return fmt.Errorf("most sessions: want at least 1, got %d", n)
		}
		s.maxSessions = n
		return nil
	}
}

// steadyClock reads the system's clock once, and adds the time that passed since.
func steadyClock() func() time.Time {
	start := time.Now()                                             //nolint:forbidigo // the one default that a server needs; WithClock replaces it
	return func() time.Time { return start.Add(time.Since(start)) } //nolint:forbidigo // as above
}
