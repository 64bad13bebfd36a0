// Package server plays scenarios over HTTP. A Server is an http.Handler: it finds the operation that a request asks for,
// selects a scenario, checks the request as the contract says, and writes the compiled answer. Its own errors are
// problem+json with X-Mock-Error, never in the contract's voice. Below /_mock/ is the admin API. It does not listen, read
// flags or the environment, or exit.
package server

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/internal/strictyaml"
	"github.com/understudy-dev/understudy/scenarios"
)

// Server plays the scenarios of a catalog. Make one with New. Safe for concurrent use.
type Server struct {
	settings
	state
	contract       *contract.Contract
	engine         *gin.Engine
	operations     map[*contract.Operation]*operation
	operationNames []string // for near misses
	seedHeader     []string
	anchor         time.Time
	anchorHeader   []string
	anchors        anchorHeaders
	exchanges      sync.Pool
}

// New makes a server of the scenarios in c. The error joins everything that is wrong with the options, and with contract
// paths that the admin API hides.
func New(c *scenarios.Catalog, options ...Option) (*Server, error) {
	if c == nil {
		return nil, errors.New("new server: want a catalog of scenarios, got nil")
	}
	anchor, err := time.Parse(time.RFC3339, scenarios.ConstantAnchor)
	if err != nil {
		return nil, fmt.Errorf("new server: %w", err)
	}
	s := &Server{
		settings:     defaultSettings(),
		contract:     c.Contract(),
		anchor:       anchor.UTC(),
		anchorHeader: []string{anchor.UTC().Format(time.RFC3339Nano)},
		exchanges:    sync.Pool{New: func() any { return &exchange{} }},
	}
	problems := []error{s.apply(options), s.addOperations()}
	if s.scenario != "" {
		if err := c.Check(s.scenario); err != nil {
			problems = append(problems, fmt.Errorf("default scenario: %w", err))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, fmt.Errorf("new server: %w", err)
	}
	s.state = newState(c, &s.settings)
	s.seedHeader = []string{strconv.FormatUint(s.seed, 10)}
	s.engine, err = s.newEngine()
	return s, err
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.engine.ServeHTTP(w, r) }

// Reset forgets every session, and starts the default one anew: what requests left behind, and what was set for them.
func (s *Server) Reset() { s.sessions.removeAll() }

// addOperations readies what is cheap; answers compile when they are first asked for.
func (s *Server) addOperations() error {
	var problems strictyaml.Problems
	title := s.contract.Title()
	s.operations = map[*contract.Operation]*operation{}
	for _, o := range s.contract.Operations() {
		if path := o.Path(); path == adminRoot || strings.HasPrefix(path, adminRoot+"/") {
			problems.Add(o.Position(), fmt.Sprintf("path %q", path), "belongs to the mock's own API", "give the contract another base path")
			continue
		}
		s.operations[o] = newOperation(o, title)
		if len(s.operationNames) < maxNames {
			s.operationNames = append(s.operationNames, o.Method()+" "+o.Path())
		}
	}
	return problems.Err()
}

// newEngine sets Gin up: its tree holds the admin API only, because it panics on legal OpenAPI paths; the contract's own
// matcher decides the rest.
func (s *Server) newEngine() (*gin.Engine, error) {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.HandleMethodNotAllowed = false
	engine.RedirectTrailingSlash = false
	engine.RedirectFixedPath = false
	if err := engine.SetTrustedProxies(nil); err != nil {
		return nil, fmt.Errorf("new server: %w", err)
	}
	engine.Use(s.survive)
	engine.UseRawPath = true
	s.addAdmin(engine)
	s.addSessions(engine)
	if err := s.addMetrics(engine); err != nil {
		return nil, fmt.Errorf("new server: metrics: %w", err)
	}
	engine.NoRoute(s.serveRest)
	return engine, nil
}

// serveRest answers what Gin has no route for: the contract's traffic, and wrong admin requests.
func (s *Server) serveRest(c *gin.Context) {
	if isAdmin(c.Request.URL.Path) {
		s.serveUnknownAdmin(c)
		return
	}
	s.serveContract(c)
}

// survive turns a panic into an answer, so that one request cannot hurt the others.
func (s *Server) survive(c *gin.Context) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(cause)
		}
		s.logger.Error("panic", slog.Any("cause", cause), slog.String("stack", string(debug.Stack())))
		if c.Writer.Written() {
			// Half an answer is out: the client must not take it for a whole one.
			panic(http.ErrAbortHandler)
		}
		clear(c.Writer.Header())
		s.fail(c, newProblem(http.StatusInternalServerError, codeInternal, "a fault of the mock; its log says more"))
	}()
	c.Next()
}
