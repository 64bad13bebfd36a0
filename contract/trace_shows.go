package contract

import (
	"fmt"
	"slices"
	"strings"
)

// shows judges what stands in the body from an end on: before an end there is none of it, and in an end there is what one of the
// outcomes of that state shows, and no more. What stays wrong is told once.
func (w *walk) shows(m mover) {
	places := m.outcomes.places()
	if len(places) == 0 {
		return
	}
	names, shows, ok := w.ended(m, places)
	if !ok {
		return
	}
	message := fmt.Sprintf("poll %d: what an outcome shows is absent before its end", w.poll)
	if len(names) > 0 {
		message = fmt.Sprintf("poll %d: an end shows what %s shows, and nothing of other outcomes", w.poll, strings.Join(names, " or "))
	}
	for _, pointer := range places {
		key, want := m.id+" "+pointer, ""
		value := firstOf(m.value, pointer)
		if must := slices.Contains(shows, pointer); must == unset(value) {
			want = "absent"
			if must {
				want = "a value"
			}
		}
		if want != "" && w.wrong[key] != want {
			w.report(m.prefix+"shows", message, m.pointer+pointer, want, shown(value))
		}
		w.wrong[key] = want
	}
}

// ended takes, of the outcomes of the present state, the one that the body comes closest to: what it shows, and the names of all that are
// equally close. There are no names before an end. False when the state says nothing: it is none that the lifecycle knows, or it is
// missing after an end, which other checks tell.
func (w *walk) ended(m mover, places []string) (names, shows []string, ok bool) {
	value := firstOf(m.value, m.state)
	state, least := stateText(value), 0
	for _, o := range m.outcomes {
		if o.State != state {
			continue
		}
		off := m.off(places, o.Shows)
		switch {
		case len(names) > 0 && off > least:
		case len(names) > 0 && off == least:
			names = append(names, o.Name)
		default:
			names, shows, least = []string{o.Name}, o.Shows, off
		}
	}
	if len(names) > 0 {
		return names, shows, true
	}
	if unset(value) {
		known := w.states[m.id].known
		return nil, nil, known == nil || len(m.transitions[stateText(known)]) > 0
	}
	return nil, nil, course(m.transitions, m.initial, state) != nil
}

// off counts the places that differ from what an outcome shows.
func (m *mover) off(places, shows []string) int {
	count := 0
	for _, pointer := range places {
		if slices.Contains(shows, pointer) == unset(firstOf(m.value, pointer)) {
			count++
		}
	}
	return count
}

// places lists what any outcome shows, sorted, each once.
func (o Outcomes) places() []string {
	var places []string
	for i := range o {
		places = append(places, o[i].Shows...)
	}
	slices.Sort(places)
	return slices.Compact(places)
}
