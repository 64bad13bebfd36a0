package main

import (
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// recordedTraffic is a page's traffic: a script, then the API, whose answer is not what the contract has.
const recordedTraffic = `{"log": {"version": "1.2", "entries": [
{"startedDateTime": "2026-01-05T09:00:00Z", "request": {"method": "GET", "url": "https://cdn.example.com/app.js"}, "response": {"status": 200}},
{"startedDateTime": "2026-01-05T09:00:01Z", "request": {"method": "GET",
  "url": "https://api.example.com/v9/asyncProcesses/6f1c2b8e-3f0a-4c57-9a39-2b1d7c9e4f01",
  "headers": [{"name": "Authorization", "value": "Bearer ` + secret + `"}]},
 "response": {"status": 401, "headers": [{"name": "Content-Type", "value": "text/plain"}],
  "content": {"size": 15, "text": "` + secret + `"}}}]}}`

func TestVerifyRecorded(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFiles(t, []txtar.File{
		{Name: "har/traffic.har", Data: []byte(recordedTraffic)},
		{Name: "har/cut.har", Data: []byte(recordedTraffic[:80])},
	})
	got := play(t, nil, "verify", "--recorded", "har/traffic.har", "--target", "https://api.example.com/v9")
	if got.Code != exitViolations || strings.Contains(got.Stdout, secret) || !strings.Contains(got.Stdout, "\nFAIL getAsyncProcess recorded/#2 GET /asyncProcesses/6f1c") ||
		!strings.Contains(got.Stdout, "\n2 recorded entries: 1 judged, 1 belong to something else\n") {
		t.Errorf("want code 1 and the second entry, got %+v", got)
	}
	got = play(t, nil, "verify", "--recorded", "har/traffic.har", "--format", "json")
	if got.Code != exitTarget || !strings.Contains(got.Stdout, `"foreign": 2`) {
		t.Errorf("another base path: want code 3, got %+v", got)
	}
	got = play(t, nil, "verify", "--recorded", "har/cut.har")
	if got.Code != exitUsage || !strings.HasPrefix(got.Stderr, "understudy: error: har/cut.har:2:") {
		t.Errorf("cut: want code 2 and a position, got %+v", got)
	}
	got = play(t, nil, "verify", "--recorded", "har/traffic.har", "--poll-for", "1s")
	if got.Code != exitUsage || !strings.Contains(got.Stderr, "--poll-for means nothing with --recorded") {
		t.Errorf("a flag without effect: want code 2, got %+v", got)
	}
	got = play(t, []string{"UNDERSTUDY_RECORDED=har/traffic.har"}, "verify", "--target", "https://me:"+secret+"@api.example.com")
	if got.Code != exitUsage || strings.Contains(got.Stderr, secret) {
		t.Errorf("credentials in the target: want code 2, got %+v", got)
	}
	if got = play(t, nil, "verify", "--recorded", "har/none.har"); got.Code != exitUsage || !strings.Contains(got.Stderr, "har/none.har: cannot be read") {
		t.Errorf("no file: want code 2, got %+v", got)
	}
}
