package contract

import (
	"maps"
	"slices"
)

// walk goes through the observations of one resource and remembers what must hold later.
type walk struct {
	judge
	source string // x-inferred of the lifecycle
	poll   int
	states map[string]*stateSeen            // by mover
	values map[string]map[string]*valueSeen // by mover, law and pattern; then by pointer
	listed []step                           // the last list of steps
	listAt int                              // its poll
	gone   bool                             // there was none after it
	known  map[string]bool                  // every step that was listed
	wrong  map[string][]string              // what was wanted last in each place that an outcome shows, by mover
	ends   map[string]*endSeen              // by mover
}

// stateSeen is the state that a mover was in last.
type stateSeen struct {
	known any // of those that the lifecycle names; nil before the first
	poll  int // of known
	last  any
}

// valueSeen is a value that must stay.
type valueSeen struct {
	first, last any
	poll        int // of last
}

// mover is what moves: the resource, or one of its steps.
type mover struct {
	place
	id          string // "" for the resource
	prefix      string // of the checks' ids
	state       string
	initial     string
	transitions map[string][]string
	outcomes    Outcomes
	display     *display
}

// law is how a value must stay.
type law struct {
	id, sentence string
	same         func(a, b any) bool
}

func constantLaw() law { return law{"constant", "what is constant does not change", sameValue} }
func stampLaw() law    { return law{"stamp", "a time that is set neither moves nor vanishes", sameStamp} }

func (o *Operation) newWalk() *walk {
	return &walk{
		judge: judge{operation: o, at: o.node.KeyPosition("x-lifecycle")}, source: o.inferred.of("x-lifecycle"),
		states: map[string]*stateSeen{}, values: map[string]map[string]*valueSeen{}, known: map[string]bool{}, wrong: map[string][]string{},
		ends: map[string]*endSeen{},
	}
}

// walk judges what the lifecycle implies.
func (o *Operation) walk(seen []*observed) []Violation {
	w, l := o.newWalk(), o.lifecycle
	for _, at := range seen {
		w.poll, w.status = at.poll, at.exchange.Status
		resource := mover{
			place: place{value: at.body}, state: l.State, initial: l.Initial, transitions: l.Transitions, outcomes: l.Outcomes, display: o.display,
		}
		w.move(resource)
		w.shows(resource)
		w.stay(resource, constantLaw(), l.Constant...)
		w.stay(resource, stampLaw(), l.StartedAt, l.EndedAt)
		if l.Steps != nil {
			w.steps(l.Steps, at)
		}
	}
	return w.found
}

func (w *walk) report(id, message, pointer, want, got string) {
	w.add(Violation{Where: inTrace, Pointer: pointer, Rule: "lifecycle/" + id, Message: message, Want: want, Got: got, Inferred: w.source})
}

// move judges the state against the last one that the lifecycle names. A state that stays wrong is told once.
func (w *walk) move(m mover) {
	was := w.states[m.id]
	if was == nil {
		was = &stateSeen{last: nothing{}}
		w.states[m.id] = was
	}
	value := firstOf(m.value, m.state)
	changed := !sameValue(value, was.last)
	if changed && was.known != nil {
		w.transition(m, was, value)
	}
	was.last = value
	if (!changed && sameValue(value, was.known)) || (changed && course(m.transitions, m.initial, stateText(value)) != nil) {
		was.known, was.poll = value, w.poll
	}
}

func (w *walk) transition(m mover, was *stateSeen, value any) {
	from, to := stateText(was.known), stateText(value)
	pointer, message := m.pointer+m.state, polls(was.poll, w.poll)
	switch {
	case from == to:
	case len(m.transitions[from]) == 0:
		w.report(m.prefix+"terminal", message+staysEnded, pointer, shown(was.known), shown(value))
	case unset(value): // whether a state must be there is for the schema to say
	case course(m.transitions, from, to) == nil:
		w.report(m.prefix+"reachable", message+movesOn, pointer, "a state after "+shown(was.known), shown(value))
	}
}

// stay judges values against the first that was seen. One that stays wrong is told once.
func (w *walk) stay(m mover, l law, patterns ...string) {
	for _, pattern := range patterns {
		if pattern == "" {
			continue
		}
		key := m.id + " " + l.id + " " + pattern
		seen := w.values[key]
		if seen == nil {
			seen = map[string]*valueSeen{}
			w.values[key] = seen
		}
		now := map[string]any{}
		for _, at := range placesOf(m.value, pattern) {
			now[at.pointer] = at.value
			if seen[at.pointer] == nil && !l.same(at.value, nothing{}) {
				seen[at.pointer] = &valueSeen{first: at.value, last: at.value}
			}
		}
		for _, pointer := range slices.Sorted(maps.Keys(seen)) {
			value, ok := now[pointer]
			if !ok {
				value = nothing{}
			}
			was := seen[pointer]
			if !l.same(value, was.first) && !l.same(value, was.last) {
				w.report(m.prefix+l.id, polls(was.poll, w.poll)+l.sentence, m.pointer+pointer, shown(was.first), shown(value))
			}
			was.last, was.poll = value, w.poll
		}
	}
}
