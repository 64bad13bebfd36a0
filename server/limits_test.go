package server_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func do(t *testing.T, r *http.Request) (int, http.Header, string) {
	t.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header, string(body)
}

func TestLargeHeader(t *testing.T) {
	t.Parallel()
	listening := httptest.NewServer(newServer(t, catalog(t)))
	t.Cleanup(listening.Close)
	for _, name := range []string{"X-Mock-Scenario", "X-Other"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, listening.URL+process, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set(name, strings.Repeat("x", 2<<20))
		if status, _, _ := do(t, r); status != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("2 MB of %s: want 431, got %d", name, status)
		}
		r.Header.Set(name, strings.Repeat("x", 500<<10))
		r.SetBasicAuth("demo", "demo")
		want := map[string]int{"X-Mock-Scenario": 501, "X-Other": 200}[name]
		if status, _, body := do(t, r); status != want || len(body) > 20<<10 {
			t.Errorf("500 kB of %s: want %d, got %d with %d bytes", name, want, status, len(body))
		}
	}
}

func TestLargeBody(t *testing.T) {
	t.Parallel()
	listening := httptest.NewServer(newServer(t, catalog(t)))
	t.Cleanup(listening.Close)
	data := bytes.Repeat([]byte("x"), 2<<20)
	for name, body := range map[string]io.Reader{
		"with a length":  bytes.NewReader(data),
		"without length": io.MultiReader(bytes.NewReader(data)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, listening.URL+process, body)
			if err != nil {
				t.Fatal(err)
			}
			r.SetBasicAuth("demo", "demo")
			status, header, text := do(t, r)
			if status != 413 || header.Get("X-Mock-Error") != "body-too-large" || header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("want 413 body-too-large, got %d %v", status, header)
			}
			containsAll(t, text, "1048576 bytes")
		})
	}
}

func TestLongPath(t *testing.T) {
	t.Parallel()
	s := newServer(t, catalog(t))
	for _, target := range []string{
		"/" + strings.Repeat("a", 1<<20),
		"/manage/v2/asyncProcesses/" + strings.Repeat("a", 1<<20),
		strings.Repeat("/", 1<<20),
		"/" + strings.Repeat("%2F", 1<<18),
		"/_mock/" + strings.Repeat("a", 1<<20),
	} {
		w := ask(t, s, http.MethodGet, target, nil, "Authorization", demo)
		if w.Code < 400 || w.Body.Len() > 8<<10 {
			t.Errorf("%.40s…: want a short refusal, got %d with %d bytes", target, w.Code, w.Body.Len())
		}
	}
}
