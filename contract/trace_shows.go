package contract

import (
	"fmt"
	"slices"
	"strings"
)

// display is what the outcomes of a lifecycle or its steps show, laid out for judging.
type display struct {
	places []string // what any outcome shows, sorted, each once
	shows  [][]int  // of each outcome, as indexes of places
}

func (o Outcomes) display() *display {
	d := &display{}
	for i := range o {
		d.places = append(d.places, o[i].Shows...)
	}
	slices.Sort(d.places)
	d.places = slices.Compact(d.places)
	for i := range o {
		var shows []int
		for _, pointer := range o[i].Shows {
			at, _ := slices.BinarySearch(d.places, pointer)
			shows = append(shows, at)
		}
		d.shows = append(d.shows, shows)
	}
	return d
}

// shows judges what stands in the body from an end on: before an end there is none of it, and in an end there is what one of the
// outcomes of that state shows, and no more. What stays wrong is told once.
func (w *walk) shows(m mover) {
	places := m.display.places
	if len(places) == 0 {
		return
	}
	values := make([]any, len(places))
	for i, pointer := range places {
		values[i] = firstOf(m.value, pointer)
	}
	end := m.closest(values)
	switch {
	case len(end.names) > 0:
		w.keep(m, end)
	case w.beforeEnd(m):
		delete(w.ends, m.id)
	default:
		return
	}
	message := fmt.Sprintf("poll %d: what an outcome shows is absent before its end", w.poll)
	if len(end.names) > 0 {
		message = fmt.Sprintf("poll %d: an end shows what %s shows, and nothing of other outcomes", w.poll, strings.Join(end.names, " or "))
	}
	wants, wanted := end.wants(values), w.wrong[m.id]
	for i, want := range wants {
		if want != "" && (wanted == nil || wanted[i] != want) {
			w.report(m.prefix+"shows", message, m.pointer+places[i], want, shown(values[i]))
		}
	}
	w.wrong[m.id] = wants
}

// fit is how close a body comes to what the outcomes of its state show.
type fit struct {
	state string
	names []string // of the closest outcomes; none when the state is no end
	shows []int    // of the first of them
	off   int      // places that differ
}

// closest takes, of the outcomes of the present state, the one that the body comes closest to.
func (m *mover) closest(values []any) fit {
	best := fit{state: stateText(firstOf(m.value, m.state))}
	set := 0
	for _, value := range values {
		if !unset(value) {
			set++
		}
	}
	for i := range m.outcomes {
		if m.outcomes[i].State != best.state {
			continue
		}
		off := set
		for _, at := range m.display.shows[i] {
			if unset(values[at]) {
				off++
			} else {
				off--
			}
		}
		switch {
		case len(best.names) == 0 || off < best.off:
			best.names, best.shows, best.off = []string{m.outcomes[i].Name}, m.display.shows[i], off
		case off == best.off:
			best.names = append(best.names, m.outcomes[i].Name)
		}
	}
	return best
}

// wants says what should be in each place; "" where it is.
func (f fit) wants(values []any) []string {
	wants := make([]string, len(values))
	for i, value := range values {
		if !unset(value) {
			wants[i] = "absent"
		}
	}
	for _, i := range f.shows {
		wants[i] = ""
		if unset(values[i]) {
			wants[i] = "a value"
		}
	}
	return wants
}

// beforeEnd says whether a state that is no end tells that there was none. It does not when the lifecycle does not know it, or when it is
// missing after an end, which other checks tell.
func (w *walk) beforeEnd(m mover) bool {
	value := firstOf(m.value, m.state)
	if unset(value) {
		known := w.states[m.id].known
		return known == nil || len(m.transitions[stateText(known)]) > 0
	}
	return course(m.transitions, m.initial, stateText(value)) != nil
}

// endSeen is the outcome that a mover was first seen in.
type endSeen struct {
	state, name string
	last        string // the outcome that was seen last
	poll        int    // of last
}

// keep judges whether outcomes that share a state take turns. A body that fits none of them says nothing of that, and one that stays wrong is
// told once.
func (w *walk) keep(m mover, end fit) {
	if end.off > 0 {
		return
	}
	name, was := end.names[0], w.ends[m.id] // no two fit: those would end alike, which Load refuses
	if was == nil || was.state != end.state {
		w.ends[m.id] = &endSeen{state: end.state, name: name, last: name, poll: w.poll}
		return
	}
	if name != was.name && name != was.last {
		w.report(m.prefix+"terminal", polls(was.poll, w.poll)+"an end does not become another one", m.pointer+m.state,
			"what "+was.name+" shows", "what "+name+" shows")
	}
	was.last, was.poll = name, w.poll
}
