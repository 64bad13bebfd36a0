package scenarios

import (
	"slices"

	"github.com/understudy-dev/understudy/contract"
)

// plan is a course as a row of phases: what the resource and each step show from one mark to the next. It follows from the
// description, the course and the number of steps; how long each span lasts is the pace's business.
type plan struct {
	phases []phase
	spans  []span // span i lies between mark i and mark i+1
}

// phase is what shows from one mark on.
type phase struct {
	from  int // mark
	whole standing
	steps []standing
}

// standing is where the resource, or a step, stands. Its stamps are marks.
type standing struct {
	state          string
	outcome        string // "" before the end
	started, ended int    // none before they show
}

const none = -1

// span is a part of a unit: parts of it, each the of-th.
type span struct{ unit, of int }

// unitWait is the time before the work begins; the others are the steps by number, or 1 for work without steps.
const unitWait = 0

// planner builds a plan from mark to mark.
type planner struct {
	plan
	lifecycle *contract.Lifecycle
	course    course
	now       phase
}

func newPlan(l *contract.Lifecycle, c course, steps int) *plan {
	p := &planner{lifecycle: l, course: c}
	p.now.whole = standing{state: l.Initial, started: none, ended: none}
	for range steps {
		p.now.steps = append(p.now.steps, standing{state: l.Steps.Initial, started: none, ended: none})
	}
	chain := wayOf(l, c.outcome)
	if c.outcome == outcomeStuck || (c.outcome != contract.OutcomeSkipped && works(chain, wayOf(l, contract.OutcomeSuccess))) {
		p.work(chain)
	} else {
		p.idle(chain)
	}
	p.show()
	return &p.plan
}

// mark is the mark that was reached.
func (p *planner) mark() int { return len(p.spans) }

// show begins a phase, unless nothing has changed since the last one.
func (p *planner) show() {
	if n := len(p.phases); n > 0 && p.phases[n-1].whole == p.now.whole && slices.Equal(p.phases[n-1].steps, p.now.steps) {
		return
	}
	p.phases = append(p.phases, phase{p.mark(), p.now.whole, slices.Clone(p.now.steps)})
}

// hold shows what stands now for a span.
func (p *planner) hold(s span) {
	p.show()
	p.spans = append(p.spans, s)
}

// idle goes to an end without any work: nothing starts, and what has a word for it is skipped.
func (p *planner) idle(chain []string) {
	p.hold(span{unitWait, 1})
	for _, state := range chain[1 : len(chain)-1] {
		p.now.whole.state = state
		if p.now.whole.started == none {
			p.now.whole.started = p.mark()
		}
		p.hold(span{1, len(chain) - 2})
	}
	if p.course.outcome == contract.OutcomeSkipped && len(p.now.steps) > 0 {
		for i := range p.now.steps {
			p.skip(i)
		}
	}
	p.end(chain)
}

// end is the last change of a course that has one. What never started has no times.
func (p *planner) end(chain []string) {
	p.now.whole.state, p.now.whole.outcome = chain[len(chain)-1], p.course.outcome
	if p.now.whole.started != none {
		p.now.whole.ended = p.mark()
	}
}

func (p *planner) skip(i int) {
	if chain := stepWayOf(p.lifecycle.Steps, contract.OutcomeSkipped); chain != nil {
		p.now.steps[i].state, p.now.steps[i].outcome = chain[len(chain)-1], contract.OutcomeSkipped
	}
}

// work waits, then goes through the units of work. What the resource shows meanwhile is spread over them; where it has no state
// of its own for that time, it runs from the first moment on.
func (p *planner) work(chain []string) {
	stuck := p.course.outcome == outcomeStuck
	middle := chain[1:]
	if !stuck {
		middle = chain[1 : len(chain)-1]
	}
	if len(middle) == 0 {
		p.now.whole.started = 0
	}
	p.hold(span{unitWait, 1})
	units, total := p.units()
	each := max(1, (len(middle)+total-1)/total) // more states than beats: each beat is split
	beat := 0
	for i := range units {
		u := &units[i]
		begin := p.mark()
		for part := range u.beats() * each {
			if len(middle) > 0 {
				p.now.whole.state = middle[beat*len(middle)/(total*each)]
				if p.now.whole.started == none {
					p.now.whole.started = p.mark()
				}
			}
			p.step(u, part/each)
			p.hold(span{u.number, u.beats() * each})
			beat++
		}
		if u.endless {
			return
		}
		p.finish(u, begin)
	}
	p.end(chain)
}

// step brings a step to the state that it shows in a beat of its unit.
func (p *planner) step(u *unit, beat int) {
	if len(u.chain) < 3 {
		return
	}
	s := &p.now.steps[u.number-1]
	s.state = u.chain[beat+1]
	if s.started == none {
		s.started = p.mark()
	}
}

// finish ends a step. One without a state for the time that it runs gets both stamps now.
func (p *planner) finish(u *unit, begin int) {
	for _, i := range u.skipped {
		p.skip(i)
	}
	if u.chain == nil {
		return
	}
	s := &p.now.steps[u.number-1]
	s.state, s.outcome, s.ended = u.chain[len(u.chain)-1], u.outcome, p.mark()
	if s.started == none {
		s.started = begin
	}
}
