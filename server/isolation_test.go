package server_test

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"testing"

	"github.com/understudy-dev/understudy/scenarios"
)

func idOf(tb testing.TB, c *scenarios.Catalog, name string) string {
	tb.Helper()
	for _, scenario := range c.Scenarios() {
		if scenario.Name == name && scenario.ID != "" {
			return scenario.ID
		}
	}
	tb.Fatalf("no scenario %q with an id", name)
	return ""
}

// 200 clients, each with its own scenario, seed and id: what each gets is what a server of its own would have said.
func TestOneRequestNeverShowsInAnother(t *testing.T) {
	t.Parallel()
	c := catalog(t)
	shared := newServer(t, c, nine())
	names := []string{"status=FAILED", "status=IN_PROGRESS", "status=NOT_STARTED", "response-500", "failed-at-step-2", ""}
	var group sync.WaitGroup
	for client := range 200 {
		group.Go(func() {
			target := fmt.Sprintf("/manage/v2/asyncProcesses/8d5f0f6e-2a55-4c80-9e0c-%012d", client%50)
			headers := []string{"Authorization", demo, "X-Mock-Seed", strconv.Itoa(client % 7)}
			name := names[client%len(names)]
			if name != "" {
				headers = append(headers, "X-Mock-Scenario", name)
			}
			want := ask(t, newServer(t, c, nine()), http.MethodGet, target, nil, headers...)
			for range 20 {
				got := ask(t, shared, http.MethodGet, target, nil, headers...)
				if got.Code != want.Code || got.Header().Get("X-Mock-Scenario") != want.Header().Get("X-Mock-Scenario") ||
					got.Header().Get("X-Mock-Seed") != strconv.Itoa(client%7) {
					t.Errorf("client %d: want %d %v, got %d %v", client, want.Code, want.Header(), got.Code, got.Header())
				}
				if withoutRequestID(t, got.Body.Bytes()) != withoutRequestID(t, want.Body.Bytes()) {
					t.Errorf("client %d: want %s, got %s", client, want.Body, got.Body)
				}
			}
		})
	}
	group.Wait()
}

// Headers are shared between answers; what a wrapper does to one must not reach the next.
func TestAnswersDoNotShareWhatWrappersAppend(t *testing.T) {
	t.Parallel()
	s := newServer(t, catalog(t))
	first := get(t, s)
	first.Header().Add("X-Mock-Scenario", "more")
	first.Header().Set("Content-Type", "text/plain")
	first.Body.Bytes()[0] = 'x'
	second := get(t, s)
	if got := second.Header().Values("X-Mock-Scenario"); len(got) != 1 {
		t.Errorf("want one value, got %q", got)
	}
	if got := second.Header().Get("Content-Type"); got != "application/json" || second.Body.Bytes()[0] != '{' {
		t.Errorf("want an untouched answer, got %q %s", got, second.Body)
	}
}
