package contract

import (
	"slices"
	"strconv"
	"strings"
)

// Lifecycle describes how a resource moves (x-lifecycle). Pointers are JSON Pointers into the body of Operation.LifecycleResponse, checked
// at load against its schema. Its fields are for reading only.
type Lifecycle struct {
	State       string
	Initial     string
	Transitions map[string][]string
	Outcomes    Outcomes
	StartedAt   string // "" for none
	EndedAt     string // "" for none
	Constant    []string
	Volatile    []string
	Steps       *Steps // nil for none
	Position    Position
}

// The outcomes that every tool knows. A lifecycle may have others, under names of its own.
const (
	OutcomeSuccess = "success"
	OutcomeFailure = "failure"
	OutcomeSkipped = "skipped"
)

// Outcome is one way to end.
type Outcome struct {
	Name  string   // unique; one of the Outcome constants, or a name of the contract's own such as "canceled"
	State string   // the state that it ends in; two outcomes may share one
	Shows []string // pointers to what stands in the body from this end on, and at no other time; of a step, relative to it
}

// Outcomes are the ways to end: success first, then failure, skipped and the others as far as the contract has them.
type Outcomes []Outcome

// State is the end state of the named outcome; "" when there is none of that name.
func (o Outcomes) State(name string) string {
	for i := range o {
		if o[i].Name == name {
			return o[i].State
		}
	}
	return ""
}

// Has says whether there is an outcome of that name.
func (o Outcomes) Has(name string) bool { return o.State(name) != "" }

// Ends lists the states of the outcomes, each once.
func (o Outcomes) Ends() []string {
	var ends []string
	for i := range o {
		if !slices.Contains(ends, o[i].State) {
			ends = append(ends, o[i].State)
		}
	}
	return ends
}

// Steps describes the list of steps; its pointers but Items are relative to one step.
type Steps struct {
	Items              string
	Order, Key, State  string // Order and Key are "" for none
	Initial            string
	Transitions        map[string][]string
	Outcomes           Outcomes // skipped is that of a step that a run does without
	StartedAt, EndedAt string   // "" for none
	Constant           []string
}

// Terminal says whether nothing follows state.
func (l *Lifecycle) Terminal(state string) bool { return len(l.Transitions[state]) == 0 }

// Reachable says whether a resource seen in state from may later be seen in state to, by any number of moves; also none.
func (l *Lifecycle) Reachable(from, to string) bool {
	return course(l.Transitions, from, to) != nil
}

// Course returns the shortest chain of states from Initial to end, both included; nil if there is none. Of several shortest ones it
// takes the states that the contract names first.
func (l *Lifecycle) Course(end string) []string { return course(l.Transitions, l.Initial, end) }

// Terminal says whether nothing follows state of a step.
func (s *Steps) Terminal(state string) bool { return len(s.Transitions[state]) == 0 }

// Reachable is Lifecycle.Reachable for the states of a step.
func (s *Steps) Reachable(from, to string) bool { return course(s.Transitions, from, to) != nil }

// Course is Lifecycle.Course for the states of a step.
func (s *Steps) Course(end string) []string { return course(s.Transitions, s.Initial, end) }

// Owns says whether the lifecycle fills the value at pointer: the state, the stamps, and those of each step. An item of an
// array may be written as "*" or as a number.
func (l *Lifecycle) Owns(pointer string) bool {
	if pointer == "" {
		return false
	}
	if pointer == l.State || pointer == l.StartedAt || pointer == l.EndedAt {
		return true
	}
	if l.Steps == nil {
		return false
	}
	below, ok := strings.CutPrefix(pointer, l.Steps.Items+"/")
	if !ok {
		return false
	}
	item, field, ok := strings.Cut(below, "/")
	if _, err := strconv.ParseUint(item, 10, 64); !ok || (item != "*" && err != nil) {
		return false
	}
	field = "/" + field
	return field == l.Steps.State || field == l.Steps.StartedAt || field == l.Steps.EndedAt
}

// course returns the shortest chain of moves.
func course(transitions map[string][]string, from, to string) []string {
	before := predecessors(transitions, from)
	if _, reached := before[to]; !reached {
		return nil
	}
	chain := []string{to}
	for chain[len(chain)-1] != from {
		chain = append(chain, before[chain[len(chain)-1]])
	}
	slices.Reverse(chain)
	return chain
}

// predecessors maps each state that can be reached to the one before it on a shortest way, by breadth-first search.
func predecessors(transitions map[string][]string, from ...string) map[string]string {
	before := map[string]string{}
	queue := slices.Clone(from)
	for _, state := range from {
		before[state] = ""
	}
	for len(queue) > 0 {
		state := queue[0]
		queue = queue[1:]
		for _, next := range transitions[state] {
			if _, seen := before[next]; !seen {
				before[next] = state
				queue = append(queue, next)
			}
		}
	}
	return before
}
