package contracttest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-dev/understudy/contracttest"
)

// moving is a right provider, and no mock, whose one process goes on with each poll. Spoil changes what the nth poll is answered.
type moving struct {
	mu    sync.Mutex
	polls int
	spoil func(poll int, w http.ResponseWriter, body string) string
	stuck bool
}

func (m *moving) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, doneID) {
		provider(w, r)
		return
	}
	if user, _, ok := r.BasicAuth(); !ok || user != "dealer" {
		provider(w, r)
		return
	}
	m.mu.Lock()
	m.polls++
	poll := m.polls
	m.mu.Unlock()
	const (
		begun = `,"startTime":"2026-01-05T09:00:00Z"`
		ended = begun + `,"endTime":"2026-01-05T09:00:02Z"`
		body  = `{"uuid":%q,"status":%q,"steps":[{"uuid":"a3a0a5c4-52f4-4b0c-8a53-0f5f0b6f1c11","order":1,"status":%q%s}],"errors":[]%s}`
	)
	state, times := "COMPLETED", ended
	switch {
	case poll == 1:
		state, times = "NOT_STARTED", ""
	case poll <= 3 || m.stuck:
		state, times = "IN_PROGRESS", begun
	}
	w.Header().Set("Content-Type", "application/json")
	text := fmt.Sprintf(body, doneID, state, state, times, times)
	if m.spoil != nil {
		text = m.spoil(poll, w, text)
	}
	_, _ = w.Write([]byte(text))
}

// watched runs the suite with an id for one lifecycle.
func watched(t *testing.T, scenario string, handler http.Handler, p contracttest.Params) (*contracttest.Report, *contracttest.Case, *stepped) {
	t.Helper()
	clock := newStepped()
	p.Handler, p.Strict = handler, true
	p.States = loadStates(t, "states: [{scenario: "+scenario+", path: {asyncProcessesUuid: "+doneID+"}}]")
	p.Principal = contracttest.Principal{User: "dealer", Password: "s3cr3t"}
	report := run(t, contracttest.Waiting(p, clock.wait))
	return report, find(t, report, scenario), clock
}

func TestPollsOfAProvider(t *testing.T) {
	t.Parallel()
	report, c, clock := watched(t, "lifecycle", &moving{}, contracttest.Params{})
	if !report.OK() || c.Outcome != contracttest.Pass || c.Provider != contracttest.ByExistingID || c.Kind != contracttest.KindLifecycle {
		t.Errorf("%s by %q:\n%s", c.Outcome, c.Provider, text(t, report))
	}
	if diff := cmp.Diff([]string{"1s", "1s", "1s", "1s", "1s"}, clock.waited()); diff != "" {
		t.Errorf("three polls to the end, two after it (-want +got):\n%s", diff)
	}
	if !strings.HasSuffix(text(t, report), "\nconformant: 1 scenarios and 4 probes hold, 54 unreachable\n") {
		t.Errorf("a lifecycle counts as a scenario:\n%s", text(t, report))
	}
	last := c.Polls[len(c.Polls)-1]
	if last.At != 5*time.Second || last.Status != http.StatusOK || last.Exchange != c.Exchange || !strings.Contains(string(last.Exchange.Body), "COMPLETED") {
		t.Errorf("the last of %d polls is %+v", len(c.Polls), last)
	}
	if want := `curl -i -X GET "$UNDERSTUDY_TARGET"'/manage/v2/asyncProcesses/` + doneID + `' -u "$UNDERSTUDY_USER:$UNDERSTUDY_PASSWORD"`; last.Curl != want || c.Curl != want {
		t.Errorf("curl line %s", last.Curl)
	}
	for _, name := range report.Unverified {
		if strings.Contains(name, "-stays") || strings.Contains(name, "lifecycle") {
			t.Errorf("%q was exercised", name)
		}
	}
	data, err := json.Marshal(c)
	if err != nil || !strings.Contains(string(data), `"polls":[{"offset":0,"status":200},{"offset":1,"status":200}`) || strings.Contains(string(data), "s3cr3t") {
		t.Errorf("want the polls in JSON and no secret, got %.3000s, %v", data, err)
	}
}

