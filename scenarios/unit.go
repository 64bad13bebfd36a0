package scenarios

import (
	"cmp"

	"github.com/understudy-dev/understudy/contract"
)

// unit is a piece of work: a step, or all of it where there are none.
type unit struct {
	number  int
	chain   []string // the states of the step; nil without one
	outcome string   // of the step
	endless bool     // it never ends
	skips   int      // the step, from 0, that is passed over once it is done; 0 for none
}

// beats is how many states the step shows while it runs; at least one.
func (u *unit) beats() int { return max(1, len(u.chain)-2) }

func beatsOf(units []unit) int {
	total := 0
	for i := range units {
		total += units[i].beats()
	}
	return total
}

// successBeats counts the beats of a run to success with every step.
func (p *planner) successBeats() int {
	return beatsOf(p.succeed(1, len(p.now.steps)))
}

// succeed is the work of the steps from one to another; without steps, all of it.
func (p *planner) succeed(from, to int) []unit {
	if len(p.now.steps) == 0 {
		return []unit{{number: 1}}
	}
	chain := stepWayOf(p.lifecycle.Steps, contract.OutcomeSuccess)
	var list []unit
	for number := from; number <= to; number++ {
		list = append(list, unit{number: number, chain: chain, outcome: contract.OutcomeSuccess})
	}
	return list
}

// units lists the work of the course.
func (p *planner) units() []unit {
	c, steps := p.course, len(p.now.steps)
	switch {
	case c.outcome == outcomeStuck:
		list := p.succeed(1, cmp.Or(c.step, steps))
		list[len(list)-1].endless = true
		return list
	case c.outcome == contract.OutcomeFailure && c.step > 0:
		return append(p.succeed(1, c.step-1), unit{
			number: c.step, chain: stepWayOf(p.lifecycle.Steps, contract.OutcomeFailure), outcome: contract.OutcomeFailure,
		})
	case c.outcome == contract.OutcomeSuccess && c.step > 0:
		return p.without(c.step-1, steps)
	case c.outcome == contract.OutcomeSuccess, c.outcome == contract.OutcomeFailure, steps == 0:
		return p.succeed(1, steps)
	}
	return p.half(steps)
}

// without leaves out a step, from 0: it is passed over when its turn comes.
func (p *planner) without(skipped, steps int) []unit {
	list := append(p.succeed(1, skipped), p.succeed(skipped+2, steps)...)
	if skipped > 0 {
		list[skipped-1].skips = skipped
	}
	if list == nil {
		list = []unit{{number: 1}}
	}
	return list
}

// half is the work of a run that is broken off: half of the steps, and then the one under way where it has a word for that.
func (p *planner) half(steps int) []unit {
	list := p.succeed(1, steps/2)
	if chain := stepWayOf(p.lifecycle.Steps, p.course.outcome); chain != nil {
		return append(list, unit{number: steps/2 + 1, chain: chain, outcome: p.course.outcome})
	}
	if list == nil {
		list = []unit{{number: 1}}
	}
	return list
}
