package contracttest_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-dev/understudy/contracttest"
	"github.com/understudy-dev/understudy/scenarios"
	"github.com/understudy-dev/understudy/server"
)

// clocked is our own server by a clock of ours.
func clocked(tb testing.TB, c *scenarios.Catalog, clock func() time.Time) http.Handler {
	tb.Helper()
	s, err := server.New(c, server.WithClock(clock))
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// watching notes what of the admin API is asked for, without the random part of names.
func watching(right http.Handler, seen *log) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name, ok := strings.CutPrefix(r.URL.Path, "/_mock/sessions/"); ok {
			name, below, _ := strings.Cut(name, "/")
			seen.add(strings.TrimSpace(r.Method + " " + name[:strings.LastIndex(name, "-")] + " " + below))
		}
		right.ServeHTTP(w, r)
	})
}

func sessionsOf(tb testing.TB, handler http.Handler) string {
	tb.Helper()
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequestWithContext(tb.Context(), http.MethodGet, "http://localhost/_mock/sessions", http.NoBody))
	return w.Body.String()
}

// TestOursOverTime plays every lifecycle of every kind of contract on a driven clock: nobody waits, and nothing is left.
func TestOursOverTime(t *testing.T) {
	t.Parallel()
	for name, lifecycles := range map[string]int{"": 10, "job.yaml": 3, "operation.yaml": 3, "deployment.yaml": 4, "rollout.yaml": 3} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := otherContract(t, name)
			var seen log
			right := ours(t, c)
			p := contracttest.Params{Handler: watching(right, &seen), Scenarios: c, Strict: true}
			report := run(t, contracttest.Waiting(p, func(context.Context, time.Duration) (time.Time, error) {
				t.Error("somebody waits")
				return time.Time{}, nil
			}))
			found := 0
			for i := range report.Cases {
				if report.Cases[i].Kind == contracttest.KindLifecycle {
					found++
				}
			}
			if !report.OK() || count(report, contracttest.Pass) != len(report.Cases) || found < lifecycles {
				t.Errorf("want all of at least %d lifecycles to pass, got %d:\n%s", lifecycles, found, text(t, report))
			}
			for _, unverified := range report.Unverified {
				t.Errorf("%s is not verified", unverified)
			}
			if left := sessionsOf(t, right); strings.Contains(left, "verify-") {
				t.Errorf("sessions are left: %s", left)
			}
			if len(seen.take()) < 4*lifecycles {
				t.Error("the clock was not driven")
			}
		})
	}
}

func TestDrivenSession(t *testing.T) {
	t.Parallel()
	var seen log
	report := run(t, contracttest.Params{Handler: watching(ours(t, nil), &seen), Concurrency: 1})
	var got []string
	for _, line := range seen.take() {
		if strings.Contains(line, "-lifecycle-skipped") {
			got = append(got, line)
		}
	}
	const name = "verify-getAsyncProcess-lifecycle-skipped"
	want := []string{"PUT " + name, "POST " + name + " clock", "POST " + name + " clock", "POST " + name + " clock", "POST " + name + " clock", "DELETE " + name}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requests of the admin API (-want +got):\n%s", diff)
	}
	var at []string
	for _, poll := range find(t, report, "lifecycle-skipped").Polls {
		at = append(at, poll.At.String())
	}
	if diff := cmp.Diff([]string{"0s", "999ms", "1s", "2s", "3s"}, at); diff != "" {
		t.Errorf("polls (-want +got):\n%s", diff)
	}
}

// TestPollIsRepeated asks again as the report's line does, when the session is gone.
func TestPollIsRepeated(t *testing.T) {
	t.Parallel()
	right := ours(t, nil)
	report := run(t, contracttest.Params{Handler: right})
	for _, name := range []string{"lifecycle", "slow-with-warnings", "lifecycle-stuck"} {
		for i, poll := range find(t, report, name).Polls {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost"+poll.Exchange.URL.RequestURI(), http.NoBody)
			r.SetBasicAuth("understudy", "understudy")
			for _, part := range strings.Split(poll.Curl, "-H '")[1:] {
				part, _, _ = strings.Cut(part, "'")
				header, value, _ := strings.Cut(part, ": ")
				r.Header.Set(header, value)
			}
			w := httptest.NewRecorder()
			right.ServeHTTP(w, r)
			if diff := cmp.Diff(lasting(t, poll.Exchange.Body), lasting(t, w.Body.Bytes())); diff != "" || r.Header.Get("X-Mock-Session") != "" {
				t.Errorf("%s, poll %d, %s (-then +now):\n%s", name, i+1, poll.Curl, diff)
			}
		}
	}
}

// lasting is a body without what is fresh in every answer.
func lasting(tb testing.TB, data []byte) map[string]any {
	tb.Helper()
	var body map[string]any
	if err := json.Unmarshal(data, &body); err != nil {
		tb.Fatal(err)
	}
	delete(body, "apiRequestId")
	return body
}

