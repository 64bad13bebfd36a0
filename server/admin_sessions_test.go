package server_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/understudy-dev/understudy/server"
)

const sessionsURL = "http://localhost/_mock/sessions"

// adminStep is one request to the admin API, and what its answer holds.
type adminStep struct {
	method, path, body string
	status             int
	want               []string
}

func (step adminStep) run(t *testing.T, s *server.Server) {
	t.Helper()
	var body io.Reader
	if step.body != "" {
		body = strings.NewReader(step.body)
	}
	w := ask(t, s, step.method, sessionsURL+step.path, body)
	if w.Code != step.status {
		t.Errorf("%s %s %s: want %d, got %d %s", step.method, step.path, step.body, step.status, w.Code, w.Body)
	}
	if problem := w.Header().Get("Content-Type") == "application/problem+json"; problem != (step.status >= 400) {
		t.Errorf("%s %s: got %v", step.method, step.path, w.Header())
	}
	text := w.Body.String()
	if got, ok := detailOf(t, w.Body.Bytes()); ok {
		text += got
	}
	containsAll(t, text, step.want...)
}

// detailOf gives a problem's detail as it was before it became JSON.
func detailOf(tb testing.TB, body []byte) (string, bool) {
	tb.Helper()
	if !bytes.HasPrefix(body, []byte("{")) {
		return "", false
	}
	text, ok := field(tb, body, "detail").(string)
	return text, ok
}

