package server

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/internal/strictyaml"
	"github.com/understudy-dev/understudy/scenarios"
)

// adminRoot is the one prefix that a contract cannot have.
const adminRoot = "/_mock"

const (
	pathLive      = adminRoot + "/health/live"
	pathReady     = adminRoot + "/health/ready"
	pathScenarios = adminRoot + "/scenarios"
)

// health is the body of both health answers.
type health struct {
	Status string `json:"status"`
}

// listedScenario is one item of the list of scenarios.
type listedScenario struct {
	Name      string `json:"name"`
	Operation string `json:"operation"`
	Family    string `json:"family"`
	Status    int    `json:"status"`
	ID        string `json:"id"`
	Summary   string `json:"summary"`
}

func isAdmin(path string) bool { return path == adminRoot || strings.HasPrefix(path, adminRoot+"/") }

// addAdmin registers the admin API. Health is for probes that know no header; the rest is guarded.
func (s *Server) addAdmin(engine *gin.Engine) {
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		engine.Handle(method, pathLive, func(c *gin.Context) { s.writeJSON(c, http.StatusOK, mediaJSON, health{"live"}) })
		engine.Handle(method, pathReady, func(c *gin.Context) { s.writeJSON(c, http.StatusOK, mediaJSON, health{"ready"}) })
		engine.Handle(method, pathScenarios, s.guard, s.listScenarios)
	}
}

// serveUnknownAdmin answers admin requests that no route takes.
func (s *Server) serveUnknownAdmin(c *gin.Context) {
	path := c.Request.URL.EscapedPath()
	known := []string{pathLive, pathReady, pathScenarios, pathSessions, pathMetrics}
	methods := sessionMethods(path)
	if methods == nil && !slices.Contains(known, path) {
		s.fail(c, newProblem(http.StatusNotFound, codeNotFound, "the mock has no path "+quote(path)).
			near(strictyaml.Closest(cut(path, maxNearPath), known), known))
		return
	}
	if methods == nil {
		methods = []string{http.MethodGet, http.MethodHead}
	}
	p := newProblem(http.StatusMethodNotAllowed, codeMethodNotAllowed, "this path does not know the method "+quote(c.Request.Method))
	p.allow = strings.Join(methods, ", ")
	s.fail(c, p.near("", methods))
}

// listScenarios answers the list, or that of one operation (?operation=).
func (s *Server) listScenarios(c *gin.Context) {
	found, failed := s.askedScenarios(c.Request)
	if failed != nil {
		s.fail(c, failed)
		return
	}
	listed := make([]listedScenario, 0, len(found))
	for _, scenario := range found {
		listed = append(listed, listedScenario{
			Name: scenario.Name, Operation: scenario.Operation.ID(), Family: scenario.Family,
			Status: scenario.Status, ID: scenario.ID, Summary: scenario.Summary,
		})
	}
	s.writeJSON(c, http.StatusOK, mediaJSON, listed)
}

func (s *Server) askedScenarios(r *http.Request) ([]*scenarios.Scenario, *problem) {
	query := r.URL.Query()
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if name != "operation" {
			return nil, newProblem(http.StatusBadRequest, codeUnknownParameter, "the list of scenarios has no parameter "+quote(name)).
				near("operation", []string{"operation"})
		}
	}
	if !query.Has("operation") {
		return s.catalog.Scenarios(), nil
	}
	id := query.Get("operation")
	found := s.contract.Operation(id)
	if found == nil {
		ids := make([]string, 0, len(s.operations))
		for _, o := range s.contract.Operations() {
			ids = append(ids, o.ID())
		}
		return nil, newProblem(http.StatusBadRequest, codeUnknownOperation, "the contract has no operation "+quote(id)).
			near(strictyaml.Closest(cut(id, maxNearPath), ids), ids)
	}
	return s.catalog.For(found), nil
}
