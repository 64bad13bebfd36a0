package contracttest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-dev/understudy/contracttest"
)

// TestRetryAfter polls when the provider says so, within limits.
func TestRetryAfter(t *testing.T) {
	t.Parallel()
	const late = "Retry-After asks for a pause of"
	for name, test := range map[string]struct {
		header, date string
		params       contracttest.Params
		want         []string
		text         string
	}{
		"seconds":               {header: "7", want: []string{"7s", "7s", "7s", "7s", "7s"}},
		"another pace":          {params: contracttest.Params{PollEvery: 300 * time.Millisecond, PollTail: 1}, want: []string{"300ms", "300ms", "300ms", "300ms"}},
		"at once":               {header: "0", want: []string{"100ms", "100ms", "100ms", "100ms", "100ms"}},
		"at once, and we hurry": {header: "0", params: contracttest.Params{PollEvery: time.Millisecond}, want: []string{"1ms", "1ms", "1ms", "1ms", "1ms"}},
		"an instant":            {header: "Sun, 01 Mar 2026 12:00:09 GMT", want: []string{"9s", "100ms", "100ms", "100ms", "100ms"}},
		"an instant by its own clock": {
			header: "Thu, 01 Jan 1970 00:00:08 GMT", date: "Thu, 01 Jan 1970 00:00:05 GMT", want: []string{"3s", "3s", "3s", "3s", "3s"},
		},
		"what cannot be read": {header: "soon", want: []string{"1s", "1s", "1s", "1s", "1s"}},
		"less than nothing":   {header: "-5", want: []string{"1s", "1s", "1s", "1s", "1s"}},
		"an hour":             {header: "3600", text: `got      "NOT_STARTED", polled once in 0s; ` + late + " 1h0m0s, and polling is bounded to 1m0s"},
		"too much to count":   {header: strings.Repeat("9", 40), text: late + " 24h0m0s"},
		"a far instant":       {header: "Fri, 01 Jan 9999 00:00:00 GMT", text: late + " 24h0m0s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			handler := &moving{spoil: func(_ int, w http.ResponseWriter, body string) string {
				w.Header()["Date"] = nil // no date at all
				if test.header != "" {
					w.Header().Set("Retry-After", test.header)
				}
				if test.date != "" {
					w.Header().Set("Date", test.date)
				}
				return body
			}}
			report, _, clock := watched(t, "lifecycle", handler, test.params)
			shown := text(t, report)
			if diff := cmp.Diff(test.want, clock.waited()); diff != "" || report.OK() != (test.text == "") {
				t.Errorf("pauses (-want +got):\n%s\n%s", diff, shown)
			}
			if !strings.Contains(shown, test.text) {
				t.Errorf("the report lacks %q:\n%s", test.text, shown)
			}
		})
	}
}
