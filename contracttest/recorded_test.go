package contracttest_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-dev/understudy/contracttest"
)

// faulty lists what is broken in a report: case, check, pointer.
func faulty(r *contracttest.Report) []string {
	var list []string
	for i := range r.Cases {
		for j := range r.Cases[i].Checks {
			check := &r.Cases[i].Checks[j]
			for k := range check.Violations {
				list = append(list, fmt.Sprintf("%s %s %s", r.Cases[i].Scenario, check.ID, check.Violations[k].Pointer))
			}
		}
	}
	slices.Sort(list)
	return list
}

func TestJudgeLifecycle(t *testing.T) {
	t.Parallel()
	a := newArchive(t, nil)
	a.lifecycle(14)
	a.get("https://api.example.com/manage/v2/asyncProcesses/none", "Authorization", dealer())
	a.get("https://api.example.com/manage/v2/asyncProcesses/" + recordedID) // no credentials
	a.get("https://cdn.example.com/app.js")
	report := judge(t, a.load(), contracttest.RecordedParams{Strict: true})
	if !report.OK() || len(faulty(report)) > 0 {
		t.Fatalf("not conformant:\n%s", text(t, report))
	}
	if diff := cmp.Diff(&contracttest.RecordedCounts{Entries: 17, Judged: 16, Foreign: 1}, report.Recorded); diff != "" {
		t.Error(diff)
	}
	over := find(t, report, "recorded/#1-#14 GET /asyncProcesses/"+recordedID)
	if over.Outcome != contracttest.Pass || len(over.Polls) != 14 || over.Polls[13].Entry != 14 || over.Polls[13].At.Seconds() != 13 || over.Kind != contracttest.KindRecorded {
		t.Errorf("got %+v", over)
	}
	vacuous := 0
	for i := range over.Checks {
		if over.Checks[i].ID == "lifecycle/end" {
			t.Error("an end is demanded")
		}
		if over.Checks[i].Outcome == contracttest.Vacuous {
			vacuous++
		}
	}
	if vacuous > 0 {
		t.Errorf("%d checks of a whole lifecycle are vacuous", vacuous)
	}
	shown := text(t, report)
	for _, want := range []string{
		"against traffic.har, strictly", "17 recorded entries: 16 judged, 1 belong to something else", "conformant: 16 recorded exchanges hold",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("want %q in:\n%s", want, shown)
		}
	}
	one := find(t, report, "recorded/#3 GET /asyncProcesses/"+recordedID)
	want := `curl -i -X GET 'https://api.example.com/manage/v2/asyncProcesses/` + recordedID + `' -u "$UNDERSTUDY_USER:$UNDERSTUDY_PASSWORD"`
	if one.Curl != want || one.Status != http.StatusOK || one.Provider != contracttest.ByRecording {
		t.Errorf("got %+v", one)
	}
}

// One spoiled poll is caught in its own case, or in that of the resource, with the numbers of its entries.
func TestJudgeSpoiled(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		spoil func(t *testing.T, a *archive)
		want  []string
		shown string
	}{
		"a state that does not exist": {
			func(t *testing.T, a *archive) { t.Helper(); change(t, a.entries[4], "status", "DONE") },
			[]string{"recorded/#5 GET /asyncProcesses/ID schema /status"},
			"",
		},
		"a state goes back": {
			func(t *testing.T, a *archive) { t.Helper(); a.entries[13]["response"] = a.entries[3]["response"] },
			nil, "13 (entry 13) at 12s answered 200 OK, 14 (entry 14) at 13s answered 200 OK",
		},
		"a name changes": {
			func(t *testing.T, a *archive) { t.Helper(); change(t, a.entries[2], "name", "Another") },
			[]string{"recorded/#1-#15 GET /asyncProcesses/ID lifecycle/constant /name"},
			"2 (entry 2) at 1s answered 200 OK, 3 (entry 3) at 2s",
		},
		"an answer that no contract has": {
			func(t *testing.T, a *archive) { t.Helper(); a.entries[6]["response"].(map[string]any)["status"] = 503 },
			[]string{"recorded/#7 GET /asyncProcesses/ID status-documented "},
			"",
		},
		"another media type": {
			func(t *testing.T, a *archive) {
				t.Helper()
				a.entries[6]["response"].(map[string]any)["headers"] = pairs(http.Header{"Content-Type": {"text/html"}})
			},
			[]string{"recorded/#7 GET /asyncProcesses/ID media-type /Content-Type"},
			"",
		},
		"no JSON": {
			func(t *testing.T, a *archive) {
				t.Helper()
				content(a.entries[1])["text"], content(a.entries[1])["size"] = `{"uuid": `, 9
			},
			[]string{"recorded/#2 GET /asyncProcesses/ID json "},
			"",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newArchive(t, nil)
			a.lifecycle(15)
			test.spoil(t, a)
			report := judge(t, a.load(), contracttest.RecordedParams{Strict: true})
			got := faulty(report)
			for i := range got {
				got[i] = strings.ReplaceAll(got[i], recordedID, "ID")
			}
			if report.ExitCode() != 1 || len(got) == 0 {
				t.Fatalf("conformant:\n%s", text(t, report))
			}
			for _, want := range test.want {
				if !slices.Contains(got, want) {
					t.Errorf("want %q in %q", want, got)
				}
			}
			if shown := text(t, report); !strings.Contains(shown, test.shown) {
				t.Errorf("want %q in:\n%s", test.shown, shown)
			}
		})
	}
}

