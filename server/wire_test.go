package server_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/understudy-dev/understudy/server"
)

// wireCase is one request, and what has to come back.
type wireCase struct {
	method  string // GET unless said
	target  string // the process unless said
	header  []string
	options []server.Option
	status  int
	want    map[string]string // response headers
	body    []string          // parts
	absent  []string          // parts that must not stand in the body
}

func (tc *wireCase) run(t *testing.T, s *server.Server) {
	t.Helper()
	method, target := tc.method, tc.target
	if method == "" {
		method = http.MethodGet
	}
	if target == "" {
		target = process
	}
	w := ask(t, s, method, target, nil, tc.header...)
	if w.Code != tc.status {
		t.Errorf("want status %d, got %d: %s", tc.status, w.Code, w.Body)
	}
	for name, value := range tc.want {
		if got := strings.Join(w.Header().Values(name), "|"); got != value {
			t.Errorf("header %s: want %q, got %q", name, value, got)
		}
	}
	containsAll(t, w.Body.String(), tc.body...)
	for _, part := range tc.absent {
		if strings.Contains(w.Body.String(), part) {
			t.Errorf("want no %q in %s", part, w.Body)
		}
	}
	if length := w.Header().Get("Content-Length"); method != http.MethodHead && length != "" && length != strconv.Itoa(w.Body.Len()) {
		t.Errorf("Content-Length %s for %d bytes", length, w.Body.Len())
	}
}

