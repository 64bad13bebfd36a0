package server_test

import (
	"errors"
	"math"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/understudy-dev/understudy/scenarios"
	"github.com/understudy-dev/understudy/server"
)

// nine is a machine's clock that stands still at nine.
func nine() server.Option {
	at := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	return server.WithClock(func() time.Time { return at })
}

func session(tb testing.TB, s *server.Server, name string) *server.Session {
	tb.Helper()
	result, err := s.Session(name)
	if err != nil {
		tb.Fatal(err)
	}
	return result
}

func TestSessionNames(t *testing.T) {
	t.Parallel()
	s := newServer(t, catalog(t))
	for _, name := range []string{strings.Repeat("x", 10_000), "a b", "a\n", "\x00"} {
		if _, err := s.Session(name); err == nil || len(err.Error()) > 200 {
			t.Errorf("%.10q: want a short error, got %v", name, err)
		}
	}
}

func TestSessionClock(t *testing.T) {
	t.Parallel()
	s := newServer(t, catalog(t), nine())
	one, other := session(t, s, "one"), session(t, s, "other")
	reads := func(want string) {
		t.Helper()
		if got := one.Now().Format(time.RFC3339Nano); got != want {
			t.Errorf("want %s, got %s", want, got)
		}
	}
	reads("2026-01-05T09:00:00Z")
	if err := one.Advance(1500 * time.Millisecond); err != nil {
		t.Error(err)
	}
	reads("2026-01-05T09:00:01.5Z")
	one.Freeze()
	if err := one.SetClock(time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC)); err != nil {
		t.Error(err)
	}
	reads("2026-01-05T10:00:00Z")
	for name, change := range map[string]func() error{
		"backwards":  func() error { return one.SetClock(time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)) },
		"by nothing": func() error { return one.Advance(0) },
		"back":       func() error { return one.Advance(-time.Second) },
		"too far":    func() error { return one.SetClock(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)) },
		"start late": func() error {
			return one.Start(server.SessionSettings{Now: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)})
		},
	} {
		if err := change(); err == nil || !strings.HasPrefix(err.Error(), `session "one": `) {
			t.Errorf("%s: want an error, got %v", name, err)
		}
	}
	reads("2026-01-05T10:00:00Z")
	one.Unfreeze()
	reads("2026-01-05T10:00:00Z")
	one.Reset()
	reads("2026-01-05T09:00:00Z")
	if err := one.Start(server.SessionSettings{Now: time.Date(1999, 12, 31, 0, 0, 0, 0, time.UTC), Frozen: true}); err != nil {
		t.Error(err)
	}
	reads("1999-12-31T00:00:00Z")
	one.Remove()
	reads("2026-01-05T09:00:00Z")
	if got := other.Now().Format(time.RFC3339Nano); got != "2026-01-05T09:00:00Z" {
		t.Errorf("the other session's clock moved to %s", got)
	}
	if other.Evicted() != 0 {
		t.Errorf("nothing is lost, got %d", other.Evicted())
	}
}

func TestSessionSettings(t *testing.T) {
	t.Parallel()
	s := newServer(t, catalog(t), nine())
	one := session(t, s, "one")
	shown := func(parts ...string) {
		t.Helper()
		w := ask(t, s, http.MethodGet, "http://localhost/_mock/sessions/one", nil)
		containsAll(t, w.Body.String(), parts...)
	}
	seed := uint64(math.MaxUint64)
	if err := one.Start(server.SessionSettings{Scenario: "response-500", Seed: &seed}); err != nil {
		t.Error(err)
	}
	shown(`"scenario":"response-500"`, `"seed":18446744073709551615`, `"frozen":false`)
	for _, names := range []string{"respnse-500", " , ", strings.Repeat("x", 5000)} {
		for _, err := range []error{one.Scenario(names), one.Start(server.SessionSettings{Scenario: names, Frozen: true})} {
			if _, ok := errors.AsType[*scenarios.SelectError](err); !ok {
				t.Errorf("%.10q: want a SelectError, got %v", names, err)
			}
		}
	}
	shown(`"scenario":"response-500"`, `"seed":18446744073709551615`, `"frozen":false`)
	one.Seed(nil)
	one.Reset()
	shown(`"scenario":"response-500"`, `"seed":null`)
	if err := one.Scenario(""); err != nil {
		t.Error(err)
	}
	shown(`"scenario":null`)
}

// Changes of many goroutines all count, and reading never sees half of one.
func TestSessionIsSafe(t *testing.T) {
	t.Parallel()
	s := newServer(t, catalog(t), nine())
	start := session(t, s, "one").Now()
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			one := session(t, s, "one")
			for range 20 {
				if err := one.Advance(time.Second); err != nil {
					t.Error(err)
				}
			}
			other := session(t, s, "other")
			seed := uint64(i)
			if err := other.Start(server.SessionSettings{Seed: &seed, Now: start.Add(time.Duration(i) * time.Hour), Frozen: true}); err != nil {
				t.Error(err)
			}
			w := ask(t, s, http.MethodGet, "http://localhost/_mock/sessions/other", nil)
			seen, _ := field(t, w.Body.Bytes(), "seed").(float64)
			want := start.Add(time.Duration(seen) * time.Hour).Format(time.RFC3339)
			if got := field(t, w.Body.Bytes(), "clock", "now"); got != want {
				t.Errorf("with seed %v want %s, got %v", seen, want, got)
			}
		})
	}
	group.Wait()
	if got := session(t, s, "one").Now().Sub(start); got != 1000*time.Second {
		t.Errorf("want 1000 s ahead, got %v", got)
	}
}

func TestStateOptions(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		option server.Option
		want   string
	}{
		"clock":     {server.WithClock(nil), "clock: want one"},
		"resources": {server.WithMaxResources(0), "most resources: want at least 1, got 0"},
		"sessions":  {server.WithMaxSessions(-1), "most sessions: want at least 1, got -1"},
	} {
		if _, err := server.New(catalog(t), tc.option); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: want %q, got %v", name, tc.want, err)
		}
	}
	s := newServer(t, catalog(t), server.WithMaxSessions(1))
	for _, name := range []string{"a", "b"} {
		session(t, s, name).Freeze()
	}
	containsAll(t, ask(t, s, http.MethodGet, "http://localhost/_mock/sessions", nil).Body.String(), `[{"session":"b"`)
}
