package scenarios

import "github.com/understudy-dev/understudy/contract"

// unit is a piece of work: a step, or all of it where there are none.
type unit struct {
	number  int
	chain   []string // the states of the step; nil without one
	outcome string   // of the step
	endless bool     // it never ends
	skipped []int    // steps, from 0, that are passed over once it is done
}

// beats is how many states the step shows while it runs; at least one.
func (u *unit) beats() int { return max(1, len(u.chain)-2) }

// units lists the work of the course, and counts the beats of a run as long as success.
func (p *planner) units() ([]unit, int) {
	steps := len(p.now.steps)
	if steps == 0 {
		return []unit{{number: 1, endless: p.course.outcome == outcomeStuck}}, 1
	}
	list, last := p.stepUnits(steps)
	total := 0
	for i := range list {
		total += list[i].beats()
	}
	if p.course.outcome == outcomeStuck {
		list = list[:last]
		list[last-1].endless = true
	}
	return list, total
}

// stepUnits lists the steps that run. With stuck it is all of them, and last is the one that never ends.
func (p *planner) stepUnits(steps int) (list []unit, last int) {
	d, c := p.lifecycle.Steps, p.course
	last = steps
	run := func(number int, outcome string) {
		list = append(list, unit{number: number, chain: stepWayOf(d, outcome), outcome: outcome})
	}
	switch {
	case c.outcome == outcomeStuck && c.step > 0:
		last = c.step
	case c.outcome == contract.OutcomeFailure && c.step > 0:
		for number := 1; number < c.step; number++ {
			run(number, contract.OutcomeSuccess)
		}
		run(c.step, contract.OutcomeFailure)
		return list, last
	case c.outcome == contract.OutcomeSuccess && c.step > 0:
		return p.without(c.step-1, steps), last
	case c.outcome != contract.OutcomeSuccess && c.outcome != contract.OutcomeFailure && c.outcome != outcomeStuck:
		return p.half(steps), last
	}
	for number := 1; number <= steps; number++ {
		run(number, contract.OutcomeSuccess)
	}
	return list, last
}

// without leaves out a step, from 0: it is passed over when its turn comes.
func (p *planner) without(skipped, steps int) []unit {
	var list []unit
	for i := range steps {
		switch {
		case i != skipped:
			list = append(list, unit{number: i + 1, chain: stepWayOf(p.lifecycle.Steps, contract.OutcomeSuccess), outcome: contract.OutcomeSuccess})
		case i == 0:
			p.skip(0)
		default:
			list[len(list)-1].skipped = []int{i}
		}
	}
	if list == nil {
		list = []unit{{number: 1}}
	}
	return list
}

// half is the work of a run that is broken off: half of the steps, and then the one under way where it has a word for that.
func (p *planner) half(steps int) []unit {
	var list []unit
	for number := 1; number <= steps/2; number++ {
		list = append(list, unit{number: number, chain: stepWayOf(p.lifecycle.Steps, contract.OutcomeSuccess), outcome: contract.OutcomeSuccess})
	}
	if chain := stepWayOf(p.lifecycle.Steps, p.course.outcome); chain != nil && p.lifecycle.Steps.Outcomes.Has(p.course.outcome) {
		return append(list, unit{number: steps/2 + 1, chain: chain, outcome: p.course.outcome})
	}
	if list == nil {
		list = []unit{{number: 1}}
	}
	return list
}