func TestEmbeddedOverTheWire(t *testing.T) {
	t.Parallel()
	auth := []string{"Authorization", demo}
	with := func(headers ...string) []string { return append(slices.Clip(auth), headers...) }
	mockError := func(code string) map[string]string {
		return map[string]string{"X-Mock-Error": code, "Content-Type": "application/problem+json", "X-Mock-Scenario": ""}
	}
	played := func(scenario string) map[string]string {
		return map[string]string{"X-Mock-Scenario": scenario, "X-Mock-Error": "", "Content-Type": "application/json"}
	}
	c := catalog(t)
	failedID := idOf(t, c, "status=FAILED")
	cases := map[string]wireCase{
		"default": {header: auth, status: 200, want: map[string]string{
			"Content-Type": "application/json", "X-Mock-Scenario": "lifecycle", "X-Mock-Seed": "1", "X-Mock-Elapsed": "0s",
			"X-Mock-Error": "", "X-Mock-Evicted": "", "Server": "",
		}, body: []string{`"status":"NOT_STARTED"`, "8d5f0f6e-2a55-4c80-9e0c-6b7a3c1d9e42"}},
		"one moment": {header: with("X-Mock-Scenario", "response-200"), status: 200, want: map[string]string{
			"X-Mock-Scenario": "response-200", "X-Mock-Anchor": "2026-01-05T09:00:00Z", "X-Mock-Elapsed": "",
		}, body: []string{`"status":"COMPLETED"`, `"2026-01-05T09:00:10Z"`}},
		"forced error":                     {header: with("X-Mock-Scenario", "response-500"), status: 500, want: played("response-500")},
		"forced error beats credentials":   {header: []string{"X-Mock-Scenario", "response-500"}, status: 500, want: played("response-500")},
		"forced error beats path":          {target: "/manage/v2/asyncProcesses/nonsense", header: []string{"X-Mock-Scenario", "response-403"}, status: 403},
		"forced success beats credentials": {header: []string{"X-Mock-Scenario", "status=FAILED"}, status: 200, want: played("status=FAILED"), body: []string{`"status":"FAILED"`}},
		"forced success keeps path": {
			target: "/manage/v2/asyncProcesses/nonsense", header: with("X-Mock-Scenario", "status=FAILED"),
			status: 400, want: played("response-400"), body: []string{"INVALID_REQUEST_DATA"},
		},
		"request first: credentials": {
			header: []string{"X-Mock-Scenario", "response-500"}, options: []server.Option{server.WithPrecedence(server.RequestFirst)},
			status: 401, want: played("response-401"),
		},
		"request first: path": {
			target: "/manage/v2/asyncProcesses/nonsense", header: with("X-Mock-Scenario", "response-500"),
			options: []server.Option{server.WithPrecedence(server.RequestFirst)}, status: 400,
		},
		"request first: pass": {
			header: with("X-Mock-Scenario", "response-500"), options: []server.Option{server.WithPrecedence(server.RequestFirst)}, status: 500,
		},
		"no credentials": {status: 401, body: []string{"NULL_CREDENTIALS"}, want: map[string]string{
			"Www-Authenticate": `Basic realm="Async process status"`, "X-Mock-Scenario": "response-401", "X-Mock-Seed": "1",
		}},
		"no credentials, said":    {status: 401, want: map[string]string{"X-Mock-Violation": "getAsyncProcess: request credentials /Authorization: want basic credentials (serviceSubscriber), got none (async-process.openapi.yaml:35:11)"}},
		"forced, not refused":     {header: with("X-Mock-Scenario", "response-401"), status: 401, want: map[string]string{"X-Mock-Violation": ""}},
		"malformed credentials":   {header: []string{"Authorization", "Basic !!!"}, status: 401},
		"other scheme":            {header: []string{"Authorization", "Bearer abc"}, status: 401},
		"auth off":                {options: []server.Option{server.WithoutAuth()}, status: 200},
		"bad path value":          {target: "/manage/v2/asyncProcesses/nonsense", header: auth, status: 400, want: played("response-400")},
		"credentials before path": {target: "/manage/v2/asyncProcesses/nonsense", status: 401},
		"composed": {
			header: with("X-Mock-Scenario", "failed-at-step-2, asyncTaskType=UPDATE_DEALER_PRODUCTS"), status: 200,
			body: []string{`"status":"FAILED"`, "UPDATE_DEALER_PRODUCTS"},
		},
		"composed over two headers": {
			header: with("X-Mock-Scenario", "failed-at-step-2", "X-Mock-Scenario", "asyncTaskType=UPDATE_DEALER_PRODUCTS"), status: 200,
			body: []string{`"status":"FAILED"`, "UPDATE_DEALER_PRODUCTS"},
		},
		"by id":            {target: "/manage/v2/asyncProcesses/" + failedID, header: auth, status: 200, want: played("status=FAILED"), body: []string{`"status":"FAILED"`, failedID}},
		"by id, checks":    {target: "/manage/v2/asyncProcesses/" + failedID, status: 401},
		"header beats id":  {target: "/manage/v2/asyncProcesses/" + failedID, header: with("X-Mock-Scenario", "status=IN_PROGRESS"), status: 200, body: []string{`"status":"IN_PROGRESS"`}},
		"server default":   {header: auth, options: []server.Option{server.WithScenario("status=IN_PROGRESS")}, status: 200, want: played("status=IN_PROGRESS")},
		"default, checks":  {options: []server.Option{server.WithScenario("response-500")}, status: 401},
		"id beats default": {target: "/manage/v2/asyncProcesses/" + failedID, header: auth, options: []server.Option{server.WithScenario("status=IN_PROGRESS")}, status: 200, want: played("status=FAILED")},
		"seed":             {header: with("X-Mock-Seed", "7"), status: 200, want: map[string]string{"X-Mock-Seed": "7"}},
		"seed of server":   {header: auth, options: []server.Option{server.WithSeed(42)}, status: 200, want: map[string]string{"X-Mock-Seed": "42"}},
		"largest seed":     {header: with("X-Mock-Seed", "18446744073709551615"), status: 200, want: map[string]string{"X-Mock-Seed": "18446744073709551615"}},
		"anchor":           {header: with("X-Mock-Scenario", "response-200", "X-Mock-Anchor", "2030-02-03T06:05:06+02:00"), status: 200, want: map[string]string{"X-Mock-Anchor": "2030-02-03T04:05:06Z"}, body: []string{`"2030-02-03T`}},
		"seed too large":   {header: with("X-Mock-Seed", "18446744073709551616"), status: 501, want: mockError("bad-seed")},
		"seed negative":    {header: with("X-Mock-Seed", "-1"), status: 501, want: mockError("bad-seed")},
		"seed word":        {header: with("X-Mock-Seed", "lucky"), status: 501, want: mockError("bad-seed"), body: []string{`\"lucky\"`}},
		"seed empty":       {header: with("X-Mock-Seed", ""), status: 501, want: mockError("bad-seed")},
		"two seeds":        {header: with("X-Mock-Seed", "1", "X-Mock-Seed", "2"), status: 501, want: mockError("bad-seed")},
		"bad anchor":       {header: with("X-Mock-Anchor", "yesterday"), status: 501, want: mockError("bad-anchor")},
		"lenient anchor":   {header: with("X-Mock-Anchor", "2026-01-05T9:00:00Z"), status: 501, want: mockError("bad-anchor")},
		"anchor too late":  {header: with("X-Mock-Anchor", "9999-12-31T23:59:59Z"), status: 501, want: mockError("bad-anchor")},
		"unknown scenario": {header: with("X-Mock-Scenario", "respnse-500"), status: 501, want: mockError("unknown-scenario"), body: []string{`"closest":"response-500"`, `"names":[`, "respnse-500"}},
		"conflict":         {header: with("X-Mock-Scenario", "response-500,response-401"), status: 501, want: mockError("scenario-conflict"), body: []string{"response-500", "response-401"}},
		"empty scenario":   {header: with("X-Mock-Scenario", " , "), status: 501, want: mockError("bad-scenario")},
		"long scenario":    {header: with("X-Mock-Scenario", strings.Repeat("x", 4097)), status: 501, want: mockError("bad-scenario")},
		"long name, cut":   {header: with("X-Mock-Scenario", strings.Repeat("x", 4096)), status: 501, want: mockError("unknown-scenario"), absent: []string{strings.Repeat("x", 201)}},
		"session":          {header: with("X-Mock-Session", "TestIt/a_b"), status: 200},
		"long session":     {header: with("X-Mock-Session", strings.Repeat("x", 10_000)), status: 501, want: mockError("bad-session"), absent: []string{strings.Repeat("x", 201)}},
		"empty session":    {header: with("X-Mock-Session", ""), status: 501, want: mockError("bad-session")},
		"session with tab": {header: with("X-Mock-Session", "a\tb"), status: 501, want: mockError("bad-session")},
		"two sessions":     {header: with("X-Mock-Session", "a", "X-Mock-Session", "b"), status: 501, want: mockError("bad-session")},
		"elapsed": {header: with("X-Mock-Elapsed", " 1m "), status: 200, want: map[string]string{
			"X-Mock-Elapsed": "10s", "X-Mock-Anchor": "2026-01-05T09:00:00Z",
		}, body: []string{`"status":"COMPLETED"`}},
		"elapsed nothing":   {header: with("X-Mock-Elapsed", "0s"), status: 200, body: []string{`"status":"NOT_STARTED"`}},
		"elapsed of moment": {header: with("X-Mock-Elapsed", "1s", "X-Mock-Scenario", "status=FAILED"), status: 501, want: mockError("bad-elapsed"), body: []string{`\"status=FAILED\" is none`}},
		"elapsed of calls":  {header: with("X-Mock-Elapsed", "1s", "X-Mock-Scenario", "flaky-then-done"), status: 501, want: mockError("bad-elapsed")},
		"elapsed word":      {header: with("X-Mock-Elapsed", "soon"), status: 501, want: mockError("bad-elapsed"), body: []string{`\"soon\"`}},
		"elapsed number":    {header: with("X-Mock-Elapsed", "12"), status: 501, want: mockError("bad-elapsed")},
		"elapsed negative":  {header: with("X-Mock-Elapsed", "-1s"), status: 501, want: mockError("bad-elapsed")},
		"elapsed too long":  {header: with("X-Mock-Elapsed", "87601h"), status: 501, want: mockError("bad-elapsed")},
		"two elapsed":       {header: with("X-Mock-Elapsed", "1s", "X-Mock-Elapsed", "1s"), status: 501, want: mockError("bad-elapsed")},
		"delay, not yet":    {header: with("X-Mock-Delay", "1s"), status: 501, want: mockError("unsupported-control"), body: []string{"X-Mock-Delay"}},
		"misspelt control":  {header: with("X-Mock-Senario", "response-500"), status: 501, want: mockError("unsupported-control"), body: []string{"X-Mock-Senario", `"closest":"X-Mock-Scenario"`}},
		"unknown path":      {target: "/manage/v2/asyncProcess/1", header: auth, status: 501, want: mockError("no-operation"), body: []string{`"closest":"/manage/v2/asyncProcesses/{asyncProcessesUuid}"`}},
		"no base path":      {target: strings.TrimPrefix(process, "/manage/v2"), header: auth, status: 501, want: mockError("no-operation")},
		"root":              {target: "/", header: auth, status: 501, want: mockError("no-operation")},
		"trailing slash":    {target: process + "/", header: auth, status: 501, want: mockError("no-operation")},
		"encoded slash":     {target: "/manage/v2/asyncProcesses/a%2Fb", header: auth, status: 400},
		"wrong method":      {method: "POST", header: auth, status: 405, want: map[string]string{"Allow": "GET, HEAD", "X-Mock-Error": "method-not-allowed", "Content-Type": "application/problem+json"}},
		"options":           {method: "OPTIONS", status: 405, want: map[string]string{"Allow": "GET, HEAD", "X-Mock-Error": "method-not-allowed"}},
		"made-up method":    {method: "get", status: 405, body: []string{`\"get\"`}},
		"hostile path":      {target: "/manage/v2/asyncProcesses/%3Cscript%3E%00%0d%0aX-Evil:1", header: auth, status: 400, want: map[string]string{"X-Evil": ""}},
		"options anywhere":  {method: "OPTIONS", target: "*", status: 501, want: mockError("no-operation")},
		"names its 401":     {header: []string{"X-Mock-Scenario", "response-401"}, status: 401, want: map[string]string{"Www-Authenticate": `Basic realm="Async process status"`}},
		"dots are no paths": {target: "/_mock/.." + process, header: auth, status: 404, want: mockError("not-found")},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.run(t, newServer(t, c, tc.options...))
		})
	}
}

