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

// work waits, then goes through the units of work.
func (p *planner) work(chain []string) {
	units := p.units()
	middle, beats := p.middle(chain, units)
	if len(middle) == 0 {
		p.now.whole.started = 0 // it has no state of its own for the time that it runs: it runs from the first moment on
	}
	p.hold(span{unitWait, 1})
	if p.course == (course{contract.OutcomeSuccess, 1}) {
		p.skip(0)
	}
	each := splits(middle, beats)
	beat := 0
	for i := range units {
		u := &units[i]
		begin := p.mark()
		for part := range u.beats() * each {
			if len(middle) > 0 {
				// A step that fails may show more states than one that succeeds.
				p.now.whole.state = middle[min(beat, beats*each-1)*len(middle)/(beats*each)]
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

// splits is how many parts a beat has: more than one where there are more states than beats.
func splits(middle []string, beats int) int { return max(1, (len(middle)+beats-1)/beats) }

// middle is what the resource shows while it works, and over how many beats that is spread. A course that breaks off is the
// beginning of success, where its end can be reached from there; else it is a way of its own.
func (p *planner) middle(chain []string, units []unit) ([]string, int) {
	success := wayOf(p.lifecycle, contract.OutcomeSuccess)
	middle, beats := success[1:len(success)-1], p.successBeats()
	state := p.lifecycle.Initial
	if len(middle) > 0 {
		each := splits(middle, beats)
		last := min(max(beatsOf(units), 1), beats)*each - 1
		state = middle[last*len(middle)/(beats*each)]
	}
	if p.course.outcome == outcomeStuck || p.lifecycle.Reachable(state, chain[len(chain)-1]) {
		return middle, beats
	}
	return chain[1 : len(chain)-1], max(beatsOf(units), 1)
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

// finish ends a step. One without a state for the time that it runs gets both stamps now; one that leaves out the states that it
// has for that never started, and has no times.
func (p *planner) finish(u *unit, begin int) {
	if u.skips > 0 {
		p.skip(u.skips)
	}
	if u.chain == nil {
		return
	}
	s := &p.now.steps[u.number-1]
	s.state, s.outcome = u.chain[len(u.chain)-1], u.outcome
	if !works(u.chain, stepWayOf(p.lifecycle.Steps, contract.OutcomeSuccess)) {
		return
	}
	s.ended = p.mark()
	if s.started == none {
		s.started = begin
	}
}