// TestPollsThatEndTooSoon polls providers that do not come to an end.
func TestPollsThatEndTooSoon(t *testing.T) {
	t.Parallel()
	status := func(from int, status int) func(int, http.ResponseWriter, string) string {
		return func(poll int, w http.ResponseWriter, body string) string {
			if poll >= from {
				w.WriteHeader(status)
			}
			return body
		}
	}
	for name, test := range map[string]struct {
		scenario string
		handler  *moving
		params   contracttest.Params
		outcome  contracttest.Outcome
		polls    int
		check    string
		text     string
	}{
		"never ends": {
			handler: &moving{stuck: true}, outcome: contracttest.Fail, polls: 61, check: "lifecycle/end",
			text: `got      "IN_PROGRESS", polled 61 times in 1m0s`,
		},
		"never ends, another budget": {
			handler: &moving{stuck: true}, params: contracttest.Params{PollFor: 5 * time.Second, PollEvery: 2 * time.Second}, outcome: contracttest.Fail,
			polls: 3, check: "lifecycle/end", text: `got      "IN_PROGRESS", polled 3 times in 4s`,
		},
		"never ends, and should not": {
			scenario: "lifecycle-stuck", handler: &moving{stuck: true}, params: contracttest.Params{PollFor: 9 * time.Second}, outcome: contracttest.Pass, polls: 10,
		},
		"more polls than are kept": {
			handler: &moving{stuck: true}, params: contracttest.Params{PollFor: time.Hour}, outcome: contracttest.Fail,
			polls: 1000, check: "lifecycle/end", text: "polled 1000 times in 16m39s; more than 1000 polls are not kept",
		},
		"more than is kept": {
			handler: &moving{stuck: true, spoil: func(_ int, _ http.ResponseWriter, body string) string {
				return body + strings.Repeat(" ", 1<<20)
			}}, outcome: contracttest.Fail, polls: 16, check: "lifecycle/end", text: "more than 16 MiB of bodies are not kept",
		},
		"it is gone": {
			handler: &moving{spoil: status(3, http.StatusNotFound)}, outcome: contracttest.Fail, polls: 5, check: "status-documented",
			text: "polled 5 times in 4s; the last 3 answers are no 200 OK",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && strings.HasPrefix(name, "more ") {
				t.Skip("one poll after the other, and many of them")
			}
			if test.scenario == "" {
				test.scenario = "lifecycle"
			}
			report, c, _ := watched(t, test.scenario, test.handler, test.params)
			if c.Outcome != test.outcome || len(c.Polls) != test.polls {
				t.Errorf("%s after %d polls, want %s after %d:\n%s", c.Outcome, len(c.Polls), test.outcome, test.polls, text(t, report))
			}
			if test.check != "" && !slices.ContainsFunc(c.Checks, func(r contracttest.Result) bool {
				return r.ID == test.check && r.Outcome == contracttest.Fail
			}) {
				t.Errorf("want %s to fail:\n%s", test.check, text(t, report))
			}
			if shown := text(t, report); !strings.Contains(shown, test.text) {
				t.Errorf("the report lacks %q:\n%s", test.text, shown)
			}
			kept := 0
			for i := range c.Polls {
				if c.Polls[i].Exchange != nil {
					kept += len(c.Polls[i].Exchange.Body)
				}
			}
			if kept > 1<<20 || c.Exchange == nil {
				t.Errorf("%d bytes of bodies are kept, and the last exchange: %t", kept, c.Exchange != nil)
			}
		})
	}
}

// TestPollThatIsReset is TestPollWithoutAnswer over a real connection, which is reset.
func TestPollThatIsReset(t *testing.T) {
	t.Parallel()
	handler := &moving{spoil: func(poll int, w http.ResponseWriter, body string) string {
		if poll != 4 {
			return body
		}
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return body
		}
		if tcp, ok := conn.(*net.TCPConn); !ok || tcp.SetLinger(0) != nil || tcp.Close() != nil {
			t.Error("the connection is not reset")
		}
		return ""
	}}
	listening := httptest.NewServer(handler)
	defer listening.Close()
	report, c, _ := watched(t, "lifecycle", nil, contracttest.Params{Target: listening.URL})
	if c.Outcome != contracttest.SetupError || !strings.HasPrefix(c.Reason, "poll 4: no answer: ") || !strings.Contains(c.Reason, "reset") || len(c.Polls) != 3 {
		t.Errorf("%s after %d polls: %s\n%s", c.Outcome, len(c.Polls), c.Reason, text(t, report))
	}
}