func TestHead(t *testing.T) {
	t.Parallel()
	s := newServer(t, catalog(t))
	full := get(t, s)
	head := ask(t, s, http.MethodHead, process, nil, "Authorization", demo)
	if head.Code != 200 || head.Body.Len() != 0 {
		t.Errorf("want 200 without a body, got %d with %d bytes", head.Code, head.Body.Len())
	}
	for _, name := range []string{"Content-Length", "Content-Type", "X-Mock-Scenario"} {
		if got, want := head.Header().Get(name), full.Header().Get(name); got != want || got == "" {
			t.Errorf("%s: want %q, got %q", name, want, got)
		}
	}
	if missing := ask(t, s, http.MethodHead, "/nowhere", nil); missing.Code != 501 || missing.Body.Len() != 0 {
		t.Errorf("want 501 without a body, got %d with %d bytes", missing.Code, missing.Body.Len())
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	t.Parallel()
	c := catalog(t)
	first := get(t, newServer(t, c), "X-Mock-Scenario", "status=FAILED", "X-Mock-Seed", "77")
	again := get(t, newServer(t, catalog(t), server.WithSeed(5)), "X-Mock-Scenario", first.Header().Get("X-Mock-Scenario"),
		"X-Mock-Seed", first.Header().Get("X-Mock-Seed"), "X-Mock-Anchor", first.Header().Get("X-Mock-Anchor"))
	other := get(t, newServer(t, c), "X-Mock-Scenario", "status=FAILED", "X-Mock-Seed", "78")
	one, two, three := withoutRequestID(t, first.Body.Bytes()), withoutRequestID(t, again.Body.Bytes()), withoutRequestID(t, other.Body.Bytes())
	if one != two {
		t.Errorf("same seed, other bytes:\n%s\n%s", one, two)
	}
	if one == three {
		t.Error("another seed, same bytes")
	}
	if first.Body.String() == again.Body.String() {
		t.Error("the request id is not fresh")
	}
}

func withoutRequestID(t *testing.T, body []byte) string {
	t.Helper()
	id, _ := field(t, body, "apiRequestId").(string)
	if len(id) != 36 {
		t.Errorf("want a request id, got %q", id)
		return string(body)
	}
	return strings.ReplaceAll(string(body), id, "ID")
}

// The length of an answer may depend on the one value that no seed decides.
func TestContentLengthIsThatOfTheBody(t *testing.T) {
	t.Parallel()
	s := newServer(t, load(t, pets, `
fixture: cat
operation: getPet
status: 200
body: {name: '${request.id.matches("^[0-7]") ? "Tom" : "Thomas"}'}
`, ""))
	seen := map[string]bool{}
	for range 200 {
		w := ask(t, s, http.MethodGet, "/pets/7", nil)
		length := w.Header().Get("Content-Length")
		if length != strconv.Itoa(w.Body.Len()) {
			t.Fatalf("Content-Length is %s, the body %s", length, w.Body)
		}
		seen[length] = true
	}
	if len(seen) != 2 {
		t.Errorf("want two lengths, got %v", seen)
	}
}
