package contracttest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/contract"
)

// clockGrain is how exactly recordings tell time: two answers are one after the other even if they seem to overlap by that much.
const clockGrain = 2 * time.Millisecond

// histories gathers what was answered about each resource that moves, in the order of time, where it is two answers or more.
func histories(all []*matched) [][]*matched {
	byResource := map[string][]*matched{}
	var order []string
	for _, m := range all {
		if !m.observes() {
			continue
		}
		key := m.resource()
		if byResource[key] == nil {
			order = append(order, key)
		}
		byResource[key] = append(byResource[key], m)
	}
	var list [][]*matched
	for _, key := range order {
		if history := inTime(byResource[key]); len(history) > 1 {
			list = append(list, history)
		}
	}
	return list
}

// observes says whether an answer tells of the state of something that moves.
func (m *matched) observes() bool {
	response, media := m.operation.Response(m.exchange.Status), m.exchange.Header.Get("Content-Type")
	if m.noBody || response == nil || response.Code/100 != 2 || (media != "" && !isJSON(media)) {
		return false
	}
	return len(m.moves()) > 0 && json.Valid(m.exchange.Body)
}

// moves are the checks of answers in the order of time. Nobody polled to the end, so none is demanded.
func (m *matched) moves() []contract.TraceCheck {
	return slices.DeleteFunc(m.operation.TraceChecks(false), func(c contract.TraceCheck) bool { return c.ID == "lifecycle/end" })
}

// resource tells one resource from another: by server, operation and parameters, and at a mock also by the world that it played in.
func (m *matched) resource() string {
	x := m.exchange
	parts := []string{strconv.Itoa(m.run), x.URL.Scheme, x.URL.Host, m.operation.ID(), x.Header.Get(headerScenario), x.Header.Get(headerAnchor)}
	parts = append(parts, m.values...)
	query := x.URL.Query()
	for _, parameter := range m.operation.Parameters() {
		if parameter.In == "query" {
			parts = append(parts, query.Get(parameter.Name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(x.RequestHeader)) {
		if strings.HasPrefix(name, mockPrefix) {
			parts = append(parts, name, x.RequestHeader.Get(name))
		}
	}
	return fmt.Sprintf("%q", parts)
}

// inTime orders the answers about one resource. Without a time of each it is the order of the file. One that was asked for while the
// one before was under way may show an earlier or a later state: it is left out.
func inTime(history []*matched) []*matched {
	if slices.ContainsFunc(history, func(m *matched) bool { return m.at.IsZero() }) {
		return history
	}
	slices.SortStableFunc(history, func(a, b *matched) int { return a.at.Compare(b.at) })
	ordered := history[:1]
	for _, m := range history[1:] {
		last := ordered[len(ordered)-1]
		if !m.at.Before(last.at.Add(last.took - clockGrain)) {
			ordered = append(ordered, m)
		}
	}
	return ordered
}

// over judges how a resource moved.
func (j *recordedJudge) over(ctx context.Context, history []*matched) Case {
	first, last := history[0], history[len(history)-1]
	p := &planned{operation: first.operation, kind: KindRecorded, status: first.exchange.Status}
	p.name = first.name(fmt.Sprintf("#%d-#%d", first.number, last.number))
	for _, c := range first.moves() {
		p.merge(check{id: c.ID, level: c.Level, sentence: c.Sentence, rule: c.Rule, observations: c.Observations})
	}
	c := Case{Operation: p.operation.ID(), Scenario: p.name, Kind: KindRecorded, Status: p.status}
	if err := ctx.Err(); err != nil {
		return stopped(c, SetupError, fmt.Sprintf("interrupted: %s", err))
	}
	l := &course{planned: p}
	for _, m := range history {
		l.trace = append(l.trace, contract.Observation{Exchange: m.exchange, At: m.at})
	}
	v := newVerdict(p)
	v.trace = &traced{first: map[seenAt]int{}, observations: len(history)}
	v.moves(ctx, l.trace)
	hide := j.discretion.of(exchangesOf(history)...)
	c.Provider = ByRecording
	c.Checks = hide.checks(v.results(j.engine.params.Strict))
	c.Outcome = worst(c.Checks)
	for i, m := range history {
		poll := Poll{Status: m.exchange.Status, Entry: m.number, Curl: hide.request(m).curl() + hide.data(m)}
		if !first.at.IsZero() && !m.at.IsZero() {
			poll.At = m.at.Sub(first.at)
		}
		l.polls = append(l.polls, poll)
		l.trace[i].Exchange = hide.exchange(m.exchange)
	}
	l.hide = hide.redactor
	l.keep(c.Checks)
	c.Polls = l.polls
	c.Curl, c.Exchange, c.length = l.polls[len(l.polls)-1].Curl, l.polls[len(l.polls)-1].Exchange, len(last.exchange.Body)
	return c
}

func exchangesOf(history []*matched) []*contract.Exchange {
	list := make([]*contract.Exchange, 0, len(history))
	for _, m := range history {
		list = append(list, m.exchange)
	}
	return list
}
