package server

import (
	"net/http"
	"time"

	"github.com/understudy-dev/understudy/scenarios"
)

// move plays what an answer over time shows now: after the elapsed time or since the anchor that the request gives, with no state
// at all; else where the resource stands in its session.
func (s *Server) move(x *exchange, r *http.Request, selected *play, refused *refusal) (*play, *problem) {
	a := selected.answer
	begins := a.Begins(&x.inputs)
	now := x.session.clock.now(s.machine())
	frame := 0
	var between *scenarios.Answer
	switch {
	case x.controls.timed:
		frame = frameAt(begins, x.controls.elapsed)
	case x.controls.anchored:
		frame = frameAt(begins, now.Sub(x.controls.anchor))
	default:
		anchor := now
		if a.ByPoll() {
			// Every stamp is in the past, however fast the polls come.
			anchor = now.Add(-begins[len(begins)-1]).Truncate(time.Millisecond)
		}
		s.visit(x, selected, func() resource { return resource{anchor: anchor} }, func(seen *resource) {
			anchor = seen.anchor
			frame, between = position(a, seen, begins, now)
			if refused != nil && (between == nil || between.Status < http.StatusBadRequest) {
				between, seen.leave = nil, true
				return
			}
			if a.CountsPolls() {
				seen.polls++
			}
			seen.ended = between == nil && a.Ended(frame)
		})
		x.inputs.Anchor, x.answer.anchor = anchor, s.anchors.of(anchor)
	}
	switch {
	case between != nil:
		return s.instead(x, selected, between)
	case refused != nil:
		return s.refuse(x, r, refused)
	}
	x.answer.elapsed = selected.elapsedOf(frame, begins[frame])
	return selected.frames[frame], nil
}

// position says what a resource shows: a frame, or what comes in between.
func position(a *scenarios.Answer, seen *resource, begins []time.Duration, now time.Time) (int, *scenarios.Answer) {
	between, before := a.Poll(seen.polls)
	if a.ByPoll() {
		return min(before, len(begins)-1), between
	}
	return frameAt(begins, now.Sub(seen.anchor)), between
}

// frameAt is the last frame that has begun; the first before that.
func frameAt(begins []time.Duration, elapsed time.Duration) int {
	frame := 0
	for frame+1 < len(begins) && begins[frame+1] <= elapsed {
		frame++
	}
	return frame
}

// visit shows use what the session remembers of the resource under the scenario, and keeps what use makes of it. HEAD only looks.
func (s *Server) visit(x *exchange, selected *play, fresh func() resource, use func(*resource)) {
	memory := x.session.memory
	key := s.resources.key(memory, x.inputs.Seed, selected.answer.Scenario, x.inputs.Operation, x.inputs.PathValues)
	x.stale = !s.resources.visit(key, memory, x.head, fresh, use)
}