// TestMockWithoutAdminAPI polls as time goes by where no clock can be driven.
func TestMockWithoutAdminAPI(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			t.Parallel()
			clock := newStepped()
			right := clocked(t, embedded(t), clock.read)
			var sessions log
			p := contracttest.Params{Concurrency: 1, Strict: true, PollFor: 30 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasPrefix(r.URL.Path, "/_mock/") {
					w.WriteHeader(status)
					return
				}
				if session := r.Header.Get("X-Mock-Session"); session != "" {
					sessions.add(session)
				}
				right.ServeHTTP(w, r)
			})}
			report := run(t, contracttest.Waiting(p, clock.wait))
			if !report.OK() || count(report, contracttest.Pass) != len(report.Cases) || len(report.Unverified) > 0 {
				t.Errorf("want all to pass:\n%s", text(t, report))
			}
			c := find(t, report, "lifecycle")
			if len(c.Polls) != 13 || c.Polls[12].At != 12*time.Second || !strings.Contains(c.Curl, "X-Mock-Session: verify-getAsyncProcess-lifecycle-") {
				t.Errorf("%d polls, %s", len(c.Polls), c.Curl)
			}
			names := sessions.take()
			slices.Sort(names)
			if names = slices.Compact(names); len(names) != 10 {
				t.Errorf("want a session for each lifecycle, got %q", names)
			}
		})
	}
}

// TestSessionsThatFail ends cases whose session does not do as it is told.
func TestSessionsThatFail(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		wrong   func(moves int32, w http.ResponseWriter, r *http.Request) bool // after so many moves of the clock; true when it has answered
		outcome contracttest.Outcome
		want    string
	}{
		"no session": {func(_ int32, _ http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodPut {
				panic(http.ErrAbortHandler)
			}
			return false
		}, contracttest.SetupError, "making a session: no answer: EOF"},
		"the clock cannot be moved": {func(_ int32, w http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodPost {
				w.WriteHeader(http.StatusConflict)
			}
			return r.Method == http.MethodPost
		}, contracttest.SetupError, "poll 2: moving the session's clock by 999ms: want 200 OK, got 409 Conflict"},
		"nobody moves the clock": {func(_ int32, _ http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodPost {
				panic(http.ErrAbortHandler)
			}
			return false
		}, contracttest.SetupError, "poll 2: moving the session's clock by 999ms: no answer: EOF"},
		"the scenario is another": {func(_ int32, _ http.ResponseWriter, r *http.Request) bool {
			if r.Header.Get("X-Mock-Scenario") == "lifecycle" {
				r.Header.Set("X-Mock-Scenario", "full")
			}
			return false
		}, contracttest.SetupError, `the mock was asked for lifecycle and answered 200 with X-Mock-Scenario "full"`},
		"the scenario is unknown": {func(_ int32, _ http.ResponseWriter, r *http.Request) bool {
			if r.Header.Get("X-Mock-Scenario") == "lifecycle" {
				r.Header.Set("X-Mock-Scenario", "no-such")
			}
			return false
		}, contracttest.Unreachable, `the mock cannot play lifecycle: X-Mock-Error "unknown-scenario"`},
		"the scenario is lost": {func(moves int32, _ http.ResponseWriter, r *http.Request) bool {
			if moves == 2 && r.Header.Get("X-Mock-Scenario") == "lifecycle" {
				r.Header.Set("X-Mock-Scenario", "no-such")
			}
			return false
		}, contracttest.SetupError, `poll 3: the mock cannot play lifecycle: X-Mock-Error "unknown-scenario"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			right := ours(t, nil)
			var moves atomic.Int32
			report := run(t, contracttest.Params{Concurrency: 1, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					moves.Add(1)
				}
				if !test.wrong(moves.Load(), w, r) {
					right.ServeHTTP(w, r)
				}
			})})
			if c := find(t, report, "lifecycle"); c.Outcome != test.outcome || c.Reason != test.want || len(c.Checks) > 0 {
				t.Errorf("%s: %s, want %s: %s", c.Outcome, c.Reason, test.outcome, test.want)
			}
			if left := sessionsOf(t, right); strings.Contains(left, "verify-") {
				t.Errorf("sessions are left: %s", left)
			}
		})
	}
}

// TestDrivenInterrupted leaves no session behind.
func TestDrivenInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	right := ours(t, nil)
	report, err := contracttest.Run(ctx, contracttest.Params{Concurrency: 1, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			cancel()
		}
		right.ServeHTTP(w, r)
	})})
	if err != nil {
		t.Fatal(err)
	}
	if c := find(t, report, "lifecycle"); c.Outcome != contracttest.SetupError || !strings.Contains(c.Reason, "interrupted") || len(c.Polls) != 1 {
		t.Errorf("%s after %d polls: %s", c.Outcome, len(c.Polls), c.Reason)
	}
	if left := sessionsOf(t, right); strings.Contains(left, "verify-") {
		t.Errorf("sessions are left: %s", left)
	}
}

// TestExistingIDOfAMock prefers the id: its resource moves as time goes by.
func TestExistingIDOfAMock(t *testing.T) {
	t.Parallel()
	clock := newStepped()
	c := embedded(t)
	var seen log
	p := contracttest.Params{
		Handler: watching(clocked(t, c, clock.read), &seen), Strict: true, Concurrency: 1,
		States: loadStates(t, "states: [{scenario: lifecycle, path: {asyncProcessesUuid: "+doneID+"}}]"),
	}
	report := run(t, contracttest.Waiting(p, clock.wait))
	if one := find(t, report, "lifecycle"); one.Outcome != contracttest.Pass || one.Provider != contracttest.ByExistingID || len(one.Polls) != 13 {
		t.Errorf("%s by %q after %d polls", one.Outcome, one.Provider, len(one.Polls))
	}
	if slices.ContainsFunc(seen.take(), func(line string) bool { return strings.HasSuffix(line, "-lifecycle") }) {
		t.Error("a session was made for it")
	}
}