func TestSessionsAPI(t *testing.T) {
	t.Parallel()
	c := catalog(t)
	fresh := `{"session":"a","scenario":null,"seed":null,"clock":{"now":"2026-01-05T09:00:00Z","frozen":false},"resources":0,"evicted":0}`
	for name, steps := range map[string][]adminStep{
		"put, get and delete": {
			{"GET", "/a", "", 404, []string{`"unknown-session"`, `"names":["default"]`}},
			{"PUT", "/a", `{}`, 201, []string{fresh}},
			{"GET", "/a", "", 200, []string{fresh}},
			{"GET", "/A", "", 404, []string{`"closest":"a"`}},
			{
				"PUT", "/a", `{"scenario": "response-500", "seed": 7, "clock": {"frozen": true, "now": "2027-01-05T10:00:00.25+01:00"}}`, 200,
				[]string{`"scenario":"response-500"`, `"seed":7`, `"clock":{"now":"2027-01-05T09:00:00.25Z","frozen":true}`},
			},
			{"PUT", "/a", `{"seed": 8}`, 200, []string{`"scenario":null`, `"seed":8`, `"now":"2026-01-05T09:00:00Z","frozen":false`}},
			{"DELETE", "/a", "", 204, nil},
			{"DELETE", "/a", "", 204, nil},
			{"GET", "/a", "", 404, nil},
		},
		"put refuses as a whole": {
			{"PUT", "/a", `{"scenario": "respnse-500", "seed": 7}`, 400, []string{`"unknown-scenario"`, `"closest":"response-500"`, `"names":[`}},
			{"GET", "/a", "", 404, nil},
		},
		"patch": {
			{"PATCH", "/a", `{"seed": 7}`, 404, []string{`"unknown-session"`, "PUT makes it"}},
			{"PUT", "/a", `{}`, 201, nil},
			{"PATCH", "/aa", `{"seed": 7}`, 404, []string{`"closest":"a"`}},
			{"PATCH", "/a", `{"seed": 7}`, 200, []string{`"seed":7`}},
			{"PATCH", "/a", `{"scenario": "response-500", "clock": {"frozen": true}}`, 200, []string{`"response-500"`, `"seed":7`, `"frozen":true`}},
			{"PATCH", "/a", `{}`, 200, []string{`"response-500"`, `"seed":7`, `"frozen":true`}},
			{"PATCH", "/a", `{"seed": null, "clock": {"advance": "1m1.5s"}}`, 200, []string{`"response-500"`, `"seed":null`, `"now":"2026-01-05T09:01:01.5Z","frozen":true`}},
			{
				"PATCH", "/a", `{"scenario": null, "clock": {"frozen": false, "advance": "1s", "now": "2026-01-05T10:00:00Z"}}`, 200,
				[]string{`"scenario":null`, `"now":"2026-01-05T10:00:01Z","frozen":false`},
			},
			{
				"PATCH", "/a", `{"seed": 9, "clock": {"now": "2026-01-05T10:00:00Z"}}`, 409,
				[]string{`"clock-backwards"`, "2026-01-05T10:00:01Z", "2026-01-05T10:00:00Z", "reset"},
			},
			{"PATCH", "/a", `{"scenario": "response-404x", "seed": 9}`, 400, []string{`"unknown-scenario"`}},
			{"GET", "/a", "", 200, []string{`"seed":null`, `"now":"2026-01-05T10:00:01Z"`}},
			{"PATCH", "/a", `{"clock": {"now": "2020-01-01T00:00:00Z"}}`, 409, nil},
			{"GET", "/b", "", 404, nil},
		},
		"clock": {
			{"POST", "/a/clock", `{"frozen": true}`, 404, []string{`"unknown-session"`}},
			{"GET", "/a", "", 404, nil},
			{"PUT", "/a", `{}`, 201, nil},
			{"POST", "/a/clock", `{"frozen": true}`, 200, []string{`"session":"a"`, `"frozen":true`}},
			{"POST", "/a/clock", `{"advance": "2s"}`, 200, []string{`"now":"2026-01-05T09:00:02Z","frozen":true`}},
			{"POST", "/a/clock", `{"frozen": false, "advance": "2s", "now": "2026-01-05T09:00:10Z"}`, 200, []string{`"now":"2026-01-05T09:00:12Z","frozen":false`}},
			{"POST", "/a/clock", `{"advance": "1s", "now": "2026-01-05T09:00:11Z"}`, 409, []string{"09:00:12Z", "09:00:11Z"}},
			{"POST", "/a/clock", `{"now": "9990-12-31T23:59:59Z", "advance": "1h"}`, 400, []string{`"bad-clock"`, "year 1 to 9990"}},
			{"GET", "/a", "", 200, []string{`"now":"2026-01-05T09:00:12Z"`}},
			{"POST", "/a/clock", `{"reset": true}`, 200, []string{`"now":"2026-01-05T09:00:00Z","frozen":false`}},
			{"POST", "/a/clock", `{"reset": true, "now": "1999-01-01T00:00:00Z", "frozen": true}`, 200, []string{`"now":"1999-01-01T00:00:00Z","frozen":true`}},
			{"GET", "", "", 200, []string{`"default","scenario":null,"seed":null,"clock":{"now":"2026-01-05T09:00:00Z"`}},
		},
		"default": {
			{"GET", "/default", "", 200, []string{`"session":"default"`}},
			{"PUT", "/default", `{"seed": 3}`, 200, []string{`"seed":3`}},
			{"DELETE", "/default", "", 204, nil},
			{"GET", "/default", "", 200, []string{`"seed":null`}},
		},
		"all": {
			{"PUT", "/b", `{}`, 201, nil},
			{"PUT", "/a", `{}`, 201, nil},
			{"PUT", "/default", `{"seed": 3}`, 200, nil},
			{"GET", "", "", 200, []string{`[{"session":"a"`, `{"session":"b"`, `{"session":"default"`, `"seed":3`}},
			{"DELETE", "", "", 204, nil},
			{"GET", "", "", 200, []string{`[{"session":"default","scenario":null,"seed":null`}},
		},
		"names in paths": {
			{"PUT", "/a%2Fclock", `{}`, 201, []string{`"session":"a/clock"`}},
			{"PUT", "/a+b", `{}`, 201, []string{`"session":"a+b"`}},
			{"PUT", "/a+b%2F%25%3F", `{}`, 201, []string{`"session":"a+b/%?"`}},
			{"POST", "/a%2Fclock/clock", `{"frozen": true}`, 200, []string{`"session":"a/clock"`, `"frozen":true`}},
			{"GET", "/%61+b", "", 200, []string{`"session":"a+b"`}},
			{"GET", "/a%20b", "", 400, []string{`"bad-session"`}},
			{"PUT", "/%0a", `{}`, 400, []string{`"bad-session"`}},
			{"PUT", "/" + strings.Repeat("x", 10_000), `{}`, 400, []string{`"bad-session"`, "at most 256 bytes, got 10000"}},
		},
		"paths": {
			{"GET", "/", "", 404, []string{`"not-found"`}},
			{"GET", "/a/b", "", 404, nil},
			{"GET", "/a/clock/", "", 404, nil},
			{"POST", "", "", 405, []string{`["DELETE","GET","HEAD"]`}},
			{"POST", "/a", "", 405, []string{`["DELETE","GET","HEAD","PATCH","PUT"]`}},
			{"GET", "/a/clock", "", 405, []string{`["POST"]`}},
			{"GET", "?name=a", "", 400, []string{`"unknown-parameter"`}},
			{"PUT", "/a?seed=7", `{}`, 400, []string{`"unknown-parameter"`}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, c, nine())
			for _, step := range steps {
				step.run(t, s)
			}
		})
	}
}