// Requests that the contract refuses, and that were answered all the same, break a should.
func TestJudgeRefusals(t *testing.T) {
	t.Parallel()
	const path = "https://api.example.com/manage/v2/asyncProcesses/"
	record := func(known bool, target string, headers ...string) *contracttest.Report {
		a := newArchive(t, nil)
		if known {
			a.process()
		}
		right := a.process()["response"]
		a.entries = a.entries[:len(a.entries)-1]
		a.get(target, headers...)["response"] = right
		return judge(t, a.load(), contracttest.RecordedParams{})
	}
	report := record(true, path+recordedID)
	if got := faulty(report); len(got) != 1 || !strings.HasPrefix(got[0], "recorded/#2 ") || !strings.HasSuffix(got[0], "status-expected /Authorization") {
		t.Errorf("no credentials: %q", got)
	}
	if report.ExitCode() != 0 || count(report, contracttest.Warn) != 1 {
		t.Errorf("want a warning:\n%s", text(t, report))
	}
	if shown := text(t, report); !strings.Contains(shown, "want     401 Unauthorized") || !strings.Contains(shown, "got      200 OK") {
		t.Error(shown)
	}
	if got := faulty(record(false, path+"malformed")); len(got) == 0 || !strings.Contains(strings.Join(got, "\n"), "status-expected /asyncProcessesUuid") {
		t.Errorf("malformed parameter: %q", got)
	}
	// A recording without any credentials says nothing of them, nor does one where they are masked.
	if got := faulty(record(false, path+recordedID)); got != nil {
		t.Errorf("no credentials at all: %q", got)
	}
	if got := faulty(record(true, path+recordedID, "Authorization", "[REDACTED]")); got != nil {
		t.Errorf("masked credentials: %q", got)
	}
	// A mock that is told what to play is not asked who wants it.
	if got := faulty(record(true, path+recordedID, "X-Mock-Scenario", "response-200")); got != nil {
		t.Errorf("forced: %q", got)
	}
}

func TestJudgeLeavesOut(t *testing.T) {
	t.Parallel()
	a := newArchive(t, nil)
	a.lifecycle(3)
	a.process()["response"] = map[string]any{"status": 0, "headers": []any{}, "content": map[string]any{"size": 0}}
	a.process()["_fromCache"] = "disk"
	a.get("https://api.example.com/manage/v2/asyncProcesses/"+recordedID, "If-None-Match", `"1"`)["response"] = map[string]any{"status": 304}
	a.get("https://staging.example.com/manage/v2/asyncProcesses/" + recordedID)
	a.process()["request"].(map[string]any)["method"] = http.MethodOptions
	a.process()["request"].(map[string]any)["url"] = "data:text/plain,x"
	a.process()["request"].(map[string]any)["url"] = "https://api.example.com/%zz"
	delete(content(a.process()), "text")
	report := judge(t, a.load(), contracttest.RecordedParams{Target: "https://API.example.com:443/manage/v2", Strict: true})
	want := &contracttest.RecordedCounts{Entries: 11, Judged: 4, NoBody: 1, Foreign: 4, Unanswered: 1, Cached: 2}
	if diff := cmp.Diff(want, report.Recorded); diff != "" {
		t.Error(diff)
	}
	if got := faulty(report); got != nil {
		t.Errorf("broken: %q", got)
	}
	for _, check := range find(t, report, "recorded/#11 GET /asyncProcesses/"+recordedID).Checks {
		if (check.Outcome == contracttest.Pass) != (check.ID == "status-documented") {
			t.Errorf("without a body %s is %s", check.ID, check.Outcome)
		}
	}
	nothing := judge(t, a.load(), contracttest.RecordedParams{Target: "https://api.example.com/v3"})
	if nothing.ExitCode() != 3 || !strings.Contains(text(t, nothing), "not conformant: nothing that was recorded belongs to the contract") {
		t.Errorf("exit %d:\n%s", nothing.ExitCode(), text(t, nothing))
	}
}

