package server_test

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/understudy-dev/understudy/server"
)

func TestHealth(t *testing.T) {
	t.Parallel()
	s := newServer(t, catalog(t))
	for path, body := range map[string]string{"live": `{"status":"live"}`, "ready": `{"status":"ready"}`} {
		// A probe comes under any host, without credentials, from anywhere.
		w := ask(t, s, http.MethodGet, "http://pod.example:1/_mock/health/"+path, nil, "Origin", "https://evil.example")
		if w.Code != 200 || w.Header().Get("Content-Type") != "application/json" {
			t.Errorf("%s: got %d %v", path, w.Code, w.Header())
		}
		containsAll(t, w.Body.String(), body)
		if head := ask(t, s, http.MethodHead, "/_mock/health/"+path, nil); head.Code != 200 || head.Body.Len() != 0 {
			t.Errorf("HEAD %s: got %d with %d bytes", path, head.Code, head.Body.Len())
		}
	}
}

func TestScenarioList(t *testing.T) {
	t.Parallel()
	c := petCatalog(t)
	s := newServer(t, c)
	type item struct{ Name, Operation, Family, ID, Summary string }
	list := func(query string) []item {
		w := ask(t, s, http.MethodGet, "http://localhost/_mock/scenarios"+query, nil)
		var items []item
		if err := json.Unmarshal(w.Body.Bytes(), &items); err != nil || w.Code != 200 {
			t.Fatalf("%d %v: %s", w.Code, err, w.Body)
		}
		return items
	}
	all, some := list(""), list("?operation=getPet")
	if len(all) != len(c.Scenarios()) || len(some) == 0 || len(some) >= len(all) {
		t.Errorf("want %d and fewer, got %d and %d", len(c.Scenarios()), len(all), len(some))
	}
	if slices.ContainsFunc(some, func(i item) bool { return i.Operation != "getPet" || i.Name == "" || i.Family == "" }) {
		t.Errorf("want scenarios of getPet, got %v", some)
	}
	raw := ask(t, s, http.MethodGet, "http://localhost/_mock/scenarios?operation=getPet", nil).Body.String()
	containsAll(t, raw, `"name":`, `"operation":`, `"family":`, `"status":`, `"id":`, `"summary":`)
}

func TestAdminRefuses(t *testing.T) {
	t.Parallel()
	c := catalog(t)
	const list = "http://localhost:8080/_mock/scenarios"
	hosts := []server.Option{server.WithAdminHosts("Mock.internal", "fd00::1")}
	own := "X-Mock-Error"
	cases := map[string]wireCase{
		"plain":                   {target: list, status: 200, want: map[string]string{own: "", "Cache-Control": "no-store"}},
		"loopback":                {target: "http://127.0.0.1/_mock/scenarios", status: 200},
		"other loopback":          {target: "http://127.9.9.9:1/_mock/scenarios", status: 200},
		"loopback, version 6":     {target: "http://[::1]:8080/_mock/scenarios", status: 200},
		"capitals":                {target: "http://LocalHost/_mock/scenarios", status: 200},
		"foreign host":            {target: "http://evil.example/_mock/scenarios", status: 403, want: map[string]string{own: "foreign-host"}, body: []string{"evil.example"}},
		"rebinding look-alike":    {target: "http://localhost.evil.example/_mock/scenarios", status: 403},
		"unspecified":             {target: "http://0.0.0.0:8080/_mock/scenarios", status: 403},
		"foreign address":         {target: "http://192.0.2.1/_mock/scenarios", status: 403},
		"configured host":         {target: "http://mock.internal:8080/_mock/scenarios", options: hosts, status: 200},
		"configured address":      {target: "http://[fd00::1]:8080/_mock/scenarios", options: hosts, status: 200},
		"below a configured host": {target: "http://a.mock.internal/_mock/scenarios", options: hosts, status: 403},
		"cross-site":              {target: list, header: []string{"Sec-Fetch-Site", "cross-site"}, status: 403, want: map[string]string{own: "cross-origin"}},
		"same-site":               {target: list, header: []string{"Sec-Fetch-Site", "same-site"}, status: 403},
		"same-origin":             {target: list, header: []string{"Sec-Fetch-Site", "same-origin", "Origin", "http://localhost:8080"}, status: 200},
		"typed in":                {target: list, header: []string{"Sec-Fetch-Site", "none"}, status: 200},
		"second value":            {target: list, header: []string{"Sec-Fetch-Site", "none", "Sec-Fetch-Site", "cross-site"}, status: 403},
		"other origin":            {target: list, header: []string{"Origin", "https://evil.example"}, status: 403},
		"other port":              {target: list, header: []string{"Origin", "http://localhost:9999"}, status: 403},
		"null origin":             {target: list, header: []string{"Origin", "null"}, status: 403},
		"broken origin":           {target: list, header: []string{"Origin", "http://%zz"}, status: 403},
		"origin with user":        {target: list, header: []string{"Origin", "http://localhost:8080@evil.example"}, status: 403},
		"head too":                {method: "HEAD", target: "http://evil.example/_mock/scenarios", status: 403},
		"unknown path":            {target: "/_mock/scenaros", status: 404, want: map[string]string{own: "not-found", "Content-Type": "application/problem+json"}, body: []string{`"closest":"/_mock/scenarios"`}},
		"root":                    {target: "/_mock", status: 404},
		"trailing slash":          {target: "/_mock/scenarios/", status: 404, want: map[string]string{"Location": ""}},
		"wrong method":            {method: "DELETE", target: list, status: 405, want: map[string]string{"Allow": "GET, HEAD", own: "method-not-allowed"}},
		"unknown operation":       {target: list + "?operation=getAsyncProces", status: 400, want: map[string]string{own: "unknown-operation"}, body: []string{`"closest":"getAsyncProcess"`}},
		"unknown parameter":       {target: list + "?opertion=x", status: 400, want: map[string]string{own: "unknown-parameter"}},
		"files stay home":         {target: "/_mock/../../etc/passwd", status: 404},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.run(t, newServer(t, c, tc.options...))
		})
	}
}

// The address that a connection arrived at is the server's own, whatever it is.
func TestAdminUnderItsOwnAddress(t *testing.T) {
	t.Parallel()
	s := newServer(t, catalog(t))
	for local, status := range map[string]int{"192.0.2.7": 200, "192.0.2.8": 403} {
		r := httptest.NewRequestWithContext(withLocal(t.Context(), net.ParseIP(local)), http.MethodGet, "http://192.0.2.7:8080/_mock/scenarios", http.NoBody)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != status {
			t.Errorf("arrived at %s: want %d, got %d", local, status, w.Code)
		}
	}
}
