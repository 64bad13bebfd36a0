package server_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

func withLocal(ctx context.Context, ip net.IP) context.Context {
	return context.WithValue(ctx, http.LocalAddrContextKey, &net.TCPAddr{IP: ip, Port: 8080})
}

// FuzzServeHTTP sends whatever it finds: no panic, and always a JSON answer that says whose voice it is.
func FuzzServeHTTP(f *testing.F) {
	for _, seed := range []struct{ method, path, name, value string }{
		{"GET", process, "Authorization", demo},
		{"GET", "/manage/v2/asyncProcesses/%2F%00", "X-Mock-Scenario", "status=FAILED,failed-at-step-2"},
		{"", "", "", ""},
		{"CONNECT", "*", "X-Mock-Seed", "-0"},
		{"HEAD", "//_mock//", "X-Mock-Anchor", "0000-01-01T00:00:00Z"},
		{"OPTIONS", "/_mock/health/live", "X-Mock-Elapsed", "1"},
		{"GET", "/_mock/scenarios?operation=%00", "Origin", "null"},
		{"\x00", "/\xff%zz", "X-Mock-Scenario", "%,=\xff"},
	} {
		f.Add(seed.method, seed.path, seed.name, seed.value)
	}
	s := newServer(f, catalog(f))
	f.Fuzz(func(t *testing.T, method, path, name, value string) {
		parsed, err := url.ParseRequestURI(path)
		if err != nil {
			parsed = &url.URL{Path: path, RawPath: path}
		}
		r := (&http.Request{
			Method: method, URL: parsed, Host: "localhost",
			Header: http.Header{http.CanonicalHeaderKey(name): {value}, "X-Mock-Scenario": {value}}, Body: http.NoBody,
		}).WithContext(t.Context())
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code < 200 || w.Code > 599 || w.Code == 500 && w.Header().Get("X-Mock-Error") != "" {
			t.Fatalf("status %d: %s", w.Code, w.Body)
		}
		problem := w.Header().Get("Content-Type") == "application/problem+json"
		if problem != (w.Header().Get("X-Mock-Error") != "") {
			t.Fatalf("a problem and its code go together: %v", w.Header())
		}
		if method != http.MethodHead && !json.Valid(w.Body.Bytes()) {
			t.Fatalf("no JSON: %s", w.Body)
		}
	})
}
