package server

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

const (
	// defaultSession is the name of the session of requests that name none.
	defaultSession = "default"

	// maxSessionName bounds a session's name, in bytes.
	maxSessionName = 256
)

// sessionView is a session at one moment. Immutable: a request reads it once, and so sees one state.
type sessionView struct {
	name       string
	scenario   string // "": what the server plays
	seed       uint64
	seedHeader []string
	hasSeed    bool // else the server's seed counts
	clock      clock
	memory     *memory
}

// session is a session's place: the view is replaced, never changed.
type session struct {
	name     string
	view     atomic.Pointer[sessionView]
	used     atomic.Uint64 // the tick of the last use
	changing sync.Mutex
	gone     bool // guarded by changing: whoever wanted to change it has to look it up again

	rank idleRank
}

// sessions are the default session and the named ones, at most limit of those. They are made on first use; the least recently
// used is forgotten for a new one. Safe for concurrent use.
type sessions struct {
	limit    int
	forget   func(*memory) // drops the resources of a memory that no session has any more
	main     *session
	ticks    atomic.Uint64 // counts uses
	memories atomic.Uint64 // counts memories
	evicted  atomic.Int64  // sessions that were forgotten for others

	mutex sync.RWMutex // guards all below
	named map[string]*session
	idle  idleSessions
	lost  map[string]int64 // what sessions that were forgotten for others have lost: told when their name comes again
}

// newSessions makes the default session.
func newSessions(limit int) *sessions {
	s := &sessions{limit: limit, forget: func(m *memory) { m.retired.Store(true) }, named: map[string]*session{}, lost: map[string]int64{}}
	first := s.fresh(defaultSession)
	s.main = s.newSession(&first)
	return s
}

// checkSessionName says what is wrong with a session's name, or "".
func checkSessionName(name string) string {
	switch {
	case name == "":
		return "a session's name has at least one character"
	case len(name) > maxSessionName:
		return "a session's name has at most " + strconv.Itoa(maxSessionName) + " bytes, got " + strconv.Itoa(len(name))
	}
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c > '~' {
			return "a session's name is visible ASCII, got " + strconv.Quote(name[i:i+1]) + " at byte " + strconv.Itoa(i+1) +
				" of " + strconv.Quote(cut(name, maxEchoName))
		}
	}
	return ""
}

// maxEchoName bounds what is said back of a bad name.
const maxEchoName = 40

// view is the session of that name as it is now; "" names the default one. A session that is not there is made.
func (s *sessions) view(name string) *sessionView {
	if found := s.use(name); found != nil {
		return found.view.Load()
	}
	_, view, _ := s.change(name, func(old sessionView) (sessionView, error) { return old, nil })
	return view
}

// peek is like view, but makes nothing and is no use: nil when the session is not there.
func (s *sessions) peek(name string) *sessionView {
	if found := s.find(name); found != nil {
		return found.view.Load()
	}
	return nil
}

// change replaces a session by what next makes of it, all or nothing; one that is not there is made, unless next refuses. It
// says whether it made the session, and gives what it is now.
func (s *sessions) change(name string, next func(sessionView) (sessionView, error)) (made bool, now *sessionView, err error) {
	for {
		found := s.use(name)
		if found == nil {
			if now, err = s.add(name, next); now != nil || err != nil {
				return now != nil, now, err
			}
			continue // somebody else was quicker
		}
		if now, err = s.replace(found, next); now != nil || err != nil {
			return false, now, err
		}
	}
}

// replace gives nil when the session is gone by now.
func (s *sessions) replace(found *session, next func(sessionView) (sessionView, error)) (*sessionView, error) {
	found.changing.Lock()
	defer found.changing.Unlock()
	if found.gone {
		return nil, nil
	}
	old := found.view.Load()
	now, err := next(*old)
	if err != nil {
		return nil, err
	}
	found.view.Store(&now)
	if now.memory != old.memory {
		s.forget(old.memory)
	}
	return &now, nil
}