func TestSessionsAPIBadBodies(t *testing.T) {
	t.Parallel()
	s := newServer(t, catalog(t), nine())
	for body, want := range map[string][]string{
		``:                               {"empty", "JSON object"},
		" \n":                            {"empty"},
		`[]`:                             {"want mapping, got sequence"},
		`null`:                           {"want mapping, got null"},
		`"a"`:                            {"want mapping, got string"},
		`seed: 7`:                        {"not JSON"},
		`{"seed": 7}{}`:                  {"not JSON"},
		`{"seed": 7`:                     {"not JSON"},
		`{'seed': 7}`:                    {"not JSON"},
		"{\"scenario\": \"\xff\"}":       {"UTF-8"},
		`{"seed": 7, "seed": 8}`:         {"seed", "body.json:1:13"},
		`{"scenaro": "x"}`:               {`unknown key "scenaro"`, `closest is "scenario"`},
		`{"session": "b"}`:               {`unknown key "session"`},
		`{"scenario": 7}`:                {"/scenario: want string, got number 7"},
		`{"scenario": ""}`:               {"/scenario: want a name"},
		`{"scenario": " , "}`:            {"want names"},
		`{"scenario": ["a"]}`:            {"/scenario: want string, got sequence"},
		`{"seed": "7"}`:                  {"/seed: want integer from 0, got string"},
		`{"seed": -1}`:                   {"/seed: want integer from 0, got number -1"},
		`{"seed": 1.5}`:                  {"/seed: want integer from 0"},
		`{"seed": 18446744073709551616}`: {"/seed", "out of range"},
		`{"clock": null}`:                {"/clock: want mapping, got null"},
		`{"clock": "frozen"}`:            {"/clock: want mapping, got string"},
		`{"clock": {"forzen": true}}`:    {`unknown key "forzen"`, `closest is "frozen"`},
		`{"clock": {"reset": true}}`:     {`unknown key "reset"`},
		`{"clock": {"frozen": "yes"}}`:   {"/clock/frozen: want boolean, got string"},
		`{"clock": {"frozen": null}}`:    {"/clock/frozen: want boolean, got null"},
		`{"clock": {"now": "today"}}`:    {"/clock/now: want an instant", "2026-01-05T09:00:00Z"},
		`{"clock": {"now": 1767603600}}`: {"/clock/now: want string, got number"},
		`{"clock": {"now": null}}`:       {"/clock/now: want string, got null"},
		`{"clock": {"now": "0000-01-01T00:00:00Z"}}`:                    {"/clock/now: want an instant"},
		`{"clock": {"now": "9999-01-01T00:00:00Z"}}`:                    {"/clock/now: want an instant"},
		`{"seed": -1, "clock": {"frozen": 1, "now": ""}, "x": 1}`:       {"/seed", "/clock/frozen", "/clock/now", `unknown key "x"`},
		strings.Repeat(`{"clock":`, 30) + "1" + strings.Repeat("}", 30): {"deep"},
		`{"scenario": "` + strings.Repeat("x", 5000) + `"}`:             {"at most 4096 bytes of names, got 5000"},
	} {
		for _, method := range []string{"PUT", "PATCH"} {
			adminStep{method, "/a", body, 400, want}.run(t, s)
		}
	}
	for body, want := range map[string][]string{
		`{"advance": "2s"}`:                    {`unknown key "advance"`},
		`{"clock": {"advance": "0s"}, "x": 1}`: {`unknown key "advance"`, `unknown key "x"`},
	} {
		adminStep{"PUT", "/a", body, 400, want}.run(t, s)
	}
	for body, want := range map[string][]string{
		`{"advance": "0s"}`:    {"/advance: want more than 0s", `"0s"`},
		`{"advance": "-2s"}`:   {"/advance: want more than 0s", `"-2s"`},
		`{"advance": "2"}`:     {"/advance: want duration", `"2s"`},
		`{"advance": 2}`:       {"/advance: want duration, got number 2"},
		`{"advance": null}`:    {"/advance: want duration, got null"},
		`{"advance": "9e99h"}`: {"/advance: want duration"},
		`{"reset": false}`:     {"/reset: want true, got false"},
		`{"reset": 1}`:         {"/reset: want boolean"},
		`{"adavnce": "2s"}`:    {`closest is "advance"`},
		`{"frozen": "true"}`:   {"/frozen: want boolean"},
		`{"now": ""}`:          {"/now: want an instant"},
		`{}`:                   {"changes nothing", "reset, now, advance, frozen"},
		`[]`:                   {"want mapping"},
		``:                     {"empty"},
	} {
		adminStep{"POST", "/a/clock", body, 400, want}.run(t, s)
	}
	adminStep{"GET", "", "", 200, []string{`[{"session":"default"`}}.run(t, s)
}