// TestPollWithoutAnswer ends a case at the poll that fails.
func TestPollWithoutAnswer(t *testing.T) {
	t.Parallel()
	handler := &moving{spoil: func(poll int, _ http.ResponseWriter, body string) string {
		if poll == 4 {
			panic(http.ErrAbortHandler)
		}
		return body
	}}
	report, c, _ := watched(t, "lifecycle", handler, contracttest.Params{})
	if c.Outcome != contracttest.SetupError || c.Reason != "poll 4: no answer: EOF" || len(c.Polls) != 3 || len(c.Checks) > 0 || report.ExitCode() != 3 {
		t.Errorf("%s after %d polls: %s", c.Outcome, len(c.Polls), c.Reason)
	}
	for i := range c.Polls {
		if c.Polls[i].Exchange == nil {
			t.Errorf("poll %d is not kept", i+1)
		}
	}
	if shown := text(t, report); !strings.Contains(shown, "SETUP ERROR getAsyncProcess: poll 4: no answer: EOF\n  in       lifecycle\n  repeat   curl -i") {
		t.Errorf("the report does not say so:\n%s", shown)
	}
}

func TestPollsInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	clock := newStepped()
	p := contracttest.Params{
		Handler: &moving{stuck: true}, Principal: contracttest.Principal{User: "dealer", Password: "s3cr3t"},
		States: loadStates(t, "states: [{scenario: lifecycle, path: {asyncProcessesUuid: "+doneID+"}}]"),
	}
	report, err := contracttest.Run(ctx, contracttest.Waiting(p, func(ctx context.Context, d time.Duration) (time.Time, error) {
		if len(clock.waited()) == 2 {
			cancel()
		}
		return clock.wait(ctx, d)
	}))
	if err != nil {
		t.Fatal(err)
	}
	if c := find(t, report, "lifecycle"); c.Outcome != contracttest.SetupError || c.Reason != "poll 4: interrupted: context canceled" || len(c.Polls) != 3 {
		t.Errorf("%s after %d polls: %s", c.Outcome, len(c.Polls), c.Reason)
	}
}

// TestPollsByTheMachinesClock waits for real, a little.
func TestPollsByTheMachinesClock(t *testing.T) {
	t.Parallel()
	p := contracttest.Params{
		Handler: &moving{}, Principal: contracttest.Principal{User: "dealer", Password: "s3cr3t"}, Strict: true, PollEvery: 2 * time.Millisecond,
		States: loadStates(t, "states: [{scenario: lifecycle, path: {asyncProcessesUuid: "+doneID+"}}]"),
	}
	report := run(t, p)
	c := find(t, report, "lifecycle")
	if !report.OK() || len(c.Polls) != 6 || c.Polls[5].At < 10*time.Millisecond {
		t.Errorf("want six polls in at least 10 ms:\n%s", text(t, report))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if now, err := contracttest.MachineWait(ctx, time.Hour); !errors.Is(err, context.Canceled) || !now.IsZero() {
		t.Errorf("want no hour to pass, got %v, %v", now, err)
	}
}

// TestLifecycleNotVerified lists what one poll alone cannot show, and lifecycles that nobody has reached.
func TestLifecycleNotVerified(t *testing.T) {
	t.Parallel()
	report, c, _ := watched(t, "lifecycle-stuck", &moving{stuck: true}, contracttest.Params{PollFor: 1})
	if c.Outcome != contracttest.Pass || len(c.Polls) != 1 {
		t.Errorf("%s after %d polls", c.Outcome, len(c.Polls))
	}
	for name, want := range map[string]bool{
		"getAsyncProcess lifecycle/reachable": true, "getAsyncProcess uuid-stays": true, "getAsyncProcess lifecycle/end": false, "getAsyncProcess lifecycle": false,
	} {
		if slices.Contains(report.Unverified, name) != want {
			t.Errorf("%q is among %q: want %t", name, report.Unverified, want)
		}
	}
	report = run(t, contracttest.Params{
		Handler: http.HandlerFunc(provider), States: loadStates(t, twoStates), Principal: contracttest.Principal{User: "dealer", Password: "s3cr3t"},
	})
	for name, want := range map[string]bool{"getAsyncProcess lifecycle/reachable": false, "getAsyncProcess uuid-stays": true, "getAsyncProcess lifecycle": true} {
		if slices.Contains(report.Unverified, name) != want {
			t.Errorf("%q is among %q: want %t", name, report.Unverified, want)
		}
	}
}
