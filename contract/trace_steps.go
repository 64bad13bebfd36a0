package contract

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

// What lists of steps keep to.
const (
	stepsStay  = "no step appears or vanishes"
	stepsOrder = "the order of the steps does not change"
)

// step is one step as one observation shows it.
type step struct {
	place
	id string // the same in every observation
}

// find lists the steps of every observation. They are known by their key, where every step in the trace has one of its own; else so by
// their order, else by their place in the list.
func (s *Steps) find(seen []*observed) {
	for _, at := range seen {
		at.items = s.Items
		if _, ok := firstOf(at.body, s.Items).([]any); !ok {
			continue
		}
		for _, item := range placesOf(at.body, s.Items+"/*") {
			at.steps = append(at.steps, step{place: item})
		}
	}
	for _, pointer := range []string{s.Key, s.Order} {
		if pointer != "" && identified(seen, pointer) {
			return
		}
	}
	for _, at := range seen {
		for i := range at.steps {
			at.steps[i].id = fmt.Sprintf("item %d", i)
		}
	}
}

// identified names the steps by the value at pointer; false when one lacks it, or two of one observation share it.
func identified(seen []*observed, pointer string) bool {
	for _, at := range seen {
		taken := map[string]bool{}
		for i := range at.steps {
			switch value := firstOf(at.steps[i].value, pointer).(type) {
			case string:
				at.steps[i].id = pointer + " " + strconv.Quote(value)
			case json.Number:
				at.steps[i].id = pointer + " " + normal(value)
			default:
				return false
			}
			if taken[at.steps[i].id] {
				return false
			}
			taken[at.steps[i].id] = true
		}
	}
	return true
}

// steps judges the list as a whole and each step in it. A list that is empty or absent before the first one is not known yet.
func (w *walk) steps(s *Steps, at *observed) {
	if len(at.steps) == 0 {
		if len(w.listed) > 0 && !w.gone {
			w.report("steps-stay", polls(w.listAt, w.poll)+stepsStay, s.Items, fmt.Sprintf("%d steps", len(w.listed)), "none")
		}
		w.gone = true
		return
	}
	if len(w.listed) > 0 {
		w.present(s, at.steps)
		w.order(at.steps)
	}
	for _, one := range at.steps {
		w.known[one.id] = true
		m := mover{
			place: one.place, id: one.id, prefix: "step-", state: s.State, initial: s.Initial, transitions: s.Transitions, outcomes: s.Outcomes,
			display: w.operation.stepDisplay,
		}
		w.move(m)
		w.shows(m)
		w.stay(m, constantLaw(), s.Constant...)
		w.stay(m, stampLaw(), s.StartedAt, s.EndedAt)
		m.prefix = "steps-"
		if !slices.Contains(s.Constant, s.Order) {
			w.stay(m, law{"order", stepsOrder, sameValue}, s.Order)
		}
	}
	w.listed, w.listAt, w.gone = at.steps, at.poll, false
}

// present reports steps that are gone or new, however many, as one violation each. One that comes back is not new.
func (w *walk) present(s *Steps, now []step) {
	var vanished, appeared []step
	there := map[string]bool{}
	for _, one := range now {
		there[one.id] = true
	}
	for _, one := range w.listed {
		if !there[one.id] {
			vanished = append(vanished, one)
		}
	}
	for _, one := range now {
		if !w.known[one.id] {
			appeared = append(appeared, one)
		}
	}
	if len(vanished) > 0 {
		w.report("steps-stay", polls(w.listAt, w.poll)+stepsStay, s.Items, stepsText(vanished), "absent")
	}
	if len(appeared) > 0 {
		w.report("steps-stay", polls(w.listAt, w.poll)+stepsStay, appeared[0].pointer, "absent", stepsText(appeared))
	}
}

func stepsText(steps []step) string {
	if len(steps) == 1 {
		return cut(steps[0].id)
	}
	return fmt.Sprintf("%s and %d more", cut(steps[0].id), len(steps)-1)
}

// order reports the first step that stands behind one that it was before.
func (w *walk) order(now []step) {
	rank := map[string]int{}
	for i, one := range w.listed {
		rank[one.id] = i + 1
	}
	var before step
	for _, one := range now {
		if rank[one.id] == 0 {
			continue
		}
		if rank[one.id] < rank[before.id] {
			w.report("steps-order", polls(w.listAt, w.poll)+stepsOrder, one.pointer, cut(one.id)+" before "+cut(before.id), "after it")
			return
		}
		before = one
	}
}
