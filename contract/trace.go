package contract

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// inTrace is where a violation of a trace stands.
const inTrace = "trace"

// Observation is one answer of a resource, and when it came. One that is not a documented 2xx with a JSON body says nothing of the
// resource's state: it is counted as a poll and else passed over, as is one without an exchange.
type Observation struct {
	Exchange *Exchange
	At       time.Time // zero when unknown; judging does not read it
}

// Trace is the observations of one resource in the order of polling. Violations count its polls from 1.
type Trace []Observation

// JudgeTrace judges how the resource moved from one observation to the next: the rules that read oldSelf, and what the lifecycle
// implies. Between two observations any number of moves may have gone unseen. What one answer says by itself is left to JudgeResponse,
// and whether the end was reached to JudgeEnd.
//
// Violations stand in "trace" at a pointer into the later body. Their rule is "rule/<id>" or one of lifecycle/reachable, terminal,
// constant, stamp, shows, steps-stay, steps-order, step-reachable, step-terminal, step-constant, step-stamp and step-shows; the latter
// have level should where x-inferred of the operation covers x-lifecycle. The two that end in shows judge each answer also by itself, and
// the two that end in terminal also tell when outcomes that share a state take turns. Rules lists every transition rule of the operation,
// also those that no pair of observations exercised. When ctx ends, the rules not yet evaluated are violations that say so. Safe for
// concurrent use; t is only read.
func (o *Operation) JudgeTrace(ctx context.Context, t Trace) Judgement {
	seen := o.observations(t)
	j := judge{operation: o, at: o.position}
	results := j.transitions(ctx, seen)
	if o.lifecycle != nil {
		j.found = append(j.found, o.walk(seen)...)
	}
	sortViolations(j.found)
	return Judgement{Violations: j.found, Rules: results}
}

// JudgeEnd judges a whole trace by the rule "lifecycle/end": with wantEnd the last observation is in a terminal state, without it no
// observation is. Nil when that is so, or when the operation has no lifecycle.
func (o *Operation) JudgeEnd(t Trace, wantEnd bool) []Violation {
	l := o.lifecycle
	if l == nil {
		return nil
	}
	ends := l.Outcomes.Ends()
	w := o.newWalk()
	var last any = nothing{}
	for _, at := range o.observations(t) {
		w.poll, w.status = at.poll, at.exchange.Status
		last = firstOf(at.body, l.State)
		if !wantEnd && slices.Contains(ends, stateText(last)) {
			w.report("end", fmt.Sprintf("poll %d: %s", w.poll, endless), l.State, "a state that is no end", shown(last))
			return w.found
		}
	}
	switch {
	case !wantEnd || slices.Contains(ends, stateText(last)):
		return nil
	case w.poll == 0:
		w.report("end", endReached, l.State, oneOfText(ends), "no observation")
	default:
		w.report("end", fmt.Sprintf("poll %d: %s", w.poll, endReached), l.State, oneOfText(ends), shown(last))
	}
	return w.found
}

// observed is what an observation says of the resource.
type observed struct {
	poll     int
	exchange *Exchange
	response *Response
	request  map[string]any // as rules see it
	body     any
	items    string // pointer to the steps
	steps    []step
}

func (o *Operation) observations(t Trace) []*observed {
	var seen []*observed
	for i := range t {
		x := t[i].Exchange
		if x == nil || x.Method == http.MethodHead {
			continue
		}
		response := o.Response(x.Status)
		media := x.Header.Get("Content-Type")
		// A default response may answer a 2xx, but it does not document one.
		if response == nil || response.Code/100 != 2 || len(response.Content) == 0 || (media != "" && !isJSON(media)) {
			continue
		}
		body, err := decodeJSON(x.Body)
		if err != nil {
			continue
		}
		seen = append(seen, &observed{poll: i + 1, exchange: x, response: response, request: o.requestVariable(x), body: body})
	}
	if o.lifecycle != nil && o.lifecycle.Steps != nil {
		o.lifecycle.Steps.find(seen)
	}
	return seen
}

// transitions evaluates the rules that read oldSelf. An answer of a status that a rule does not belong to has no place in its trace.
func (j *judge) transitions(ctx context.Context, seen []*observed) []RuleResult {
	rules, err := j.operation.allRules()
	if err != nil {
		j.broken(inTrace, err)
	}
	var results []RuleResult
	for _, rule := range rules {
		if !rule.Transition {
			continue
		}
		result := RuleResult{Rule: rule}
		var earlier *observed
		for _, later := range seen {
			if rule.Status != "" && rule.Status != later.response.Status {
				continue
			}
			if earlier != nil {
				j.transition(ctx, &result, earlier, later)
			}
			earlier = later
		}
		results = append(results, result)
	}
	return results
}

// transition evaluates one rule in every place that both observations have.
func (j *judge) transition(ctx context.Context, result *RuleResult, earlier, later *observed) {
	j.status = later.exchange.Status
	old := map[string]any{}
	for _, at := range placesOf(earlier.body, result.Rule.At) {
		old[earlier.sameStep(at.pointer)] = at.value
	}
	for _, at := range placesOf(later.body, result.Rule.At) {
		oldSelf, ok := old[later.sameStep(at.pointer)]
		if !ok {
			continue
		}
		variables := map[string]any{"self": at.value, "oldSelf": oldSelf, "request": later.request}
		if v := result.judge(ctx, at, variables); v != nil {
			v.Where, v.Message = inTrace, polls(earlier.poll, later.poll)+v.Message
			j.add(*v)
		}
	}
}

// sameStep turns a pointer into a name that is the same for one step in every observation, wherever the step stands in its list.
func (o *observed) sameStep(pointer string) string {
	below, ok := strings.CutPrefix(pointer, o.items+"/")
	if !ok {
		return pointer
	}
	item, field, _ := strings.Cut(below, "/")
	i, err := strconv.Atoi(item)
	if err != nil || i < 0 || i >= len(o.steps) {
		return pointer
	}
	return o.steps[i].id + "/" + field
}

func polls(from, to int) string { return fmt.Sprintf("poll %d to %d: ", from, to) }
