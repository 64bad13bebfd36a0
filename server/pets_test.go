package server_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/understudy-dev/understudy/server"
)

func TestPetsOverTheWire(t *testing.T) {
	t.Parallel()
	c := petCatalog(t)
	list, err := server.LoadCredentials(fstest.MapFS{"who.yaml": {Data: []byte(`
principals:
  - {token: reader, scopes: [pets.read]}
  - {token: writer, scopes: [pets.read, pets.write]}
  - {key: opens}
`)}}, "who.yaml")
	if err != nil {
		t.Fatal(err)
	}
	listed := []server.Option{server.WithCredentials(list)}
	cases := map[string]wireCase{
		"no security":          {target: "/pets/7", status: 200, body: []string{"Tom"}, want: map[string]string{"X-Rate": "7 per hour"}},
		"header keeps to line": {target: "/pets/7%0d%0aX-Evil:1", header: []string{"X-Mock-Scenario", "response-404"}, status: 404},
		"no refusal": {
			target: "/pets/none", status: 501,
			want: map[string]string{"X-Mock-Error": "no-refusal", "Content-Type": "application/problem+json"},
			body: []string{"400", "getPet", `"violations":[`, "petId"},
		},
		"bad query":                  {target: "/pets/7?view=wide", status: 501, body: []string{"view"}},
		"forced passes a bad query":  {target: "/pets/7?view=wide", header: []string{"X-Mock-Scenario", "kind=DOG"}, status: 200, body: []string{"DOG"}},
		"204":                        {method: "DELETE", target: "/pets/7", header: []string{"Authorization", "Bearer x"}, status: 204, want: map[string]string{"Content-Length": "", "X-Mock-Scenario": "response-204"}},
		"bearer challenge":           {method: "DELETE", target: "/pets/7", status: 401, want: map[string]string{"Www-Authenticate": `Bearer realm="Pets \"R\" Us"`}},
		"listed, unknown":            {method: "DELETE", target: "/pets/7", header: []string{"Authorization", "Bearer x"}, options: listed, status: 401},
		"listed, short of scope":     {method: "DELETE", target: "/pets/7", header: []string{"Authorization", "Bearer reader"}, options: listed, status: 403, want: map[string]string{"X-Mock-Scenario": "response-403"}},
		"listed, with scope":         {method: "DELETE", target: "/pets/7", header: []string{"Authorization", "Bearer writer"}, options: listed, status: 204},
		"scope before parameters":    {method: "DELETE", target: "/pets/none", header: []string{"Authorization", "Bearer reader"}, options: listed, status: 403},
		"a key is no token":          {method: "DELETE", target: "/pets/7", header: []string{"Authorization", "Bearer opens"}, options: listed, status: 401},
		"head of a delete":           {method: "HEAD", target: "/pets", status: 405, want: map[string]string{"Allow": "POST"}},
		"methods are sorted":         {method: "PUT", target: "/pets/7", status: 405, want: map[string]string{"Allow": "DELETE, GET, HEAD"}},
		"401 undocumented":           {method: "POST", target: "/pets", status: 501, want: map[string]string{"X-Mock-Error": "no-refusal"}, body: []string{"401"}},
		"unknown to this operation":  {method: "DELETE", target: "/pets/7", header: []string{"Authorization", "Bearer x", "X-Mock-Scenario", "flaky"}, status: 204, want: map[string]string{"X-Mock-Scenario": "response-204"}},
		"a required body is missing": {method: "POST", target: "/pets", header: []string{"X-Key", "opens"}, status: 400, want: map[string]string{"X-Mock-Scenario": "response-400"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.run(t, newServer(t, c, tc.options...))
		})
	}
}

