package server

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/fixtures"
)

// maxNearPath bounds the path that a near miss is looked for.
const maxNearPath = 512

// exchange is one request on its way through the server. Pooled: nothing keeps it past the answer.
type exchange struct {
	operation *operation
	controls  controls
	session   *sessionView // as it was when the scenario was selected
	stale     bool         // the session has forgotten its memory since
	inputs    fixtures.Inputs
	body      []byte // the request's, nil without one
	buffer    []byte // the answer's
	head      bool
	answer    answerHeaders
}

// answerHeaders are what the answer says of how it came about; "" and nil are left out.
type answerHeaders struct {
	seed, anchor []string
	elapsed      []string // when the frame began
	evicted      string   // how many resources the session has lost
	violation    string   // why the contract refuses the request
}

// maxKeptBuffer bounds the answer buffer that a pooled exchange keeps.
const maxKeptBuffer = 256 << 10

func (s *Server) newExchange() *exchange { return s.exchanges.Get().(*exchange) }

func (s *Server) release(x *exchange) {
	buffer := x.buffer[:0]
	if cap(buffer) > maxKeptBuffer {
		buffer = nil
	}
	*x = exchange{buffer: buffer}
	s.exchanges.Put(x)
}

// serveContract answers whatever is not of the admin API. One direction: match, controls, body, scenario, checks, render.
func (s *Server) serveContract(c *gin.Context) {
	x := s.newExchange()
	defer s.release(x)
	p, failed := s.decide(x, c.Request)
	if failed != nil {
		s.fail(c, failed)
		return
	}
	if lost := x.session.memory.evicted.Load(); lost > 0 {
		x.answer.evicted = strconv.FormatInt(lost, 10)
	}
	s.render(c, x, p)
}

// maxTries bounds how often a request whose session starts anew meanwhile is decided again.
const maxTries = 3

// decide finds what is played.
func (s *Server) decide(x *exchange, r *http.Request) (*play, *problem) {
	if failed := s.match(x, r); failed != nil {
		return nil, failed
	}
	var failed *problem
	if x.controls, failed = s.readControls(r.Header); failed != nil {
		return nil, failed
	}
	if x.body, failed = s.readBody(r); failed != nil {
		return nil, failed
	}
	x.inputs.Operation = x.operation.contract.ID()
	x.inputs.PathNames = x.operation.names
	x.inputs.RequestID = newRequestID()
	for range maxTries - 1 {
		if p, failed := s.choose(x, r); !x.stale {
			return p, failed
		}
	}
	return s.choose(x, r)
}

// choose takes the session as it is now, and selects what it plays.
func (s *Server) choose(x *exchange, r *http.Request) (*play, *problem) {
	x.session, x.stale = s.sessions.view(x.controls.session), false
	x.answer = answerHeaders{seed: x.controls.seedHeader, anchor: x.controls.anchorHeader}
	x.inputs.Seed, x.inputs.Anchor, x.inputs.Offsets = x.controls.seed, x.controls.anchor, nil
	switch {
	case x.answer.seed != nil:
	case x.session.hasSeed:
		x.inputs.Seed, x.answer.seed = x.session.seed, x.session.seedHeader
	default:
		x.inputs.Seed, x.answer.seed = s.seed, s.seedHeader
	}
	selected, err := x.operation.play(s.catalog, s.selection(x))
	if err != nil {
		return nil, selectionProblem(err)
	}
	if x.controls.timed && !selected.answer.OverTime() {
		return nil, unanswerable(codeBadElapsed, "the header "+HeaderElapsed+" goes with a scenario over time, and "+
			quote(selected.answer.Scenario)+" is none")
	}
	return s.admit(x, r, selected)
}

// match finds the operation. HEAD is answered where GET is (RFC 9110 section 9.3.2).
func (s *Server) match(x *exchange, r *http.Request) *problem {
	path := r.URL.EscapedPath()
	found, ok := s.contract.Match(r.Method, path)
	if !ok {
		path = path[:min(len(path), maxNearPath)]
		return unanswerable(codeNoOperation, "the contract has no path "+quote(path)).
			near(s.contract.Nearest(path), s.operationNames)
	}
	x.head = r.Method == http.MethodHead
	if found.Operation == nil && x.head && slices.Contains(found.Allow, http.MethodGet) {
		found, _ = s.contract.Match(http.MethodGet, path)
	}
	if found.Operation == nil {
		return notAllowed(r.Method, found)
	}
	x.operation = s.operations[found.Operation]
	x.inputs.PathValues = found.Values
	return nil
}

// notAllowed is the 405 of a path that the contract has with other methods.
func notAllowed(method string, found contract.Match) *problem {
	allow := slices.Clone(found.Allow)
	if slices.Contains(allow, http.MethodGet) && !slices.Contains(allow, http.MethodHead) {
		allow = append(allow, http.MethodHead)
	}
	slices.Sort(allow)
	p := newProblem(http.StatusMethodNotAllowed, codeMethodNotAllowed, "the contract has this path, but not with the method "+quote(method))
	p.allow = strings.Join(allow, ", ")
	return p.near("", allow)
}

// render writes the answer.
func (s *Server) render(c *gin.Context, x *exchange, p *play) {
	if p.answer.HasBody && !p.bodiless {
		x.buffer = p.answer.Bind(&x.inputs).Append(x.buffer[:0], x.inputs.RequestID)
	}
	p.setHeaders(c.Writer.Header(), x, len(x.buffer))
	s.send(c, p.answer.Status, x.buffer)
}
