package contract

import (
	"fmt"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/internal/schema"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// machine is the part that a lifecycle and its steps have in common: states and the moves between them.
type machine struct {
	node        *strictyaml.Node // where initial, transitions and outcomes stand
	initial     string
	transitions map[string][]string
	outcomes    Outcomes
	endings     []ending  // of the outcomes, in the same order
	mentioned   []mention // every state that transitions name, in document order, each once
	known       map[string]bool
}

// mention is a state and where it is named first.
type mention struct {
	state string
	at    Position
}

func (m *machine) mention(state string, at Position) {
	if !m.known[state] {
		m.known[state] = true
		m.mentioned = append(m.mentioned, mention{state, at})
	}
}

func (m *machine) names() []string {
	names := make([]string, 0, len(m.mentioned))
	for _, known := range m.mentioned {
		names = append(names, known.state)
	}
	return names
}

// What bounds a lifecycle, and so the time to walk it.
const (
	maxStates = 1000
	maxMoves  = 10_000
	maxPlaces = 1000 // of constant, and of volatile
)

// machine reads states and moves, and checks that they make sense among themselves.
func (r lifecycleReader) machine(node, initial, transitions, outcomes *strictyaml.Node) *machine {
	m := &machine{node: node, transitions: map[string][]string{}, known: map[string]bool{}}
	if transitions == nil {
		r.problems.Add(node.Position(), r.subject, `there is no "transitions" key`, "")
		return m
	}
	if !r.moves(m, transitions) {
		return m
	}
	if len(m.mentioned) == 0 {
		r.problems.Add(transitions.Position(), r.subject, "there are no transitions", "")
		return m
	}
	r.initial(m, initial)
	r.outcomes(m, outcomes)
	r.traps(m)
	return m
}

// moves reads transitions; false when there are too many.
func (r lifecycleReader) moves(m *machine, node *strictyaml.Node) bool {
	var moves map[string][]*strictyaml.Node
	strictyaml.Decode(node, &moves, r.subject+": transitions", &r.problems)
	count := 0
	for _, field := range node.Fields() {
		m.mention(field.Key, node.KeyPosition(field.Key))
		for _, to := range moves[field.Key] {
			count++
			if len(m.mentioned) > maxStates || count > maxMoves {
				r.problems.Add(to.Position(), r.subject, fmt.Sprintf("more than %d states or %d moves", maxStates, maxMoves), "")
				return false
			}
			if to.Kind() == strictyaml.Sequence || to.Kind() == strictyaml.Mapping {
				r.problems.Add(to.Position(), r.subject, "transitions: want a state, got "+to.Describe(), "")
				continue
			}
			if slices.Contains(m.transitions[field.Key], to.Text()) {
				r.problems.Add(to.Position(), r.subject, fmt.Sprintf("the move from %q to %q is given twice", field.Key, to.Text()), "")
				continue
			}
			m.mention(to.Text(), to.Position())
			m.transitions[field.Key] = append(m.transitions[field.Key], to.Text())
		}
	}
	return true
}

// traps reports states that can be left, but not for an end: they lead only to themselves and each other.
func (r lifecycleReader) traps(m *machine) {
	back, ends := map[string][]string{}, m.outcomes.Ends()
	var free []string
	for _, known := range m.mentioned {
		if len(m.transitions[known.state]) == 0 || slices.Contains(ends, known.state) {
			free = append(free, known.state) // an end, or reported by outcomes
		}
		for _, next := range m.transitions[known.state] {
			back[next] = append(back[next], known.state)
		}
	}
	before := predecessors(back, free...)
	for _, known := range m.mentioned {
		if _, ok := before[known.state]; !ok {
			r.problems.Add(known.at, r.subject, fmt.Sprintf("state %q cannot be left for an end", known.state), "")
		}
	}
}

// initial takes the state that is named, or else the only one that no move leads to.
func (r lifecycleReader) initial(m *machine, node *strictyaml.Node) {
	if node != nil {
		m.initial = node.Text()
		if !m.known[m.initial] {
			r.problems.Add(node.Position(), r.subject, fmt.Sprintf("no transition names the initial state %q", m.initial),
				strictyaml.ClosestHint(m.initial, m.names()))
			return
		}
	} else {
		follows := map[string]bool{}
		for _, next := range m.transitions {
			for _, state := range next {
				follows[state] = true
			}
		}
		starts := slices.DeleteFunc(m.names(), func(state string) bool { return follows[state] })
		if len(starts) != 1 {
			r.problems.Add(m.node.KeyPosition("transitions"), r.subject, "the initial state is ambiguous", startsHint(starts))
			return
		}
		m.initial = starts[0]
	}
	before := predecessors(m.transitions, m.initial)
	for _, known := range m.mentioned {
		if _, reached := before[known.state]; !reached {
			r.problems.Add(known.at, r.subject, fmt.Sprintf("state %q cannot be reached from %q", known.state, m.initial), "")
		}
	}
}

func startsHint(starts []string) string {
	if len(starts) == 0 {
		return `every state has one before it; say "initial"`
	}
	return fmt.Sprintf("nothing comes before %s; say %q", strings.Join(starts, ", "), "initial")
}

// state reads the pointer to the state and checks the states against the values that the schema allows there.
func (r lifecycleReader) state(holder, node *strictyaml.Node, within *schema.Schema, m *machine) owner {
	if node == nil {
		r.problems.Add(holder.Position(), r.subject, `there is no "state" key`, "")
		return owner{}
	}
	found := r.owner("state", node, within)
	at, ok := within.At(found.pointer)
	if found.pointer == "" || !ok {
		return found
	}
	if problem := stateProblem(at); problem != "" {
		r.problems.Add(node.Position(), r.subject, fmt.Sprintf("%q %s in %s", found.pointer, problem, r.place),
			"a state is text, an enum of text, or a boolean; numbers are not supported")
		return found
	}
	allowed := statesOf(at)
	if allowed == nil {
		return found
	}
	for _, known := range m.mentioned {
		if !slices.Contains(allowed, known.state) {
			r.problems.Add(known.at, r.subject, fmt.Sprintf("%s is never %q in %s", found.pointer, known.state, r.place),
				strictyaml.ClosestHint(known.state, allowed))
		}
	}
	for _, state := range allowed {
		if len(m.mentioned) > 0 && !m.known[state] {
			r.problems.Add(holder.KeyPosition("transitions"), r.subject, fmt.Sprintf("no transition names the state %q", state), "")
		}
	}
	return found
}
