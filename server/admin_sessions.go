package server

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// Paths of the sessions. Names are percent-encoded.
const (
	pathSessions     = adminRoot + "/sessions"
	pathSession      = pathSessions + "/:id"
	pathSessionClock = pathSession + "/clock"
)

// maxListedSessions bounds the list of sessions.
const maxListedSessions = 1000

// Codes of X-Mock-Error that the sessions add.
const (
	codeUnknownSession   = "unknown-session"
	codeBadSession       = "bad-session"
	codeBadBody          = "bad-body"
	codeBadClock         = "bad-clock"
	codeClockBackwards   = "clock-backwards"
	codeUnsupportedMedia = "unsupported-media-type"
)

// shownSession is a session as the admin API shows it. Null scenario and seed: the server's.
type shownSession struct {
	Session   string     `json:"session"`
	Scenario  *string    `json:"scenario"`
	Seed      *uint64    `json:"seed"`
	Clock     shownClock `json:"clock"`
	Resources int64      `json:"resources"`
	Evicted   int64      `json:"evicted"`
}

type shownClock struct {
	Now    string `json:"now"`
	Frozen bool   `json:"frozen"`
}

// sessionRoute is one method of one of its paths.
type sessionRoute struct {
	method, path string
	serve        func(*Server, *gin.Context)
}

func sessionRoutes() []sessionRoute {
	return []sessionRoute{
		{http.MethodGet, pathSessions, (*Server).listSessions},
		{http.MethodHead, pathSessions, (*Server).listSessions},
		{http.MethodDelete, pathSessions, (*Server).deleteSessions},
		{http.MethodGet, pathSession, onSession((*Server).getSession)},
		{http.MethodHead, pathSession, onSession((*Server).getSession)},
		{http.MethodPut, pathSession, onSession((*Server).putSession)},
		{http.MethodPatch, pathSession, onSession((*Server).patchSession)},
		{http.MethodDelete, pathSession, onSession((*Server).deleteSession)},
		{http.MethodPost, pathSessionClock, onSession((*Server).postClock)},
	}
}

// addSessions registers the sessions' part of the admin API. The engine matches encoded paths.
func (s *Server) addSessions(engine *gin.Engine) {
	for _, route := range sessionRoutes() {
		engine.Handle(route.method, route.path, s.guard, func(c *gin.Context) {
			if names := slices.Sorted(maps.Keys(c.Request.URL.Query())); len(names) > 0 {
				s.fail(c, newProblem(http.StatusBadRequest, codeUnknownParameter, "sessions have no parameter "+quote(names[0])))
				return
			}
			route.serve(s, c)
		})
	}
}

// sessionMethods lists the methods of an encoded path, sorted; nil when it is none of the sessions'.
func sessionMethods(path string) []string {
	pattern := pathSessions
	if path != pathSessions {
		id, ok := strings.CutPrefix(path, pathSessions+"/")
		if !ok || id == "" || id[0] == '/' {
			return nil
		}
		pattern = pathSession
		if _, rest, nested := strings.Cut(id, "/"); nested {
			pattern += "/" + rest
		}
	}
	var methods []string
	for _, route := range sessionRoutes() {
		if route.path == pattern {
			methods = append(methods, route.method)
		}
	}
	slices.Sort(methods)
	return methods
}

// onSession hands over the session that the path names. Gin would take a plus sign for a space.
func onSession(serve func(*Server, *gin.Context, *Session)) func(*Server, *gin.Context) {
	return func(s *Server, c *gin.Context) {
		encoded := strings.TrimPrefix(c.Request.URL.EscapedPath(), pathSessions+"/")
		encoded, _, _ = strings.Cut(encoded, "/")
		name, err := url.PathUnescape(encoded)
		if err != nil {
			s.fail(c, newProblem(http.StatusBadRequest, codeBadSession, "a session's name in a path is percent-encoded, got "+quote(encoded)))
			return
		}
		session, err := s.Session(name)
		if name == "" {
			err = errors.New(checkSessionName(name)) // nobody who leaves the name out means the default session
		}
		if err != nil {
			s.fail(c, newProblem(http.StatusBadRequest, codeBadSession, err.Error()))
			return
		}
		serve(s, c, session)
	}
}

