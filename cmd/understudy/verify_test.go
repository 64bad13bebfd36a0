package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/tools/txtar"
)

func TestVerifyOwnServer(t *testing.T) {
	s := startServe(t, nil)
	got := play(t, nil, "verify", "--strict", "--target", s.origin)
	if got.Code != 0 || got.Stderr != "" || !strings.Contains(lastLine(got.Stdout), "conformant: ") || strings.Contains(got.Stdout, "not conformant") ||
		strings.Contains(got.Stdout, "unreachable") {
		t.Errorf("want conformant and nothing unreachable, got %+v", got)
	}
	if got := play(t, []string{"UNDERSTUDY_TARGET=" + s.origin, "UNDERSTUDY_STRICT=true"}, "verify", "--format", "json"); got.Code != 0 {
		t.Errorf("by environment: got %+v", got)
	} else {
		var report struct {
			Conformant, Strict bool
			Cases              []any
		}
		if err := json.Unmarshal([]byte(got.Stdout), &report); err != nil || !report.Conformant || !report.Strict || len(report.Cases) < 20 {
			t.Errorf("want a strict, conformant report, got %+v (%v)", report, err)
		}
	}
}

func TestVerifyOwnContract(t *testing.T) {
	s := startServe(t, nil, pets...)
	if got := play(t, nil, append([]string{"verify", "--target", s.origin}, pets...)...); got.Code != 0 {
		t.Errorf("want conformant, got %+v", got)
	}
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// before puts a proxy before an origin, which changes answers.
func before(t *testing.T, origin string, change func(*http.Response)) string {
	t.Helper()
	target, err := url.Parse(origin)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ModifyResponse = func(response *http.Response) error {
		change(response)
		return nil
	}
	front := httptest.NewServer(proxy)
	t.Cleanup(front.Close)
	return front.URL
}

// A provider that misspells a state breaks the contract, and the report says where and how to see it.
func TestVerifyWrongProvider(t *testing.T) {
	s := startServe(t, nil)
	front := before(t, s.origin, func(response *http.Response) {
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Error(err)
		}
		body = bytes.ReplaceAll(body, []byte(`"status":"COMPLETED"`), []byte(`"status":"DONE"`))
		response.Body = io.NopCloser(bytes.NewReader(body))
		response.ContentLength = int64(len(body))
		response.Header.Del("Content-Length")
	})
	got := play(t, nil, "verify", "--target", front)
	if got.Code != exitViolations || got.Stderr != "" || !strings.HasPrefix(lastLine(got.Stdout), "not conformant: ") {
		t.Errorf("want code 1 and a report, got %+v", got)
	}
	for _, want := range []string{" /status\n", `"DONE"`, "curl "} {
		if !strings.Contains(got.Stdout, want) {
			t.Errorf("want %q in the report, got %s", want, got.Stdout)
		}
	}
	if got := play(t, nil, "verify", "--target", front, "--format", "json"); got.Code != exitViolations || !json.Valid([]byte(got.Stdout)) {
		t.Errorf("as JSON: want code 1, got %+v", got)
	}
}

// Nobody there, and somebody who plays nothing: neither is a success.
func TestVerifyNothing(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	if got := play(t, nil, "verify", "--target", gone.URL, "--timeout", "5s"); got.Code != exitTarget || !strings.HasPrefix(lastLine(got.Stdout), "not conformant: ") {
		t.Errorf("nobody there: want code 3, got %+v", got)
	}
	s := startServe(t, nil)
	plain := before(t, s.origin, func(response *http.Response) {
		for name := range response.Header {
			if strings.HasPrefix(name, "X-Mock-") {
				response.Header.Del(name)
			}
		}
	})
	if got := play(t, nil, "verify", "--target", plain); got.Code != exitTarget || !strings.Contains(got.Stdout, "unreachable") {
		t.Errorf("plays nothing: want code 3, got %+v", got)
	}
	t.Chdir(t.TempDir())
	writeFiles(t, []txtar.File{
		{Name: "states.yaml", Data: []byte("states:\n  - scenario: response-200\n    path: {asyncProcessesUuid: 3f1c0c62-7f0e-4a51-9d3b-5d8a4c1b2e77}\n")},
		{Name: "api/wrong.yaml", Data: []byte("states:\n  - scenario: response-20\n    path: {}\n")},
	})
	known := []string{"UNDERSTUDY_USER=me", "UNDERSTUDY_PASSWORD=" + secret}
	got := play(t, known, "verify", "--target", plain, "--states", "states.yaml", "--format", "json")
	if got.Code != exitOK || !strings.Contains(got.Stdout, `"provider": "existing id"`) || strings.Contains(got.Stdout, secret) {
		t.Errorf("with an id: want code 0 and no secret, got %+v", got)
	}
	got = play(t, known, "verify", "--target", plain, "--states", "api/wrong.yaml")
	if got.Code != exitUsage || !strings.HasPrefix(got.Stderr, "understudy: error: api/wrong.yaml:2:15: ") || !strings.Contains(got.Stderr, "response-200") {
		t.Errorf("with a wrong name: want code 2 and a position, got %+v", got)
	}
}

// A provider that never ends is polled as the flags say, and no longer.
func TestVerifyPolls(t *testing.T) {
	s := startServe(t, nil)
	var polls atomic.Int32
	plain := before(t, s.origin, func(response *http.Response) {
		for name := range response.Header {
			if strings.HasPrefix(name, "X-Mock-") {
				response.Header.Del(name)
			}
		}
		if strings.HasSuffix(response.Request.URL.Path, "/"+stuckID) && response.StatusCode == http.StatusOK {
			polls.Add(1)
		}
	})
	t.Chdir(t.TempDir())
	writeFiles(t, []txtar.File{{Name: "states.yaml", Data: []byte("states:\n  - scenario: lifecycle\n    path: {asyncProcessesUuid: " + stuckID + "}\n")}})
	known := []string{"UNDERSTUDY_USER=me", "UNDERSTUDY_PASSWORD=" + secret, "UNDERSTUDY_POLL_EVERY=20ms"}
	got := play(t, known, "verify", "--target", plain, "--states", "states.yaml", "--strict", "--poll-for", "100ms")
	if n := polls.Load(); got.Code != exitViolations || n < 2 || n > 6 || !strings.Contains(got.Stdout, " an end is reached\n") {
		t.Errorf("want 2 to 6 polls and code 1, got %d and %+v", n, got)
	}
}

// stuckID plays lifecycle-stuck of the embedded contract.
const stuckID = "b9c0543e-5e1c-4c2c-b329-a281edbee1fc"

const secret = "s3cr3t-Passw0rd"
