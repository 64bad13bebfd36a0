package server

import (
	"errors"
	"net/http"

	"github.com/understudy-dev/understudy/scenarios"
)

// selection names what is asked for: by header, by the id in the path, by the session, by the server's default. "" is the
// operation's own.
func (s *Server) selection(x *exchange) string {
	if x.controls.forced {
		return x.controls.scenario
	}
	if values := x.inputs.PathValues; len(values) > 0 {
		if owner := s.catalog.ByID(x.operation.contract, values[len(values)-1]); owner != nil {
			return owner.Name
		}
	}
	if x.session.scenario != "" {
		return x.session.scenario
	}
	return s.scenario
}

func selectionProblem(err error) *problem {
	if refused, ok := errors.AsType[*scenarios.SelectError](err); ok {
		detail := refused.Detail
		if len(refused.Name) > maxEcho {
			detail = "the scenario " + quote(refused.Name) + " cannot be played"
		}
		return unanswerable(refused.Code, detail).near(refused.Closest, refused.Names)
	}
	return unanswerable(codeUnplayable, err.Error())
}

// admit weighs the selected play against the checks.
func (s *Server) admit(x *exchange, r *http.Request, selected *play) (*play, *problem) {
	lenient := x.controls.forced && s.precedence == ScenarioFirst
	ordered := selected.answer.Ordered()
	if lenient && !ordered && selected.answer.Status >= http.StatusBadRequest {
		return selected, nil
	}
	var refused *refusal
	if lenient {
		refused = s.checkPath(x, r)
	} else {
		refused = s.check(x, r)
	}
	switch {
	case ordered && (refused == nil || lenient):
		return s.call(x, r, selected, refused)
	case selected.answer.OverTime() && (refused == nil || (lenient && selected.answer.CountsPolls())):
		return s.move(x, r, selected, refused)
	case refused != nil:
		return s.refuse(x, r, refused)
	}
	return selected, nil
}

// call plays the next answer of a scenario that answers call by call. HEAD looks at it without counting; so does a
// request that fails a check which this answer does not beat.
func (s *Server) call(x *exchange, r *http.Request, selected *play, refused *refusal) (*play, *problem) {
	var next *scenarios.Answer
	var left bool
	s.visit(x, selected, func() resource { return resource{} }, func(seen *resource) {
		next, left = selected.answer.Call(seen.polls)
		seen.leave = !left || (refused != nil && next.Status < http.StatusBadRequest)
		seen.polls++
	})
	if !left {
		return nil, unanswerable(codeCallsExhausted, "every call of the scenario "+quote(selected.answer.Scenario)+" was answered")
	}
	if refused != nil && next.Status < http.StatusBadRequest {
		return s.refuse(x, r, refused)
	}
	return s.instead(x, selected, next)
}

// instead plays an answer that stands for another one.
func (s *Server) instead(x *exchange, selected *play, next *scenarios.Answer) (*play, *problem) {
	x.inputs.Offsets = nil // of the course
	p, err := newPlay(next, selected.answer.Scenario, x.operation.challenges)
	if err != nil {
		return nil, unanswerable(codeUnplayable, err.Error())
	}
	return p, nil
}