func (s *Server) listSessions(c *gin.Context) {
	views := s.sessions.list()
	shown := make([]shownSession, min(len(views), maxListedSessions))
	for i := range shown {
		shown[i] = s.show(views[i])
	}
	s.writeJSON(c, http.StatusOK, mediaJSON, shown)
}

func (s *Server) deleteSessions(c *gin.Context) {
	s.sessions.removeAll()
	s.send(c, http.StatusNoContent, nil)
}

func (s *Server) getSession(c *gin.Context, session *Session) {
	view := s.sessions.peek(session.name)
	if view == nil {
		s.fail(c, s.unknownSession(session.name))
		return
	}
	s.writeJSON(c, http.StatusOK, mediaJSON, s.show(view))
}

// deleteSession is no less done when there was none.
func (s *Server) deleteSession(c *gin.Context, session *Session) {
	s.sessions.remove(session.name)
	s.send(c, http.StatusNoContent, nil)
}

func (s *Server) putSession(c *gin.Context, session *Session) {
	settings, failed := readSettings(c.Request)
	if failed != nil {
		s.fail(c, failed)
		return
	}
	made, view, err := session.start(settings)
	s.answerChange(c, made, view, err)
}

func (s *Server) patchSession(c *gin.Context, session *Session) {
	patch, failed := readPatch(c.Request)
	if failed == nil && patch.scenario != nil {
		if err := s.checkSelection(*patch.scenario); err != nil {
			failed = changeProblem(session.wrap(err))
		}
	}
	if failed != nil {
		s.fail(c, failed)
		return
	}
	s.changeSession(c, session, func(v *sessionView) error { return patch.apply(v, &s.state) })
}

func (s *Server) postClock(c *gin.Context, session *Session) {
	change, failed := readClockChange(c.Request)
	if failed != nil {
		s.fail(c, failed)
		return
	}
	s.changeSession(c, session, func(v *sessionView) error { return change.apply(v, &s.state) })
}

// changeSession edits a session that is there: a name with a slip must not make another one.
func (s *Server) changeSession(c *gin.Context, session *Session, edit func(*sessionView) error) {
	if s.sessions.peek(session.name) == nil {
		s.fail(c, s.unknownSession(session.name))
		return
	}
	_, view, err := session.edit(edit)
	s.answerChange(c, false, view, session.wrap(err))
}

// answerChange shows the session after a change, or says why there was none.
func (s *Server) answerChange(c *gin.Context, made bool, view *sessionView, err error) {
	switch {
	case err != nil:
		s.fail(c, changeProblem(err))
	case made:
		s.writeJSON(c, http.StatusCreated, mediaJSON, s.show(view))
	default:
		s.writeJSON(c, http.StatusOK, mediaJSON, s.show(view))
	}
}

func (s *state) show(view *sessionView) shownSession {
	shown := shownSession{
		Session:   view.name,
		Clock:     shownClock{Now: instant(view.clock.now(s.machine())), Frozen: view.clock.frozen},
		Resources: view.memory.resources.Load(),
		Evicted:   view.memory.evicted.Load(),
	}
	if view.scenario != "" {
		shown.Scenario = &view.scenario
	}
	if view.hasSeed {
		shown.Seed = &view.seed
	}
	return shown
}

func (s *state) unknownSession(name string) *problem {
	views := s.sessions.list()
	names := make([]string, min(len(views), maxNames)) // to compare with more would take its time
	for i := range names {
		names[i] = views[i].name
	}
	return newProblem(http.StatusNotFound, codeUnknownSession, "there is no session "+quote(name)+"; PUT makes it, and so does the first request with it in "+HeaderSession).
		near(strictyaml.Closest(name, names), names)
}

// changeProblem says why a session could not be changed.
func changeProblem(err error) *problem {
	refused, ok := errors.AsType[*clockError](err)
	switch {
	case !ok:
		p := selectionProblem(err)
		p.Status = http.StatusBadRequest
		return p
	case refused.backwards:
		return newProblem(http.StatusConflict, codeClockBackwards, err.Error())
	}
	return newProblem(http.StatusBadRequest, codeBadClock, err.Error())
}
