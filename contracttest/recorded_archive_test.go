package contracttest_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"
	"time"

	"github.com/understudy-dev/understudy/contracttest"
	"github.com/understudy-dev/understudy/scenarios"
	"github.com/understudy-dev/understudy/server"
)

// archive records exchanges as a browser does. Its clock goes on by a second with each.
type archive struct {
	tb      testing.TB
	now     time.Time
	handler http.Handler
	entries []map[string]any
}

// recordedID names the process that tests record.
const recordedID = "6f1c2b8e-3f0a-4c57-9a39-2b1d7c9e4f01"

// newArchive records our own server, whose clock is the archive's.
func newArchive(tb testing.TB, c *scenarios.Catalog) *archive {
	tb.Helper()
	if c == nil {
		c = embedded(tb)
	}
	a := &archive{tb: tb, now: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)}
	handler, err := server.New(c, server.WithClock(func() time.Time { return a.now }))
	if err != nil {
		tb.Fatal(err)
	}
	a.handler = handler
	return a
}

func pairs(h http.Header) []map[string]string {
	list := []map[string]string{}
	for name, values := range h {
		for _, value := range values {
			list = append(list, map[string]string{"name": name, "value": value})
		}
	}
	return list
}

// get records one request with headers, which alternate with their values, and returns the entry.
func (a *archive) get(target string, headers ...string) map[string]any {
	a.tb.Helper()
	r := httptest.NewRequestWithContext(a.tb.Context(), http.MethodGet, target, http.NoBody)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	a.handler.ServeHTTP(w, r)
	entry := map[string]any{
		"startedDateTime": a.now.Format(time.RFC3339Nano), "time": 12.5, "_initiator": map[string]any{"type": "script"},
		"request": map[string]any{
			"method": r.Method, "url": target, "httpVersion": "h2", "headers": pairs(r.Header), "cookies": []any{}, "bodySize": 0,
		},
		"response": map[string]any{
			"status": w.Code, "statusText": "", "headers": pairs(w.Header()), "cookies": []any{},
			"content": map[string]any{"size": w.Body.Len(), "mimeType": "application/json", "text": w.Body.String()},
		},
	}
	a.entries = append(a.entries, entry)
	a.now = a.now.Add(time.Second)
	return entry
}

// process records one poll of the process.
func (a *archive) process() map[string]any {
	a.tb.Helper()
	return a.get("https://api.example.com/manage/v2/asyncProcesses/"+recordedID, "Authorization", dealer())
}

// lifecycle records n polls.
func (a *archive) lifecycle(n int) {
	a.tb.Helper()
	for range n {
		a.process()
	}
}

// dealer is the Authorization of whoever is recorded, whose password is s3cr3t.
func dealer() string { return "Basic " + base64.StdEncoding.EncodeToString([]byte("dealer:s3cr3t")) }

// content is the part of an entry that holds the answer's body.
func content(entry map[string]any) map[string]any {
	return entry["response"].(map[string]any)["content"].(map[string]any)
}

// change replaces a property of the answer's body.
func change(tb testing.TB, entry map[string]any, key string, value any) {
	tb.Helper()
	var body map[string]any
	if err := json.Unmarshal([]byte(content(entry)["text"].(string)), &body); err != nil {
		tb.Fatal(err)
	}
	body[key] = value
	text, err := json.Marshal(body)
	if err != nil {
		tb.Fatal(err)
	}
	content(entry)["text"], content(entry)["size"] = string(text), len(text)
}

// file is the recording as text.
func (a *archive) file() string {
	a.tb.Helper()
	text, err := json.Marshal(map[string]any{"log": map[string]any{"version": "1.2", "creator": map[string]string{"name": "test"}, "entries": a.entries}})
	if err != nil {
		a.tb.Fatal(err)
	}
	return string(text)
}

// load reads the recording.
func (a *archive) load() *contracttest.Recording {
	a.tb.Helper()
	return loadRecording(a.tb, a.file())
}

func loadRecording(tb testing.TB, text string) *contracttest.Recording {
	tb.Helper()
	r, err := contracttest.LoadRecording(fstest.MapFS{"traffic.har": {Data: []byte(text)}}, "traffic.har")
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func judge(tb testing.TB, r *contracttest.Recording, p contracttest.RecordedParams) *contracttest.Report {
	tb.Helper()
	if p.Scenarios == nil {
		p.Scenarios = embedded(tb)
	}
	report, err := contracttest.Judge(tb.Context(), r, p)
	if err != nil {
		tb.Fatal(err)
	}
	return report
}
