package server

import (
	"errors"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

func names(s *sessions) string {
	var all []string
	for _, view := range s.list() {
		all = append(all, view.name)
	}
	return strings.Join(all, " ")
}

func TestCheckSessionName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"a":                            "",
		"default":                      "",
		"TestCheckout/a=b#01,%~!":      "",
		strings.Repeat("x", 256):       "",
		"":                             "at least one character",
		strings.Repeat("x", 257):       "at most 256 bytes, got 257",
		strings.Repeat("\n", 1e4):      "at most 256 bytes, got 10000",
		"a b":                          `got " " at byte 2 of "a b"`,
		"a\x00":                        `got "\x00" at byte 2`,
		"a\r\nX-Evil: 1":               `got "\r" at byte 2`,
		"\x7f":                         `got "\x7f" at byte 1`,
		"café":                         `got "\xc3" at byte 4 of "café"`,
		strings.Repeat("x", 99) + "\t": `at byte 100 of "` + strings.Repeat("x", 40) + `…"`,
	} {
		got := checkSessionName(name)
		if want == "" != (got == "") || !strings.Contains(got, want) || len(got) > 200 {
			t.Errorf("%.20q: want %q, got %q", name, want, got)
		}
	}
}

func TestSessionsAreMadeOnFirstUse(t *testing.T) {
	t.Parallel()
	s := newSessions(10)
	if s.peek("a") != nil || names(s) != "default" {
		t.Errorf("want the default one, got %s", names(s))
	}
	a := s.view("a")
	if again := s.view("a"); a != again || a.name != "a" || s.peek("a") != a {
		t.Errorf("want one session, got %v and %v", a, again)
	}
	if s.view("") != s.view("default") || s.view("").name != "default" {
		t.Error("the session without a name is the default one")
	}
	if a.memory == s.view("").memory || a.memory.id == s.view("").memory.id {
		t.Error("two sessions share a memory")
	}
	if names(s) != "a default" || s.len() != 2 {
		t.Errorf("want a and default, got %s", names(s))
	}
}

func TestSessionsAreBounded(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		limit      int
		uses, want string
		evicted    int64
	}{
		"room for all":       {3, "a b c default", "a b c default", 0},
		"least recent":       {3, "a b c d", "b c d default", 1},
		"using counts":       {3, "a b c a d", "a c d default", 1},
		"used at last":       {2, "a b a c", "a c default", 1},
		"order of uses":      {3, "a b c b a d e", "a d default e", 2},
		"used often":         {2, "a a a b b b a b c", "b c default", 1},
		"one":                {1, "a b a b", "b default", 3},
		"default is no part": {1, "default a default default b", "b default", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSessions(tc.limit)
			var forgotten []*memory
			s.forget = func(m *memory) { forgotten = append(forgotten, m) }
			for name := range strings.FieldsSeq(tc.uses) {
				s.view(name)
				s.peek("a") // no use
			}
			if got := names(s); got != tc.want || s.evicted.Load() != tc.evicted || int64(len(forgotten)) != tc.evicted {
				t.Errorf("want %q with %d forgotten, got %q with %d and %d memories", tc.want, tc.evicted, got, s.evicted.Load(), len(forgotten))
			}
		})
	}
}

func TestSessionsChangeAsAWhole(t *testing.T) {
	t.Parallel()
	s := newSessions(1)
	refuse := func(v sessionView) (sessionView, error) {
		v.scenario = "half"
		return v, errors.New("no")
	}
	if made, now, err := s.change("a", refuse); made || now != nil || err == nil || s.peek("a") != nil {
		t.Errorf("a refused change makes nothing, got %v %v %v", made, now, err)
	}
	rename := func(to string) func(v sessionView) (sessionView, error) {
		return func(v sessionView) (sessionView, error) {
			v.scenario = to
			return v, nil
		}
	}
	if made, now, err := s.change("a", rename("one")); !made || now.scenario != "one" || err != nil {
		t.Errorf("want a new session, got %v %v %v", made, now, err)
	}
	before := s.view("a")
	if made, now, err := s.change("a", rename("two")); made || now.scenario != "two" || err != nil || now.memory != before.memory {
		t.Errorf("want a changed session, got %v %v %v", made, now, err)
	}
	if before.scenario != "one" {
		t.Errorf("who read the session before sees it so, got %q", before.scenario)
	}
	if _, _, err := s.change("a", refuse); err == nil || s.view("a").scenario != "two" {
		t.Errorf("want no change, got %v", s.view("a"))
	}
}