// add gives nil when the session is there by now.
func (s *sessions) add(name string, next func(sessionView) (sessionView, error)) (*sessionView, error) {
	// The name may be a part of a whole request's header.
	first := s.fresh(strings.Clone(name))
	s.mutex.RLock()
	first.memory.evicted.Store(s.lost[name])
	s.mutex.RUnlock()
	now, err := next(first)
	if err != nil {
		return nil, err
	}
	s.mutex.Lock()
	if s.named[name] != nil {
		s.mutex.Unlock()
		return nil, nil
	}
	var oldest *session
	if len(s.named) >= s.limit {
		oldest = s.idle.oldest()
		s.unlist(oldest)
		s.lose(oldest)
	}
	delete(s.lost, name)
	added := s.newSession(&now)
	s.named[now.name] = added
	s.idle.add(added)
	s.mutex.Unlock()
	if oldest != nil {
		s.end(oldest)
	}
	return &now, nil
}

// remove forgets a session; the default one starts anew. It is false when there is none.
func (s *sessions) remove(name string) bool {
	if s.find(name) == s.main {
		// Nothing refuses, and the default session is never gone.
		_, _ = s.replace(s.main, func(sessionView) (sessionView, error) { return s.fresh(defaultSession), nil })
		return true
	}
	s.mutex.Lock()
	found := s.named[name]
	if found != nil {
		s.unlist(found)
	}
	s.mutex.Unlock()
	if found != nil {
		s.end(found)
	}
	return found != nil
}

// removeAll forgets every session, and starts the default one anew.
func (s *sessions) removeAll() {
	s.mutex.Lock()
	all := s.named
	s.named, s.idle, s.lost = map[string]*session{}, nil, map[string]int64{}
	s.mutex.Unlock()
	for _, found := range all {
		s.end(found)
	}
	s.remove(defaultSession)
}

// list gives the sessions sorted by name.
func (s *sessions) list() []*sessionView {
	s.mutex.RLock()
	views := make([]*sessionView, 0, len(s.named)+1)
	for _, found := range s.named {
		views = append(views, found.view.Load())
	}
	s.mutex.RUnlock()
	views = append(views, s.main.view.Load())
	slices.SortFunc(views, func(a, b *sessionView) int { return strings.Compare(a.name, b.name) })
	return views
}

// len counts the sessions, the default one included.
func (s *sessions) len() int {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	return len(s.named) + 1
}

// lose notes what goes with a session that is forgotten for another one: its settings and its resources. The mutex is held.
func (s *sessions) lose(oldest *session) {
	s.evicted.Add(1)
	for name := range s.lost {
		if len(s.lost) < s.limit {
			break
		}
		delete(s.lost, name)
	}
	memory := oldest.view.Load().memory
	s.lost[oldest.name] = memory.evicted.Load() + max(1, memory.resources.Load())
}

// unlist takes a session out, so that nobody finds it any more. The mutex is held.
func (s *sessions) unlist(gone *session) {
	delete(s.named, gone.name)
	s.idle.remove(gone)
}

// end closes a session that nobody finds any more. Who changed it until now was first.
func (s *sessions) end(gone *session) {
	gone.changing.Lock()
	gone.gone = true
	gone.changing.Unlock()
	s.forget(gone.view.Load().memory)
}

// use finds a session and notes that it was used.
func (s *sessions) use(name string) *session {
	found := s.find(name)
	// A session that was the last one used is so still: no write that requests could fight over.
	if found != nil && found != s.main && found.used.Load() != s.ticks.Load() {
		found.used.Store(s.ticks.Add(1))
	}
	return found
}

func (s *sessions) find(name string) *session {
	if name == "" || name == defaultSession {
		return s.main
	}
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	return s.named[name]
}

// fresh is a session that nothing has happened to.
func (s *sessions) fresh(name string) sessionView {
	return sessionView{name: name, memory: s.newMemory()}
}

func (s *sessions) newMemory() *memory { return &memory{id: s.memories.Add(1)} }

func (s *sessions) newSession(view *sessionView) *session {
	result := &session{name: view.name}
	result.view.Store(view)
	result.used.Store(s.ticks.Add(1))
	return result
}