func TestRequestBody(t *testing.T) {
	t.Parallel()
	s := newServer(t, petCatalog(t), server.WithMaxBody(64))
	cases := map[string]struct {
		body   string
		status int
	}{
		"good":      {`{"name":"Tom"}`, 201},
		"bad":       {`{"kind":"CAT"}`, 400},
		"no JSON":   {`{"name":`, 400},
		"at limit":  {`{"name":"` + strings.Repeat("x", 64-len(`{"name":""}`)) + `"}`, 201},
		"too large": {`{"name":"` + strings.Repeat("x", 65-len(`{"name":""}`)) + `"}`, 413},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := ask(t, s, http.MethodPost, "/pets", strings.NewReader(tc.body), "X-Key", "k", "Content-Type", "application/json")
			if w.Code != tc.status {
				t.Errorf("want %d, got %d: %s", tc.status, w.Code, w.Body)
			}
			if code := w.Header().Get("X-Mock-Error"); (code == "body-too-large") != (tc.status == 413) {
				t.Errorf("X-Mock-Error: %q", code)
			}
		})
	}
}

func TestCallsInOrder(t *testing.T) {
	t.Parallel()
	s := newServer(t, petCatalog(t))
	play := func(method, id string) int {
		return ask(t, s, method, "/pets/"+id, nil, "X-Mock-Scenario", "flaky").Code
	}
	want := []int{404, 404, 200, 501, 501}
	for i, status := range want {
		if head := play(http.MethodHead, "1"); head != status {
			t.Errorf("HEAD before call %d: want %d, got %d", i+1, status, head)
		}
		if got := play(http.MethodGet, "1"); got != status {
			t.Errorf("call %d: want %d, got %d", i+1, status, got)
		}
	}
	w := ask(t, s, http.MethodGet, "/pets/1", nil, "X-Mock-Scenario", "flaky")
	if w.Header().Get("X-Mock-Error") != "calls-exhausted" {
		t.Errorf("want calls-exhausted, got %v", w.Header())
	}
	if got := play(http.MethodGet, "2"); got != 404 {
		t.Errorf("another pet starts at its first call: want 404, got %d", got)
	}
	s.Reset()
	if got := play(http.MethodGet, "1"); got != 404 {
		t.Errorf("after Reset: want 404, got %d", got)
	}
}

// A bad path fails the 200 of the third call only, and does not use it up.
func TestFailedChecksDoNotCount(t *testing.T) {
	t.Parallel()
	s := newServer(t, petCatalog(t))
	for i, status := range []int{404, 404, 501, 501} {
		w := ask(t, s, http.MethodGet, "/pets/none", nil, "X-Mock-Scenario", "flaky")
		if w.Code != status {
			t.Errorf("call %d: want %d, got %d", i+1, status, w.Code)
		}
		if status == 501 && w.Header().Get("X-Mock-Error") != "no-refusal" {
			t.Errorf("call %d: want no-refusal, got %v", i+1, w.Header())
		}
	}
	strict := newServer(t, petCatalog(t), server.WithScenario("flaky"))
	for range 5 {
		ask(t, strict, http.MethodGet, "/pets/3?view=wide", nil)
	}
	if w := ask(t, strict, http.MethodGet, "/pets/3", nil); w.Code != 404 || w.Header().Get("X-Mock-Scenario") != "flaky" {
		t.Errorf("want the first call, got %d %v", w.Code, w.Header())
	}
}

// Two hundred at once, each with its own goroutine: every call is given out exactly once.
func TestCallsOnceEach(t *testing.T) {
	t.Parallel()
	s := newServer(t, petCatalog(t))
	counts := map[int]int{}
	var mutex sync.Mutex
	var group sync.WaitGroup
	for range 210 {
		group.Go(func() {
			status := ask(t, s, http.MethodGet, "/pets/1", nil, "X-Mock-Scenario", "hundred").Code
			mutex.Lock()
			defer mutex.Unlock()
			counts[status]++
		})
	}
	group.Wait()
	if counts[404] != 100 || counts[200] != 100 || counts[501] != 10 {
		t.Errorf("want 100, 100 and 10 exhausted, got %v", counts)
	}
}