// What has no order cannot have gone the wrong way: answers that overlap, and resources of two sessions or servers.
func TestJudgeOrder(t *testing.T) {
	t.Parallel()
	a := newArchive(t, nil)
	a.lifecycle(15)
	slices.Reverse(a.entries)
	if got := faulty(judge(t, a.load(), contracttest.RecordedParams{Strict: true})); got != nil {
		t.Errorf("another order of the file: %q", got)
	}
	a.entries[0], a.entries[1] = a.entries[1], a.entries[0]
	for _, entry := range a.entries {
		delete(entry, "startedDateTime")
	}
	if got := faulty(judge(t, a.load(), contracttest.RecordedParams{})); got == nil {
		t.Error("without times, the file's order does not count")
	}

	a = newArchive(t, nil)
	a.lifecycle(13)
	slow := a.entries[0]
	slow["startedDateTime"], slow["time"] = a.entries[11]["startedDateTime"], 1500
	a.entries = append(a.entries[1:12], slow, a.entries[12])
	if got := faulty(judge(t, a.load(), contracttest.RecordedParams{})); got != nil {
		t.Errorf("overlapping: %q", got)
	}

	a = newArchive(t, nil)
	a.lifecycle(13)
	a.entries[0]["startedDateTime"] = "2026-01-05T10:00:00Z"
	a.entries[0]["request"].(map[string]any)["url"] = "https://other.example.com/manage/v2/asyncProcesses/" + recordedID
	if got := faulty(judge(t, a.load(), contracttest.RecordedParams{})); got != nil {
		t.Errorf("two servers: %q", got)
	}
}

// Our own suite's traffic, by its report, keeps the contract.
func TestJudgeReport(t *testing.T) {
	t.Parallel()
	report := run(t, contracttest.Params{Handler: ours(t, nil), Strict: true})
	data, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	again := judge(t, loadRecording(t, string(data)), contracttest.RecordedParams{Strict: true})
	if !again.OK() || again.Recorded.Judged < 50 || again.Recorded.Foreign > 0 || again.Recorded.NoBody > 0 {
		t.Errorf("got %+v:\n%s", again.Recorded, text(t, again))
	}
	spoiled := strings.Replace(string(data), `\"status\":\"FAILED\"`, `\"status\":\"BROKEN\"`, 1)
	again = judge(t, loadRecording(t, spoiled), contracttest.RecordedParams{})
	if again.ExitCode() != 1 && again.Recorded.NoBody != 1 {
		t.Errorf("a spoiled report passes:\n%s", text(t, again))
	}
}

func TestJudgeInterrupted(t *testing.T) {
	t.Parallel()
	a := newArchive(t, nil)
	a.lifecycle(2)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	report, err := contracttest.Judge(ctx, a.load(), contracttest.RecordedParams{})
	if err != nil || report.ExitCode() != 3 || count(report, contracttest.SetupError) != 3 {
		t.Errorf("got %v, %v", report, err)
	}
}

func TestJudgeParams(t *testing.T) {
	t.Parallel()
	if _, err := contracttest.Judge(t.Context(), nil, contracttest.RecordedParams{}); err == nil {
		t.Error("no recording is judged")
	}
	a := newArchive(t, nil)
	a.process()
	if _, err := contracttest.Judge(t.Context(), a.load(), contracttest.RecordedParams{Target: "ftp://x"}); err == nil {
		t.Error("a target that is no URL of HTTP is taken")
	}
}

// base64 is how writers keep a body that may be no text.
func TestLoadRecordingBase64(t *testing.T) {
	t.Parallel()
	a := newArchive(t, nil)
	body := content(a.process())
	body["text"], body["encoding"] = base64.StdEncoding.EncodeToString([]byte(body["text"].(string))), "base64"
	if report := judge(t, a.load(), contracttest.RecordedParams{Strict: true}); !report.OK() {
		t.Error(text(t, report))
	}
	body["text"] = base64.StdEncoding.EncodeToString([]byte("{\"uuid\": \"\xff\"}"))
	if got := faulty(judge(t, a.load(), contracttest.RecordedParams{})); len(got) != 1 || !strings.Contains(got[0], " json ") {
		t.Errorf("invalid UTF-8: %q", got)
	}
}

func ExampleJudge() {
	const traffic = `{"log": {"version": "1.2", "entries": [{
		"startedDateTime": "2026-01-05T09:00:00Z", "time": 41,
		"request": {"method": "GET", "url": "https://api.example.com/manage/v2/asyncProcesses/6f1c2b8e-3f0a-4c57-9a39-2b1d7c9e4f01"},
		"response": {"status": 401, "headers": [{"name": "content-type", "value": "text/html"}],
			"content": {"size": 15, "mimeType": "text/html", "text": "<h1>No!</h1>..."}}}]}}`
	files := fstest.MapFS{"traffic.har": {Data: []byte(traffic)}}
	recording, err := contracttest.LoadRecording(files, "traffic.har")
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := contracttest.Judge(context.Background(), recording, contracttest.RecordedParams{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Recorded)
	for _, c := range report.Cases {
		for _, check := range c.Checks {
			for _, v := range check.Violations {
				fmt.Println(c.Scenario, check.ID, "want", v.Want, "got", v.Got)
			}
		}
	}
	// Output:
	// 1 recorded entries: 1 judged
	// recorded/#1 GET /asyncProcesses/6f1c2b8e-3f0a-4c57-9a39-2b1d7c9e4f01 media-type want application/json got "text/html"
}
