package scenarios

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
)

// film is an answer over time: its frames, and what comes in between.
type film struct {
	frames  []*Answer
	plan    *plan
	pace    *pace
	begins  []time.Duration // of the frames, without jitter
	byPoll  bool
	inserts []inserted                          // by the poll that they come at
	drawn   [cacheSize]atomic.Pointer[schedule] // with jitter, of resources that were asked for lately
}

// schedule is when the frames of one resource begin. Immutable.
type schedule struct {
	seed            uint64
	values          []string
	offsets, begins []time.Duration
}

// inserted is an answer in place of the polls from at on, counted from 0, until end.
type inserted struct {
	answer  *Answer
	at, end int
}

// moving compiles a course.
func (w *world) moving(s *slots, made *scene) (*Answer, error) {
	f := &film{plan: made.plan, pace: s.paceOf(), byPoll: s.advance == advancePoll}
	f.begins = f.plan.begins(f.pace.offsets(f.plan, nil))
	for number := range made.frames {
		f.frames = append(f.frames, w.still(s, made, number))
	}
	for i := range s.inserts {
		one, err := w.answer(&s.inserts[i].slots)
		if err != nil {
			return nil, err
		}
		one.Scenario = s.from
		at := s.inserts[i].at - 1
		f.inserts = append(f.inserts, inserted{one, at, at + s.inserts[i].times})
	}
	a := head(s, made.fixture, true)
	a.film = f
	return a, nil
}

// OverTime says that the answer changes with time or from poll to poll: it is then played frame by frame.
func (a *Answer) OverTime() bool { return a.film != nil }

// ByPoll says that an answer over time takes its next frame with each poll, not with time.
func (a *Answer) ByPoll() bool { return a.film != nil && a.film.byPoll }

// CountsPolls says that it matters how often an answer over time was asked for: it advances by poll, or puts other answers in
// between.
func (a *Answer) CountsPolls() bool {
	return a.film != nil && (a.film.byPoll || len(a.film.inserts) > 0)
}

// Frames lists what an answer over time shows one after another, at least one; nil for other answers. It is shared: not to be
// changed.
func (a *Answer) Frames() []*Answer {
	if a.film == nil {
		return nil
	}
	return a.film.frames
}

// Begins says when each frame begins, counted from the anchor: 0 first, ascending; nil for answers that are not over time. A pace
// with jitter differs from resource to resource: it depends on the seed, the operation and the path values of in, and in is
// readied to Bind the frames with it. The list may be shared: not to be changed.
func (a *Answer) Begins(in *fixtures.Inputs) []time.Duration {
	switch {
	case a.film == nil:
		return nil
	case a.film.pace.jitter == 0:
		in.Offsets = nil
		return a.film.begins
	}
	s := a.film.schedule(in)
	in.Offsets = s.offsets
	return s.begins
}

// schedule draws the times of a resource, or takes them from the table: a lost race costs one more drawing.
func (f *film) schedule(in *fixtures.Inputs) *schedule {
	slot := &f.drawn[slotOf(in.Seed, in.PathValues)]
	if kept := slot.Load(); kept != nil && kept.seed == in.Seed && slices.Equal(kept.values, in.PathValues) {
		return kept
	}
	offsets := f.pace.offsets(f.plan, drawn(in))
	made := &schedule{in.Seed, cloned(in.PathValues), offsets, f.plan.begins(offsets)}
	if lengthOf(in.PathValues) <= maxCachedValues {
		slot.Store(made)
	}
	return made
}

// Ended says whether the frame is the last of a course that has an end.
func (a *Answer) Ended(frame int) bool {
	return a.film != nil && a.film.plan.phases[frame].whole.outcome != ""
}

// Poll says what answers poll n, counted from 0: another answer in between, or nil for the course itself; and how many polls before
// it the course answered.
func (a *Answer) Poll(n int) (between *Answer, before int) {
	before = n
	if a.film == nil {
		return nil, before
	}
	for _, i := range a.film.inserts {
		switch {
		case n >= i.end:
			before -= i.end - i.at
		case n >= i.at:
			between = i.answer
			before -= n - i.at
		}
	}
	return between, before
}