func TestSessionsAreRemoved(t *testing.T) {
	t.Parallel()
	s := newSessions(5)
	a, main := s.view("a"), s.view("")
	if s.remove("b") || !s.remove("a") || s.remove("a") || !a.memory.retired.Load() {
		t.Error("want a to be removed once")
	}
	if again := s.view("a"); again.memory == a.memory {
		t.Error("want a to know nothing")
	}
	if !s.remove("") || !main.memory.retired.Load() || s.view("default").memory == main.memory || s.len() != 2 {
		t.Error("want the default session anew")
	}
	for _, name := range []string{"b", "c", "d"} {
		s.view(name)
	}
	last := s.view("")
	s.removeAll()
	if names(s) != "default" || !last.memory.retired.Load() || s.evicted.Load() != 0 {
		t.Errorf("want an empty house, got %s", names(s))
	}
	for i := range 20 {
		s.view(strconv.Itoa(i))
	}
	if s.len() != 6 {
		t.Errorf("want 5 and the default one, got %d", s.len())
	}
}

// Who found a session just before it was removed has to look again, and changes its successor.
func TestSessionsChangeAfterRemoval(t *testing.T) {
	t.Parallel()
	s := newSessions(5)
	s.view("a")
	found := s.find("a")
	s.remove("a")
	next := func(v sessionView) (sessionView, error) {
		v.seed++
		return v, nil
	}
	if now, err := s.replace(found, next); now != nil || err != nil || found.view.Load().seed != 0 {
		t.Errorf("want no change of what nobody finds, got %v %v", now, err)
	}
	if made, now, err := s.change("a", next); !made || now.seed != 1 || err != nil {
		t.Errorf("want a new session, got %v %v %v", made, now, err)
	}
}

// A change that was answered is never lost, unless the session was removed after it: adding up over removals finds every one.
func TestSessionsChangeWhileRemoved(t *testing.T) {
	t.Parallel()
	s := newSessions(2)
	var retired, made atomic.Int64
	s.forget = func(m *memory) {
		if m.retired.Swap(true) {
			t.Error("forgotten twice")
		}
		retired.Add(1)
	}
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for n := range 200 {
				name := strconv.Itoa((i + n) % 4)
				if fresh, _, err := s.change(name, func(v sessionView) (sessionView, error) {
					v.seed++
					return v, nil
				}); err != nil {
					t.Error(err)
				} else if fresh {
					made.Add(1)
				}
				switch n % 50 {
				case 20:
					s.remove(name)
				case 40:
					s.removeAll()
				}
				s.list()
			}
		})
	}
	group.Wait()
	s.removeAll()
	main := int64(8*4 + 1) // each removeAll starts the default session anew
	if got := retired.Load() - main; got != made.Load() {
		t.Errorf("%d sessions were made, %d forgotten", made.Load(), got)
	}
}

// Changes of one session queue up, and none is lost.
func TestSessionsChangeAtOnce(t *testing.T) {
	t.Parallel()
	s := newSessions(2)
	var group sync.WaitGroup
	for range 64 {
		group.Go(func() {
			for range 100 {
				_, _, _ = s.change("a", func(v sessionView) (sessionView, error) {
					v.seed++
					return v, nil
				})
			}
		})
	}
	group.Wait()
	if got := s.view("a").seed; got != 6400 {
		t.Errorf("want 6400 changes, got %d", got)
	}
}

func BenchmarkSessionView(b *testing.B) {
	s := newSessions(DefaultMaxSessions)
	all := make([]string, 1000)
	for i := range all {
		all[i] = "session-" + strconv.Itoa(i)
		s.view(all[i])
	}
	for name, pick := range map[string][]string{"default": {""}, "one": all[:1], "thousand": all} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for i := 0; pb.Next(); i++ {
					s.view(pick[i%len(pick)])
				}
			})
		})
	}
	b.Run("new in a full house", func(b *testing.B) {
		s := newSessions(DefaultMaxSessions)
		for i := range b.N {
			s.view(strconv.Itoa(i))
		}
	})
}
