package server_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-dev/understudy/server"
)

func TestFrozenClock(t *testing.T) {
	t.Parallel()
	s := newServer(t, catalog(t))
	const path = "http://localhost/_mock/sessions/mine"
	admin := func(method, path, body string, status int) {
		t.Helper()
		if w := ask(t, s, method, path, strings.NewReader(body)); w.Code != status {
			t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
		}
	}
	admin(http.MethodPut, path, `{"scenario": "lifecycle-failed-at-step-2", "clock": {"frozen": true, "now": "2026-03-01T12:00:00Z"}}`, 201)
	see := func(want string) {
		t.Helper()
		w := get(t, s, "X-Mock-Session", "mine")
		if got := states(t, w); got != want {
			t.Errorf("want %s, got %s", want, got)
		}
		if got := w.Header().Get("X-Mock-Anchor"); got != "2026-03-01T12:00:00Z" {
			t.Errorf("the anchor is %s", got)
		}
	}
	see("N NNNNN")
	for _, step := range []struct{ advance, want string }{
		{"999ms", "N NNNNN"}, {"1ms", "I INNNN"}, {"1799ms", "I INNNN"}, {"1ms", "I CINNN"}, {"1800ms", "F CFNNN"}, {"24h", "F CFNNN"},
	} {
		admin(http.MethodPost, path+"/clock", `{"advance": "`+step.advance+`"}`, 200)
		see(step.want)
		see(step.want)
	}
	admin(http.MethodPost, path+"/clock", `{"now": "2026-03-01T12:00:00Z"}`, 409)
	see("F CFNNN")
	admin(http.MethodPut, path, `{"clock": {"frozen": true, "now": "2026-03-01T12:00:00Z"}}`, 200)
	see("N NNNNN")
}

func TestSessionScenarioInTheOrder(t *testing.T) {
	t.Parallel()
	c := catalog(t)
	s := newServer(t, c, server.WithScenario("status=IN_PROGRESS"))
	if err := session(t, s, "mine").Scenario("status=FAILED"); err != nil {
		t.Fatal(err)
	}
	own := "/manage/v2/asyncProcesses/" + idOf(t, c, "status=NOT_NEEDED")
	for name, tc := range map[string]struct {
		target  string
		headers []string
		want    string
	}{
		"header":  {own, []string{"X-Mock-Session", "mine", "X-Mock-Scenario", "status=COMPLETED"}, "status=COMPLETED"},
		"id":      {own, []string{"X-Mock-Session", "mine"}, "status=NOT_NEEDED"},
		"session": {process, []string{"X-Mock-Session", "mine"}, "status=FAILED"},
		"server":  {process, []string{"X-Mock-Session", "other"}, "status=IN_PROGRESS"},
		"unnamed": {process, nil, "status=IN_PROGRESS"},
	} {
		w := ask(t, s, http.MethodGet, tc.target, nil, append([]string{"Authorization", demo}, tc.headers...)...)
		if got := w.Header().Get("X-Mock-Scenario"); got != tc.want {
			t.Errorf("%s: want %s, got %s", name, tc.want, got)
		}
	}
	if err := session(t, s, "").Scenario("response-403"); err != nil {
		t.Fatal(err)
	}
	if w := get(t, s); w.Code != 403 {
		t.Errorf("the unnamed session is one of them: got %d", w.Code)
	}
}

func TestEvicted(t *testing.T) {
	t.Parallel()
	clock := newMachine()
	s := newServer(t, catalog(t), server.WithClock(clock.now), server.WithMaxResources(2))
	at := func(id int, headers ...string) (string, string) {
		w := ask(t, s, http.MethodGet, fmt.Sprintf("%s%d", process[:len(process)-1], id), nil, append([]string{"Authorization", demo}, headers...)...)
		return states(t, w), w.Header().Get("X-Mock-Evicted")
	}
	at(1)
	clock.pass(5 * time.Second)
	at(2)
	clock.pass(5 * time.Second)
	at(1) // at its end, asked for last
	if got, lost := at(3); got != "N NNNNN" || lost != "1" {
		t.Errorf("the third: got %s, %q lost", got, lost)
	}
	if got, _ := at(2); got != "I CCINN" {
		t.Errorf("the second is as it was: got %s", got)
	}
	if got, lost := at(1); got != "N NNNNN" || lost != "2" {
		t.Errorf("the first starts over: got %s, %q lost", got, lost)
	}
	if _, lost := at(4, "X-Mock-Session", "other"); lost != "" {
		t.Errorf("the other session lost nothing, got %q", lost)
	}
	metrics := ask(t, s, http.MethodGet, "http://localhost/_mock/metrics", nil)
	containsAll(t, metrics.Body.String(), "\nunderstudy_resources 2\n", "\nunderstudy_resources_evicted_total 3\n",
		"\nunderstudy_sessions 2\n", "\nunderstudy_sessions_evicted_total 0\n")
	if w := ask(t, s, http.MethodGet, "http://evil.example/_mock/metrics", nil); w.Code != 403 {
		t.Errorf("a foreign host reads the metrics: %d", w.Code)
	}
}

