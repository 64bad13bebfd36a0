package contract

import (
	"slices"
)

// What lifecycles keep to, but for the laws of values and of lists of steps.
const (
	movesOn     = "a state is reachable from the one before"
	staysEnded  = "a terminal state is final"
	showsAtEnd  = "what an outcome shows is there from its end on, and at no other time"
	endReached  = "an end is reached"
	endless     = "no end is reached"
	inEveryStep = "in every step, "
)

// TraceCheck is one thing that the judgement of a trace can find broken. Its fields are for reading only.
type TraceCheck struct {
	ID           string // the Rule of its violations: "rule/<id>" or "lifecycle/<id>"
	Level        Level
	Sentence     string // a present-tense claim
	Observations int    // how many it takes to judge it at all: 1, or 2 for what moves from one to the next
	Rule         *Rule  // nil for what the lifecycle implies
}

// TraceChecks lists what JudgeTrace and JudgeEnd can report of this operation: its transition rules, then what its lifecycle implies as
// far as it has such parts, the end last. An id of several rules is listed once, as binding as the most binding of them. wantEnd is that
// of JudgeEnd. Rules says what is wrong with the rules. Nil when there is nothing to report; the slice is the caller's.
func (o *Operation) TraceChecks(wantEnd bool) []TraceCheck {
	list := o.transitionChecks()
	l := o.lifecycle
	if l == nil {
		return list
	}
	add := func(there bool, id, sentence string, observations int) {
		if there {
			list = append(list, TraceCheck{
				ID: "lifecycle/" + id, Level: levelOf(o.inferred.of("x-lifecycle")), Sentence: sentence, Observations: observations,
			})
		}
	}
	add(true, "reachable", movesOn, 2)
	add(true, "terminal", staysEnded, 2)
	add(len(l.Constant) > 0, "constant", constantLaw().sentence, 2)
	add(l.StartedAt != "" || l.EndedAt != "", "stamp", stampLaw().sentence, 2)
	add(l.Outcomes.showAnything(), "shows", showsAtEnd, 1)
	if s := l.Steps; s != nil {
		add(true, "steps-stay", stepsStay, 2)
		add(true, "steps-order", stepsOrder, 2)
		add(true, "step-reachable", inEveryStep+movesOn, 2)
		add(true, "step-terminal", inEveryStep+staysEnded, 2)
		add(len(s.Constant) > 0, "step-constant", inEveryStep+constantLaw().sentence, 2)
		add(s.StartedAt != "" || s.EndedAt != "", "step-stamp", inEveryStep+stampLaw().sentence, 2)
		add(s.Outcomes.showAnything(), "step-shows", inEveryStep+showsAtEnd, 1)
	}
	add(wantEnd, "end", endReached, 1)
	add(!wantEnd, "end", endless, 1)
	return list
}

// transitionChecks lists the rules that a trace exercises: an answer that is no documented 2xx has no place in it.
func (o *Operation) transitionChecks() []TraceCheck {
	rules, _ := o.allRules() // Rules reports the error, and JudgeTrace as well
	var list []TraceCheck
	for _, rule := range rules {
		observed := rule.Status == "" || slices.ContainsFunc(o.load().responses, func(r *Response) bool {
			return r.Status == rule.Status && r.Code/100 == 2
		})
		if !rule.Transition || !observed {
			continue
		}
		id := "rule/" + rule.ID
		if same := slices.IndexFunc(list, func(c TraceCheck) bool { return c.ID == id }); same >= 0 {
			list[same].Level = min(list[same].Level, rule.Level)
			continue
		}
		list = append(list, TraceCheck{ID: id, Level: rule.Level, Sentence: rule.Message, Observations: 2, Rule: rule})
	}
	return list
}

// showAnything says whether something stands only from an end on.
func (o Outcomes) showAnything() bool {
	return slices.ContainsFunc(o, func(one Outcome) bool { return len(one.Shows) > 0 })
}
