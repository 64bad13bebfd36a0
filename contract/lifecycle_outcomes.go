package contract

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// What bounds the outcomes of a lifecycle, and so the scenarios and the time to judge.
const (
	maxOutcomes = 100
	maxShows    = 100 // of one outcome
)

// outcomesEntry is the form of outcomes.
type outcomesEntry struct {
	Success *strictyaml.Node            `yaml:"success"`
	Failure *strictyaml.Node            `yaml:"failure"`
	Skipped *strictyaml.Node            `yaml:"skipped"`
	Others  map[string]*strictyaml.Node `yaml:"others"`
}

// outcomeEntry is the long form of one outcome; the short one is the state alone.
type outcomeEntry struct {
	State *strictyaml.Node `yaml:"state"`
	Shows *strictyaml.Node `yaml:"shows"`
}

// ending is where an outcome is written.
type ending struct {
	at    Position
	shows []*strictyaml.Node // of Outcome.Shows
}

// outcomes reads the end states; they and the states without a way out must be the same.
func (r lifecycleReader) outcomes(m *machine, node *strictyaml.Node) {
	if node == nil {
		r.problems.Add(m.node.Position(), r.subject, `there is no "outcomes" key`, "")
		return
	}
	var entry outcomesEntry
	strictyaml.Decode(node, &entry, r.subject+": outcomes", &r.problems)
	if entry.Success == nil {
		r.problems.Add(node.Position(), r.subject, `outcomes: there is no "success" key`, "")
	}
	r.outcome(m, OutcomeSuccess, entry.Success)
	r.outcome(m, OutcomeFailure, entry.Failure)
	r.outcome(m, OutcomeSkipped, entry.Skipped)
	others := node.Field("others")
	for _, field := range others.Fields() {
		if len(m.outcomes) >= maxOutcomes {
			r.problems.Add(others.KeyPosition(field.Key), r.subject, fmt.Sprintf("more than %d outcomes", maxOutcomes), "")
			return
		}
		r.otherName(field.Key, others.KeyPosition(field.Key))
		r.outcome(m, field.Key, field.Value)
	}
	r.alike(m)
	ends := m.outcomes.Ends()
	for _, known := range m.mentioned {
		if len(m.transitions[known.state]) == 0 && !slices.Contains(ends, known.state) {
			r.problems.Add(known.at, r.subject, fmt.Sprintf("state %q cannot be left and is no outcome", known.state), "")
		}
	}
}

var otherOutcome = regexp.MustCompile(`^[a-z][a-z0-9-]{0,63}$`)

// otherName checks the name of an outcome that is the contract's own: scenarios are named after it.
func (r lifecycleReader) otherName(name string, at Position) {
	switch {
	case name == OutcomeSuccess || name == OutcomeFailure || name == OutcomeSkipped:
		r.problems.Add(at, r.subject, fmt.Sprintf("outcomes: %q stands in others", name), `write it beside "others"`)
	case name == "stuck" || strings.HasPrefix(name, "failed-at-step-"):
		r.problems.Add(at, r.subject, fmt.Sprintf("outcomes: the name %.80q is taken by scenarios that every lifecycle may have", name), "")
	case !otherOutcome.MatchString(name):
		r.problems.Add(at, r.subject, fmt.Sprintf("outcomes: %.80q is not the name of an outcome", name),
			"use a-z, 0-9 and dashes, a letter first, at most 64 in all")
	}
}

// outcome reads one way to end.
func (r lifecycleReader) outcome(m *machine, name string, node *strictyaml.Node) {
	if node == nil {
		return
	}
	subject := r.subject + ": outcomes: " + cut(strictyaml.Pointer(name))
	entry := outcomeEntry{State: node}
	if node.Kind() == strictyaml.Mapping {
		entry.State = nil
		strictyaml.Decode(node, &entry, subject, &r.problems)
	}
	state, kind := entry.State.Text(), entry.State.Kind()
	switch {
	case entry.State == nil:
		r.problems.Add(node.Position(), subject, `there is no "state" key`, "")
		return
	case kind == strictyaml.Sequence || kind == strictyaml.Mapping:
		r.problems.Add(entry.State.Position(), subject, "want a state, got "+entry.State.Describe(), "")
		return
	case !m.known[state]:
		r.problems.Add(entry.State.Position(), r.subject, fmt.Sprintf("no transition names the outcome %q", state), strictyaml.ClosestHint(state, m.names()))
	case len(m.transitions[state]) > 0:
		r.problems.Add(entry.State.Position(), r.subject, fmt.Sprintf("the outcome %q is no end: %s may follow", state, strings.Join(m.transitions[state], ", ")), "")
	case state == m.initial:
		r.problems.Add(entry.State.Position(), r.subject, fmt.Sprintf("the outcome %q is the initial state", state), "what is polled has to begin in another")
	}
	found, at := Outcome{Name: name, State: state}, ending{at: node.Position()}
	if shows := entry.Shows; shows != nil && shows.Kind() != strictyaml.Sequence {
		r.problems.Add(shows.Position(), subject, "want a list of JSON Pointers, got "+shows.Describe(), "")
	} else {
		at.shows = shows.Items()
	}
	if len(at.shows) > maxShows {
		r.problems.Add(at.shows[maxShows].Position(), subject, fmt.Sprintf("more than %d places", maxShows), "")
		at.shows = at.shows[:maxShows]
	}
	for _, pointer := range at.shows {
		found.Shows = append(found.Shows, pointer.Text())
	}
	m.outcomes, m.endings = append(m.outcomes, found), append(m.endings, at)
}

// alike reports outcomes that nobody could tell apart.
func (r lifecycleReader) alike(m *machine) {
	first := map[string]string{}
	for i, o := range m.outcomes {
		key := strings.Join(append(slices.Sorted(slices.Values(o.Shows)), o.State), "\n")
		if name, taken := first[key]; taken {
			r.problems.Add(m.endings[i].at, r.subject, fmt.Sprintf("outcomes: %q and %q end alike", name, cut(o.Name)), `give them other states, or other "shows"`)
			continue
		}
		first[key] = cut(o.Name)
	}
}

// partial reports ways for a step to end that no run of the whole leads to.
func (r lifecycleReader) partial(m, whole *machine) {
	var names []string
	for _, o := range whole.outcomes {
		names = append(names, o.Name)
	}
	for i, o := range m.outcomes {
		if o.Name == OutcomeSuccess || o.Name == OutcomeSkipped || len(names) == 0 || slices.Contains(names, o.Name) {
			continue
		}
		r.problems.Add(m.endings[i].at, r.subject, fmt.Sprintf("outcomes: a step may end in %q, but the whole has no such outcome", cut(o.Name)),
			strictyaml.ClosestHint(o.Name, names))
	}
}