func TestForgottenSession(t *testing.T) {
	t.Parallel()
	s := newServer(t, catalog(t), server.WithMaxSessions(1))
	if err := session(t, s, "mine").Start(server.SessionSettings{Scenario: "lifecycle-stuck", Frozen: true}); err != nil {
		t.Fatal(err)
	}
	lost := func(name string) string { return get(t, s, "X-Mock-Session", name).Header().Get("X-Mock-Evicted") }
	if got := lost("mine"); got != "" {
		t.Errorf("nothing is lost yet, got %q", got)
	}
	if got := lost("other"); got != "" {
		t.Errorf("the other one is new, got %q", got)
	}
	if got := lost("mine"); got != "1" {
		t.Errorf("want 1, got %q", got)
	}
	if err := session(t, s, "other").Start(server.SessionSettings{}); err != nil {
		t.Fatal(err)
	}
	if got := lost("other"); got != "" {
		t.Errorf("it was started anew, got %q", got)
	}
}

func TestResetWhilePolling(t *testing.T) {
	t.Parallel()
	var s *server.Server
	resets := 0
	clock := newMachine()
	s = newServer(t, catalog(t), server.WithClock(func() time.Time {
		if resets > 0 {
			resets--
			session(t, s, "").Reset()
		}
		return clock.now()
	}))
	poll := func() string { return states(t, get(t, s, "X-Mock-Scenario", "error-on-the-way")) }
	got := []string{poll(), poll()}
	resets = 1
	got = append(got, poll(), poll())
	if diff := cmp.Diff([]string{"N NNNNN", "I INNNN", "N NNNNN", "I INNNN"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestResetForgetsResources(t *testing.T) {
	t.Parallel()
	clock := newMachine()
	s := newServer(t, catalog(t), server.WithClock(clock.now))
	one := session(t, s, "one")
	see := func() string { return states(t, get(t, s, "X-Mock-Session", "one")) }
	for name, reset := range map[string]func(){
		"method": one.Reset,
		"admin": func() {
			ask(t, s, http.MethodPost, "http://localhost/_mock/sessions/one/clock", strings.NewReader(`{"reset": true}`))
		},
		"server": s.Reset,
	} {
		first := see()
		clock.pass(time.Minute)
		last := see()
		reset()
		if got := see(); first != "N NNNNN" || last != "C CCCCC" || got != "N NNNNN" {
			t.Errorf("%s: got %s, %s, and then %s", name, first, last, got)
		}
		reset()
	}
}

func TestSessionFromNothing(t *testing.T) {
	t.Parallel()
	s := newServer(t, catalog(t), server.WithSeed(5))
	w := ask(t, s, http.MethodPut, "http://localhost/_mock/sessions/zero", strings.NewReader(`{"seed": 0, "clock": {"frozen": false}}`))
	containsAll(t, w.Body.String(), `"seed":0`, `"frozen":false`)
	if got := get(t, s, "X-Mock-Session", "zero").Header().Get("X-Mock-Seed"); got != "0" {
		t.Errorf("want seed 0, got %s", got)
	}
}

func TestManyClients(t *testing.T) {
	t.Parallel()
	c := catalog(t)
	s := newServer(t, c)
	courses := map[string][]string{
		"lifecycle": {"N NNNNN", "I INNNN", "C CCCCC"}, "lifecycle-failed-at-step-2": {"N NNNNN", "I INNNN", "F CFNNN"},
		"lifecycle-skipped": {"N NNNNN", "- -----", "- -----"},
	}
	names := []string{"lifecycle", "lifecycle-failed-at-step-2", "lifecycle-skipped"}
	var group sync.WaitGroup
	for client := range 200 {
		group.Go(func() {
			mine := session(t, s, fmt.Sprintf("client-%d", client))
			seed := uint64(client + 1)
			begin := time.Date(2026, 3, 1, 0, client, 0, 0, time.UTC)
			for round := range 3 {
				name := names[(client+round)%len(names)]
				if err := mine.Start(server.SessionSettings{Scenario: name, Seed: &seed, Now: begin, Frozen: true}); err != nil {
					t.Error(err)
				}
				for i, advance := range []time.Duration{0, 1500 * time.Millisecond, time.Minute} {
					if advance > 0 {
						if err := mine.Advance(advance); err != nil {
							t.Error(err)
						}
					}
					w := get(t, s, "X-Mock-Session", fmt.Sprintf("client-%d", client))
					if got, want := states(t, w), courses[name][i]; got != want || w.Header().Get("X-Mock-Scenario") != name ||
						w.Header().Get("X-Mock-Seed") != strconv.FormatUint(seed, 10) || w.Header().Get("X-Mock-Anchor") != begin.Format(time.RFC3339Nano) {
						t.Errorf("client %d, %s: want %s, got %s %v", client, name, want, got, w.Header())
					}
				}
				shared := get(t, s, "X-Mock-Session", "shared", "X-Mock-Seed", strconv.FormatUint(seed, 10))
				if got := states(t, shared); !slices.Contains([]string{"N NNNNN", "I INNNN", "I CINNN", "C CCCCC"}, got) || shared.Header().Get("X-Mock-Seed") != strconv.FormatUint(seed, 10) {
					t.Errorf("shared: got %s %v", got, shared.Header())
				}
				if client%20 == 0 {
					session(t, s, "shared").Reset()
				}
			}
			mine.Remove()
		})
	}
	group.Wait()
}
