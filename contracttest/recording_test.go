package contracttest_test

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-dev/understudy/contracttest"
)

func TestLoadRecordingBadInput(t *testing.T) {
	t.Parallel()
	entry := func(text string) string { return "{\"log\": {\"entries\": [\n" + text + "\n]}}" }
	for name, test := range map[string]struct {
		text string
		want []string // lines without the file's name
	}{
		"empty":           {"", []string{`1:1: not JSON: unexpected end of JSON input; the file is empty`}},
		"truncated":       {`{"log": {"entries": [{`, []string{`1:23: not JSON: unexpected end of JSON input`}},
		"no JSON":         {"<html>", []string{`1:1: not JSON: invalid character '<' looking for beginning of value`}},
		"something else":  {`{"info": 1}`, []string{`1:1: recording: there is neither "log" nor "cases"; want a HAR file, or the JSON report of a run`}},
		"a list":          {`[]`, []string{`1:1: recording: there is neither "log" nor "cases"; want a HAR file, or the JSON report of a run`}},
		"no log":          {`{"log": null}`, []string{`1:1: recording: there is no "log"`}},
		"log is a list":   {`{"log": []}`, []string{`1:9: recording: log: want mapping, got sequence`}},
		"no list":         {`{"log": {}}`, []string{`1:9: recording: there is no "entries"`}},
		"no entries":      {`{"log": {"entries": []}}`, []string{`1:21: recording: it has no entries`}},
		"wrong entries":   {`{"log": {"entries": {}}}`, []string{`1:21: recording: entries: want sequence, got mapping`}},
		"entry is text":   {entry(`"x"`), []string{`2:1: entry 1: entry: want mapping, got string "x"`}},
		"entry is empty":  {entry(`{}`), []string{`2:1: entry 1: there is no "request"`}},
		"request is null": {entry(`{"request": null}`), []string{`2:1: entry 1: there is no "request"`}},
		"wrong types": {
			entry(`{"startedDateTime": 1, "time": "1", "request": {"method": 1, "url": 2, "headers": {}, "postData": 3}, "response": 4}`),
			[]string{
				`2:21: entry 1: startedDateTime: want string, got number 1`,
				`2:32: entry 1: time: want number, got string "1"`,
				`2:59: entry 1: method: want string, got number 1`,
				`2:69: entry 1: url: want string, got number 2`,
				`2:83: entry 1: headers: want sequence, got mapping`,
				`2:99: entry 1: postData: want mapping, got number 3`,
				`2:115: entry 1: response: want mapping, got number 4`,
			},
		},
		"wrong values": {
			entry(`{"startedDateTime": "monday", "request": {"method": "GET", "url": "http://h/", "headers": ["x", {"value": "v"}]},
"response": {"status": 20.5, "content": {"text": "*", "encoding": "base64"}}},
{"request": {"method": "GET", "url": "http://h/"}, "response": {"status": 99999, "content": {"text": "*", "encoding": "rot13"}}}`),
			[]string{
				`2:21: entry 1: startedDateTime: want an instant such as 2026-01-02T15:04:05.678Z, got string "monday"`,
				`2:92: entry 1: headers: want mapping, got string "x"`,
				`2:97: entry 1: there is no "name"`,
				`3:24: entry 1: status: want a status of three digits, or 0, got number 20.5`,
				`3:50: entry 1: text: not base64: illegal base64 data at input byte 0`,
				`4:75: entry 2: status: want a status of three digits, or 0, got number 99999`,
				`4:119: entry 2: encoding: want "base64" or nothing, got string "rot13"`,
			},
		},
		"a report without exchanges": {`{"cases": [{}]}`, []string{`1:2: recording: it has no exchanges`}},
		"a wrong report": {
			`{"cases": [{"exchange": {"method": 1, "url": "/", "header": {"A": 1, "B": [2]}}}]}`,
			[]string{
				`1:25: entry 1: there is no "body"`,
				`1:36: entry 1: method: want string, got number 1`,
				`1:67: entry 1: header: want sequence, got number 1`,
				`1:76: entry 1: header: want string, got number 2`,
			},
		},
		"twice the same key": {`{"log": {}, "log": {}}`, []string{`1:13: key "log" is given twice; the first is on line 1`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := contracttest.LoadRecording(fstest.MapFS{"a.har": {Data: []byte(test.text)}}, "a.har")
			if err == nil {
				t.Fatal("it loads")
			}
			if diff := cmp.Diff(test.want, strings.Split(strings.ReplaceAll(err.Error(), "a.har:", ""), "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// huge says that its files have a gigabyte.
type huge struct{ fstest.MapFS }

func (h huge) Stat(name string) (fs.FileInfo, error) {
	info, err := h.MapFS.Stat(name)
	return hugeInfo{info}, err
}

type hugeInfo struct{ fs.FileInfo }

func (hugeInfo) Size() int64 { return 1 << 30 }

func TestLoadRecordingBounds(t *testing.T) {
	t.Parallel()
	const entry = `{"request": {"method": "GET", "url": "http://h/"}},`
	load := func(fsys fs.FS) string {
		_, err := contracttest.LoadRecording(fsys, "a.har")
		return fmt.Sprint(err)
	}
	if got, want := load(huge{fstest.MapFS{"a.har": {}}}), "load recording: a.har: is larger than 67108864 bytes"; got != want {
		t.Errorf("1 GB: got %q", got)
	}
	many := `{"log": {"entries": [` + strings.Repeat(entry, 100_000) + entry[:len(entry)-1] + `]}}`
	got := load(fstest.MapFS{"a.har": {Data: []byte(many)}})
	if !strings.HasSuffix(got, ": recording: it has more than 10000 entries; split it, or record less") {
		t.Errorf("100,000 entries: got %q", got)
	}
	wrong := `{"log": {"entries": [` + strings.Repeat("{},", 5000) + `{}]}}`
	if n := strings.Count(load(fstest.MapFS{"a.har": {Data: []byte(wrong)}}), "\n"); n > 30 {
		t.Errorf("%d lines of problems", n)
	}
	if got := load(fstest.MapFS{"a.har": {Data: []byte(strings.Repeat("[", 100_000))}}); !strings.HasPrefix(got, "a.har:1:") {
		t.Errorf("deep: got %.200q", got)
	}
}

// A large recording is judged in bounded time, and its report is bounded as well.
func TestJudgeLarge(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it is about size")
	}
	a := newArchive(t, nil)
	entry := a.process()
	for i := range 2000 {
		one := map[string]any{"startedDateTime": a.now.Add(time.Duration(i) * time.Second).Format(time.RFC3339), "request": entry["request"], "response": entry["response"]}
		a.entries = append(a.entries, one)
	}
	report := judge(t, a.load(), contracttest.RecordedParams{Strict: true})
	if !report.OK() || report.Recorded.Judged != 2001 {
		t.Errorf("got %+v", report.Recorded)
	}
}

// FuzzLoadRecording feeds anything to the reader, and what it takes to the judge.
func FuzzLoadRecording(f *testing.F) {
	for _, seed := range []string{
		``, `{"log": {"entries": [{}]}}`, `{"log": 1}`, `{"cases": []}`,
		`{"log": {"entries": [{"startedDateTime": "2026-01-05T09:00:00Z", "time": 1e99, "request": {"method": "GET",
			"url": "http://u:p@h/manage/v2/asyncProcesses/6f1c2b8e-3f0a-4c57-9a39-2b1d7c9e4f01?a=%zz&token=1", "headers": [{"name": "Cookie", "value": "a=b; c"}],
			"postData": {"text": "x"}}, "response": {"status": 200, "headers": [{"name": "Content-Type", "value": "application/json"}],
			"content": {"size": 12, "text": "e30=", "encoding": "base64"}}}]}}`,
		`{"cases": [{"exchange": {"method": "GET", "url": "/manage/v2/asyncProcesses/x", "status": 200, "requestHeader": {"A": ["b"]}, "body": "{}", "length": 2},
			"polls": [{"exchange": {"method": "GET", "url": "/manage/v2/asyncProcesses/x", "status": 200, "body": "{\"status\": 1}"}}]}]}`,
	} {
		f.Add(seed)
	}
	c := embedded(f)
	f.Fuzz(func(t *testing.T, data string) {
		recording, err := contracttest.LoadRecording(fstest.MapFS{"a.har": {Data: []byte(data)}}, "a.har")
		if err != nil {
			for line := range strings.Lines(err.Error()) {
				if !strings.HasPrefix(line, "a.har:") {
					t.Errorf("no position: %q", line)
				}
			}
			return
		}
		report, err := contracttest.Judge(context.Background(), recording, contracttest.RecordedParams{Scenarios: c})
		if err != nil {
			t.Fatal(err)
		}
		n := report.Recorded
		if n.Judged+n.Foreign+n.Unanswered+n.Cached != n.Entries {
			t.Errorf("lost entries: %+v", n)
		}
		if _, err := report.MarshalJSON(); err != nil {
			t.Error(err)
		}
		_ = report.WriteText(&strings.Builder{}, true)
	})
}
