package server

import (
	"time"

	"github.com/understudy-dev/understudy/scenarios"
)

// state is what a server remembers from one request to the next, and what it takes to change that.
type state struct {
	sessions  *sessions
	resources *resources
	catalog   *scenarios.Catalog
	machine   func() time.Time
}

// newState remembers nothing yet.
func newState(catalog *scenarios.Catalog, s *settings) state {
	result := state{
		sessions: newSessions(s.maxSessions), resources: newResources(s.maxResources), catalog: catalog, machine: s.clock,
	}
	result.sessions.forget = result.resources.forget
	return result
}
