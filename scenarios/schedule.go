package scenarios

import (
	"slices"
	"time"

	"github.com/understudy-dev/understudy/contract"
)

// The pace of a run that states none: a wait before it starts, and a total of ten seconds.
const (
	defaultLead = time.Second
	defaultWork = 9 * time.Second
)

// course is one way a lifecycle can go from its first state to an end.
type course struct {
	end    string        // the state it ends in
	failAt int           // the step that fails, from 1; 0 for none
	skip   int           // a step that this run does without, from 1; 0 for none
	pace   time.Duration // of one step; 0 shares out the default
}

// mark is a state and the moment it is entered, as an offset from the anchor.
type mark struct {
	state string
	at    time.Duration
}

// track is what one resource or one step goes through. started and ended are the stamps' values; a stamp shows once
// the track has reached the moment in startedShown or ended. Negative means never.
type track struct {
	marks                        []mark
	started, startedShown, ended time.Duration
}

const never = time.Duration(-1)

// at returns the state at a moment.
func (t *track) at(elapsed time.Duration) string {
	state := t.marks[0].state
	for _, m := range t.marks[1:] {
		if m.at <= elapsed {
			state = m.state
		}
	}
	return state
}

// schedule is the whole course in time: a pure function of the description, the course and the number of steps.
type schedule struct {
	whole track
	steps []track
	end   time.Duration
}

func newSchedule(l *contract.Lifecycle, c course, steps int) *schedule {
	work := c.pace
	if work == 0 {
		work = defaultWork / time.Duration(max(steps, 1))
	}
	s := &schedule{steps: make([]track, steps)}
	skipped := c.end == l.Outcomes.Skipped && c.end != ""
	now := defaultLead
	for i := range s.steps {
		s.steps[i] = stepTrack(l.Steps, c, i+1, now, work, skipped)
		if s.steps[i].ended != never {
			now = s.steps[i].ended
		}
	}
	if steps == 0 && !skipped {
		now += work
	}
	s.end = now
	s.whole = newTrack(l.Course(c.end), defaultLead, now)
	if skipped && len(s.whole.marks) <= 2 {
		s.whole.started, s.whole.ended = never, never
	}
	return s
}

// stepTrack is step number's own course, when its turn comes at begin.
func stepTrack(d *contract.Steps, c course, number int, begin, work time.Duration, skipped bool) track {
	idle := track{marks: []mark{{state: d.Initial}}, started: never, ended: never}
	switch {
	case skipped || c.skip == number:
		if chain := d.Course(d.Outcomes.Skipped); chain != nil {
			idle.marks = append(idle.marks, mark{chain[len(chain)-1], begin})
		}
		return idle
	case c.failAt != 0 && number > c.failAt:
		return idle
	case c.failAt == number:
		return newTrack(d.Course(d.Outcomes.Failure), begin, begin+work)
	default:
		return newTrack(d.Course(d.Outcomes.Success), begin, begin+work)
	}
}

// newTrack spreads a chain of states: the first at once, the second at begin, the last at end. A chain of two states
// has no state of its own for the time between: its stamps both show at the end.
func newTrack(chain []string, begin, end time.Duration) track {
	t := track{marks: []mark{{state: chain[0]}}, started: begin, startedShown: begin, ended: end}
	last := len(chain) - 1
	for i := 1; i < last; i++ {
		t.marks = append(t.marks, mark{chain[i], begin + (end-begin)*time.Duration(i-1)/time.Duration(last-1)})
	}
	if last > 0 {
		t.marks = append(t.marks, mark{chain[last], end})
	}
	if last < 2 {
		t.startedShown = end
	}
	return t
}

// moments lists the offsets at which something changes, ascending, from 0.
func (s *schedule) moments() []time.Duration {
	list := []time.Duration{0}
	add := func(t track) {
		for _, m := range t.marks[1:] {
			list = append(list, m.at)
		}
	}
	add(s.whole)
	for _, t := range s.steps {
		add(t)
	}
	slices.Sort(list)
	return slices.Compact(list)
}
