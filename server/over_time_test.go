package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/server"
)

// machine is a clock that a test moves.
type machine struct {
	mutex sync.Mutex
	at    time.Time
}

func newMachine() *machine { return &machine{at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func (m *machine) now() time.Time {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.at
}

func (m *machine) pass(d time.Duration) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.at = m.at.Add(d)
}

// states writes the states of a process and its steps as letters: N, I, C, F, and - for what is not needed.
func states(tb testing.TB, w *httptest.ResponseRecorder) string {
	tb.Helper()
	if w.Code != 200 {
		return strconv.Itoa(w.Code)
	}
	letters := strings.NewReplacer("NOT_STARTED", "N", "IN_PROGRESS", "I", "COMPLETED", "C", "FAILED", "F", "NOT_NEEDED", "-")
	var b strings.Builder
	for i, match := range regexp.MustCompile(`"status":"([A-Z_]+)"`).FindAllStringSubmatch(w.Body.String(), -1) {
		if i == 1 {
			b.WriteByte(' ')
		}
		b.WriteString(letters.Replace(match[1]))
	}
	return b.String()
}

// watch polls once a second, and judges what it sees: each answer, and how it moved.
func watch(t *testing.T, s http.Handler, clock *machine, seconds int, headers ...string) []string {
	t.Helper()
	operation := catalog(t).Contract().Operations()[0]
	var seen []string
	var trace contract.Trace
	for range seconds {
		w := get(t, s, headers...)
		seen = append(seen, states(t, w))
		x := &contract.Exchange{Method: http.MethodGet, URL: &url.URL{Path: process}, Status: w.Code, Header: w.Header(), Body: w.Body.Bytes()}
		for _, v := range operation.JudgeResponse(t.Context(), x).Violations {
			t.Error(v)
		}
		trace = append(trace, contract.Observation{Exchange: x, At: clock.now()})
		clock.pass(time.Second)
	}
	for _, v := range operation.JudgeTrace(t.Context(), trace).Violations {
		t.Error(v)
	}
	return seen
}

func TestPollOnceASecond(t *testing.T) {
	t.Parallel()
	clock := newMachine()
	s := newServer(t, catalog(t), server.WithClock(clock.now))
	want := []string{
		"N NNNNN", "I INNNN", "I INNNN", "I CINNN", "I CINNN", "I CCINN", "I CCINN", "I CCCIN", "I CCCIN", "I CCCCI", "C CCCCC", "C CCCCC",
	}
	if diff := cmp.Diff(want, watch(t, s, clock, 12)); diff != "" {
		t.Errorf("lifecycle (-want +got):\n%s", diff)
	}
	want = []string{"N NNNNN", "I INNNN", "I INNNN", "I CINNN", "I CINNN", "I CCINN", "I CCINN", "F CCFNN", "F CCFNN"}
	if diff := cmp.Diff(want, watch(t, s, clock, 9, "X-Mock-Scenario", "lifecycle-failed-at-step-3")); diff != "" {
		t.Errorf("failure on the same id in the same session (-want +got):\n%s", diff)
	}
	want = []string{"N NNNNN", "- -----", "- -----"}
	if diff := cmp.Diff(want, watch(t, s, clock, 3, "X-Mock-Scenario", "lifecycle-skipped")); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
	if got := watch(t, s, clock, 40, "X-Mock-Scenario", "lifecycle-stuck"); got[39] != "I CCCCI" {
		t.Errorf("stuck: got %q", got)
	}
	if got := states(t, get(t, s)); got != "C CCCCC" {
		t.Errorf("the first course is as it was: got %s", got)
	}
}

func TestResourcesMoveForThemselves(t *testing.T) {
	t.Parallel()
	clock := newMachine()
	s := newServer(t, catalog(t), server.WithClock(clock.now))
	at := func(id string, headers ...string) string {
		return states(t, ask(t, s, http.MethodGet, process[:len(process)-1]+id, nil, append([]string{"Authorization", demo}, headers...)...))
	}
	var got []string
	look := func() {
		got = append(got, strings.Join([]string{at("1"), at("2"), at("1", "X-Mock-Session", "a"), at("1", "X-Mock-Session", "b")}, ", "))
	}
	at("1")
	clock.pass(3 * time.Second)
	at("1", "X-Mock-Session", "a")
	clock.pass(2 * time.Second)
	look()
	clock.pass(5 * time.Second)
	look()
	want := []string{"I CCINN, N NNNNN, I INNNN, N NNNNN", "C CCCCC, I CCINN, I CCCIN, I CCINN"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The admin API moves the clock: each transition shows at once, and nothing sleeps.
// Each poll takes the next frame; what is no successful GET takes none.
func TestAdvanceByPoll(t *testing.T) {
	t.Parallel()
	clock := newMachine()
	s := newServer(t, catalog(t), server.WithClock(clock.now))
	named := []string{"X-Mock-Scenario", "error-on-the-way"}
	var got []string
	for range 10 {
		ask(t, s, http.MethodHead, process, nil, append([]string{"Authorization", demo}, named...)...)
		ask(t, s, http.MethodGet, strings.Replace(process, "8d5f", "zzzz", 1), nil, append([]string{"Authorization", demo}, named...)...)
		get(t, s, append([]string{"X-Mock-Elapsed", "5s"}, named...)...)
		w := get(t, s, named...)
		got = append(got, states(t, w))
		for _, stamp := range regexp.MustCompile(`Time":"([^"]+)"`).FindAllStringSubmatch(w.Body.String(), -1) {
			if at, err := time.Parse(time.RFC3339, stamp[1]); err != nil || at.After(clock.now()) {
				t.Errorf("%s lies ahead of the clock, %s", stamp[1], clock.now())
			}
		}
	}
	want := []string{"N NNNNN", "I INNNN", "500", "I CINNN", "I CCINN", "I CCCIN", "I CCCCI", "C CCCCC", "C CCCCC", "C CCCCC"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// However many poll at once, each frame goes to one of them.
func TestNoFrameIsSkippedOrRepeated(t *testing.T) {
	t.Parallel()
	s := newServer(t, catalog(t))
	const polls = 200
	seen := make([]string, polls)
	var group sync.WaitGroup
	for i := range polls {
		group.Go(func() { seen[i] = states(t, get(t, s, "X-Mock-Scenario", "error-on-the-way")) })
	}
	group.Wait()
	count := map[string]int{}
	for _, one := range seen {
		count[one]++
	}
	want := map[string]int{"N NNNNN": 1, "I INNNN": 1, "500": 1, "I CINNN": 1, "I CCINN": 1, "I CCCIN": 1, "I CCCCI": 1, "C CCCCC": polls - 7}
	if diff := cmp.Diff(want, count); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What an answer says of itself gives the same bytes again, on another server and at another time.
func TestPasteBack(t *testing.T) {
	t.Parallel()
	clock := newMachine()
	s, other := newServer(t, catalog(t), server.WithClock(clock.now)), newServer(t, catalog(t))
	for _, name := range []string{"lifecycle", "slow-with-warnings", "error-on-the-way", "lifecycle-stuck"} {
		for range 9 {
			first := get(t, s, "X-Mock-Scenario", name, "X-Mock-Seed", "9")
			clock.pass(1700 * time.Millisecond)
			if first.Code != 200 {
				continue
			}
			var headers []string
			for _, header := range []string{"X-Mock-Scenario", "X-Mock-Seed", "X-Mock-Anchor", "X-Mock-Elapsed"} {
				headers = append(headers, header, first.Header().Get(header))
			}
			again := get(t, other, headers...)
			if one, two := withoutRequestID(t, first.Body.Bytes()), withoutRequestID(t, again.Body.Bytes()); one != two {
				t.Errorf("%s after %s: got %s, then %s", name, first.Header().Get("X-Mock-Elapsed"), one, two)
			}
		}
	}
}

// An anchor without elapsed time is a resource that was first asked for then; nothing is remembered.
func TestAnchorIsWhenItBegan(t *testing.T) {
	t.Parallel()
	clock := newMachine()
	s := newServer(t, catalog(t), server.WithClock(clock.now))
	for anchor, want := range map[string]string{
		"2026-03-01T11:59:55Z": "I CCINN", "2026-03-01T11:00:00Z": "C CCCCC", "2026-03-01T12:00:00Z": "N NNNNN", "2027-01-01T00:00:00Z": "N NNNNN",
	} {
		if got := states(t, get(t, s, "X-Mock-Anchor", anchor)); got != want {
			t.Errorf("%s: want %s, got %s", anchor, want, got)
		}
	}
	if got := field(t, ask(t, s, http.MethodGet, "http://localhost/_mock/sessions/default", nil).Body.Bytes(), "resources"); got != 0.0 {
		t.Errorf("%v resources are remembered", got)
	}
}

// The jitter of a pace is drawn from the seed and the id, and two requests for one resource agree.
func TestJitter(t *testing.T) {
	t.Parallel()
	ends := map[string]bool{}
	servers := []http.Handler{newServer(t, catalog(t)), newServer(t, catalog(t))}
	for seed := range 3 {
		for id := range 3 {
			target := fmt.Sprintf("%s%d", process[:len(process)-1], id)
			end := func(s http.Handler) string {
				w := ask(t, s, http.MethodGet, target, nil, "Authorization", demo,
					"X-Mock-Scenario", "slow-with-warnings", "X-Mock-Seed", strconv.Itoa(seed+1), "X-Mock-Elapsed", "1h")
				text, _ := field(t, w.Body.Bytes(), "endTime").(string)
				return text
			}
			first := end(servers[0])
			if again := end(servers[1]); again != first {
				t.Errorf("seed %d, id %d: %s, then %s", seed+1, id, first, again)
			}
			ends[first] = true
		}
	}
	if len(ends) != 9 || ends[""] {
		t.Errorf("want nine ends, got %v", ends)
	}
}

// Header, then id, then session, then server.
// Every lifecycle has an id, and asking for it plays that course.
func TestIDsPlayCourses(t *testing.T) {
	t.Parallel()
	c, clock := catalog(t), newMachine()
	s := newServer(t, c, server.WithClock(clock.now))
	for name, want := range map[string]string{"lifecycle-failed-at-step-3": "F CCFNN", "lifecycle-skipped": "- -----", "lifecycle-stuck": "I CCCCI"} {
		target := "/manage/v2/asyncProcesses/" + idOf(t, c, name)
		see := func() string { return states(t, ask(t, s, http.MethodGet, target, nil, "Authorization", demo)) }
		first := see()
		clock.pass(time.Minute)
		if last := see(); first != "N NNNNN" || last != want {
			t.Errorf("%s: want N NNNNN and %s, got %s and %s", name, want, first, last)
		}
	}
}

// What is forgotten starts over, and the session says how much it lost. What has ended goes first.
// A session that was forgotten for another one says so when it comes again: its scenario and its clock are gone.
// A request whose session starts anew meanwhile is decided again: its poll counts for the new one.
// An error in between beats the checks as any forced error does; what does not is no poll, and leaves nothing behind.
func TestErrorInBetweenAndTheChecks(t *testing.T) {
	t.Parallel()
	s := newServer(t, catalog(t), server.WithMaxResources(1))
	bad := strings.Replace(process, "8d5f", "zzzz", 1)
	forced := func(target string) string {
		return states(t, ask(t, s, http.MethodGet, target, nil, "X-Mock-Scenario", "error-on-the-way"))
	}
	got := []string{forced(process), forced(bad), forced(process), forced(bad), forced(process), forced(process)}
	if diff := cmp.Diff([]string{"N NNNNN", "400", "I INNNN", "400", "500", "I CINNN"}, got); diff != "" {
		t.Errorf("forced (-want +got):\n%s", diff)
	}
	if err := session(t, s, "").Start(server.SessionSettings{Scenario: "error-on-the-way"}); err != nil {
		t.Fatal(err)
	}
	mine := func(headers ...string) string { return states(t, ask(t, s, http.MethodGet, process, nil, headers...)) }
	got = []string{mine("Authorization", demo), mine("Authorization", demo), mine(), mine("Authorization", demo), mine(), mine("Authorization", demo)}
	if diff := cmp.Diff([]string{"N NNNNN", "I INNNN", "401", "500", "401", "I CINNN"}, got); diff != "" {
		t.Errorf("not forced (-want +got):\n%s", diff)
	}
}

// A session's seed may be 0, and PUT may say that the clock runs.
// A seed is a world of its own: another one starts anew, and with jitter no stamp lies ahead of the clock.
func TestSeedsDoNotMix(t *testing.T) {
	t.Parallel()
	clock := newMachine()
	s := newServer(t, catalog(t), server.WithClock(clock.now))
	for seed := range 20 {
		w := get(t, s, "X-Mock-Scenario", "slow-with-warnings", "X-Mock-Seed", strconv.Itoa(seed+1))
		if got := states(t, w); got != "N NNNNN" {
			t.Errorf("seed %d begins with %s", seed+1, got)
		}
		clock.pass(time.Second)
	}
}

// 200 clients poll, switch and reset, each in its own session or in one that all share: nobody sees anybody else's.