func TestSessionsAPIBodyLimits(t *testing.T) {
	t.Parallel()
	s := newServer(t, catalog(t))
	large := `{"scenario": "` + strings.Repeat("x", 64<<10) + `"}`
	for name, tc := range map[string]struct {
		body   io.Reader
		header []string
		status int
		code   string
	}{
		"large":            {strings.NewReader(large), nil, 413, "body-too-large"},
		"of unknown size":  {io.MultiReader(strings.NewReader(large)), nil, 413, "body-too-large"},
		"form":             {strings.NewReader(`{}`), []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, "unsupported-media-type"},
		"no media type":    {strings.NewReader(`{}`), []string{"Content-Type", ";"}, 415, "unsupported-media-type"},
		"breaks off":       {failing{io.ErrUnexpectedEOF}, nil, 400, "body-unreadable"},
		"without":          {nil, nil, 400, "bad-body"},
		"with parameter":   {strings.NewReader(`{}`), []string{"Content-Type", "application/json; charset=utf-8"}, 200, ""},
		"other letters":    {strings.NewReader(`{}`), []string{"Content-Type", "Application/JSON"}, 200, ""},
		"foreign origin":   {strings.NewReader(`{}`), []string{"Origin", "https://evil.example"}, 403, "cross-origin"},
		"another site":     {strings.NewReader(`{}`), []string{"Sec-Fetch-Site", "cross-site"}, 403, "cross-origin"},
		"the page's own":   {strings.NewReader(`{}`), []string{"Sec-Fetch-Site", "same-origin"}, 200, ""},
		"white space only": {strings.NewReader(strings.Repeat(" ", 1000)), nil, 400, "bad-body"},
	} {
		w := ask(t, s, http.MethodPut, sessionsURL+"/default", tc.body, tc.header...)
		if w.Code != tc.status || w.Header().Get(server.HeaderError) != tc.code {
			t.Errorf("%s: want %d %s, got %d %s", name, tc.status, tc.code, w.Code, w.Body)
		}
	}
	for _, path := range []string{"", "/default"} {
		if w := ask(t, s, http.MethodHead, sessionsURL+path, nil); w.Code != 200 || w.Body.Len() != 0 || w.Header().Get("Content-Length") == "0" {
			t.Errorf("HEAD %s: got %d %v", path, w.Code, w.Header())
		}
		if w := ask(t, s, http.MethodGet, "http://evil.example/_mock/sessions"+path, nil); w.Code != 403 {
			t.Errorf("a foreign host: got %d", w.Code)
		}
	}
}

// The list is bounded, however many sessions there are.
func TestSessionsAPILists(t *testing.T) {
	t.Parallel()
	s := newServer(t, catalog(t))
	for i := range 1100 {
		session(t, s, strings.Repeat("s", 1+i%200)+strings.Repeat("t", i/200)).Freeze()
	}
	if listed, _ := field(t, ask(t, s, http.MethodGet, sessionsURL, nil).Body.Bytes()).([]any); len(listed) != 1000 {
		t.Errorf("want 1000, got %d", len(listed))
	}
	if w := ask(t, s, http.MethodGet, sessionsURL+"/none", nil); w.Code != 404 || w.Body.Len() > 64<<10 {
		t.Errorf("want a short refusal, got %d with %d bytes", w.Code, w.Body.Len())
	}
}

// FuzzSessionsAPI sends any body under any name: no panic, an answer that is JSON, and a session only where it was accepted.
func FuzzSessionsAPI(f *testing.F) {
	for _, seed := range []struct{ method, path, body string }{
		{"PUT", "a", `{"scenario": "response-500", "seed": 7, "clock": {"frozen": true, "now": "2026-01-05T09:00:00Z"}}`},
		{"PATCH", "a%2Fb", `{"scenario": null, "seed": null, "clock": {"advance": "2s"}}`},
		{"POST", "a/clock", `{"reset": true, "advance": "9999999h"}`},
		{"POST", "%/clock", `{"now": "9990-12-31T23:59:60Z"}`},
		{"DELETE", "", "\x00"},
	} {
		f.Add(seed.method, seed.path, seed.body)
	}
	s := newServer(f, catalog(f), server.WithMaxSessions(5))
	f.Fuzz(func(t *testing.T, method, path, body string) {
		r := (&http.Request{
			Method: method, URL: &url.URL{Path: "/_mock/sessions/" + path}, Host: "localhost",
			Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)),
		}).WithContext(t.Context())
		if unescaped, err := url.PathUnescape(r.URL.Path); err == nil {
			r.URL.Path, r.URL.RawPath = unescaped, r.URL.Path
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		switch {
		case w.Code == http.StatusInternalServerError:
			t.Fatalf("%s %q %q: %s", method, path, body, w.Body)
		case (w.Code >= 400) != (w.Header().Get(server.HeaderError) != ""):
			t.Fatalf("%s %q %q: %d with %v", method, path, body, w.Code, w.Header())
		}
	})
}
