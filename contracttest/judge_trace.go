package contracttest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/understudy-dev/understudy/contract"
)

// traced is what a verdict knows of the polls of a lifecycle.
type traced struct {
	poll         int // that is judged now, from 1; 0 once the trace is judged as a whole
	observations int // that told of the resource's state
	first        map[seenAt]int
}

// seenAt names a violation that is told once, with the first poll that shows it. One that is more binding is another.
type seenAt struct {
	check, where, pointer string
	level                 contract.Level
}

// judgeTrace runs the planned checks on what was polled: those of one answer on each, those of the lifecycle on all of them.
func judgeTrace(ctx context.Context, c *course, strict bool) []Result {
	v := newVerdict(c.planned)
	v.trace = &traced{first: map[seenAt]int{}}
	for i, one := range c.trace {
		v.trace.poll = i + 1
		if i+1 == len(c.trace) {
			v.expect = slices.Concat(c.planned.expect, c.planned.atEnd)
		}
		v.answer(ctx, &received{exchange: one.Exchange, fault: c.faults[i]})
	}
	v.trace.poll = 0
	v.moves(ctx, c.trace)
	v.arrives(c)
	return v.results(strict)
}

// moves judges how the resource came from one poll to the next.
func (v *verdict) moves(ctx context.Context, trace contract.Trace) {
	judgement := v.planned.operation.JudgeTrace(ctx, trace)
	for _, rule := range judgement.Rules {
		id := ruleCheck + rule.Rule.ID
		v.judged[id] = v.judged[id] || rule.Applied > 0
	}
	for _, one := range judgement.Violations {
		v.add(one)
	}
	for _, check := range v.planned.checks {
		if check.observations > 0 && check.rule == nil {
			v.judged[check.id] = v.trace.observations >= check.observations
		}
	}
}

// arrives judges whether the resource came to its end.
func (v *verdict) arrives(c *course) {
	for _, one := range v.planned.operation.JudgeEnd(c.trace, v.planned.ends()) {
		if v.planned.ends() {
			one.Got += ", " + c.effort()
		}
		v.add(one)
	}
}

// isNew notes a violation and says whether it is the first of its kind. One of a single answer says with which poll it came; of the
// whole trace the contract has said so.
func (t *traced) isNew(c *check, v *contract.Violation) bool {
	at := seenAt{c.id, v.Where, v.Pointer, v.Level}
	first, seen := t.first[at]
	if seen && (t.poll == 0 || first != t.poll) {
		return false
	}
	t.first[at] = t.poll
	if t.poll > 0 {
		v.Message = fmt.Sprintf("poll %d: %s", t.poll, cmp.Or(v.Message, c.sentence))
	}
	return true
}

// pollsOf reads which polls a violation of a trace tells of, from 1; zeros when it names none.
func pollsOf(v *contract.Violation) (from, to int) {
	if n, _ := fmt.Sscanf(v.Message, "poll %d to %d:", &from, &to); n == 2 {
		return from, to
	}
	if n, _ := fmt.Sscanf(v.Message, "poll %d:", &from); n == 1 {
		return from, from
	}
	return 0, 0
}

// effort says how long was polled, and why no longer.
func (c *course) effort() string {
	text := fmt.Sprintf("polled %s in %s", times(len(c.polls)), shortened(c.polls[len(c.polls)-1].At))
	if c.gaveUp != "" {
		text += "; " + c.gaveUp
	}
	return text
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// shortened writes a duration for people.
func shortened(d time.Duration) string { return d.Round(time.Millisecond).String() }
