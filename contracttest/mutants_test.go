package contracttest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/understudy-dev/understudy/contracttest"
)

// answer is a recorded answer of the right provider, which a mutant spoils.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// spoilt wraps a right provider: spoil changes each answer before it is sent.
func spoilt(right http.Handler, spoil func(*http.Request, *answer)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		right.ServeHTTP(recorder, r)
		a := &answer{recorder.Code, recorder.Header(), recorder.Body.Bytes()}
		a.header.Del("Content-Length")
		spoil(r, a)
		maps.Copy(w.Header(), a.header)
		w.WriteHeader(a.status)
		_, _ = w.Write(a.body)
	})
}

// edited changes the decoded body of each JSON object that is answered.
func edited(right http.Handler, edit func(body map[string]any)) http.Handler {
	return spoilt(right, func(_ *http.Request, a *answer) {
		var body map[string]any
		if json.Unmarshal(a.body, &body) == nil {
			edit(body)
			a.body, _ = json.Marshal(body)
		}
	})
}

func renamesStatus(right http.Handler) http.Handler {
	return edited(right, func(body map[string]any) {
		if body["status"] == "COMPLETED" {
			body["status"] = "DONE"
		}
	})
}

func dropsEndTime(right http.Handler) http.Handler {
	return edited(right, func(body map[string]any) {
		if body["status"] == "COMPLETED" {
			delete(body, "endTime")
		}
	})
}

func admitsAnybody(right http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			r.SetBasicAuth("some", "body")
		}
		right.ServeHTTP(w, r)
	})
}

func reversesSteps(right http.Handler) http.Handler {
	return edited(right, func(body map[string]any) {
		if steps, ok := body["steps"].([]any); ok {
			slices.Reverse(steps)
		}
	})
}

func hangsWhen(right http.Handler, scenario string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Mock-Scenario") == scenario {
			<-r.Context().Done()
			return
		}
		right.ServeHTTP(w, r)
	})
}

// TestMutants plays wrong providers: each must be caught, by the check that is meant for it, and told with its place.
func TestMutants(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes its time, and nothing in it is concurrent")
	}
	tests := map[string]struct {
		mutate  func(http.Handler) http.Handler
		mild    bool // only strict runs fail
		exit    int  // when no case fails
		timeout time.Duration
		text    []string
		failing string // a case that fails
		check   string // the check that catches it there
		pointer string
	}{
		"an enum value is renamed": {
			mutate:  renamesStatus,
			failing: "status=COMPLETED", check: "schema", pointer: "/status",
			text: []string{`got      "DONE"`, "at       response body /status", "async-process.openapi.yaml:"},
		},
		"a COMPLETED process has no endTime": {
			mutate: dropsEndTime, mild: true,
			failing: "status=COMPLETED", check: "rule/completed-has-end",
			text: []string{"at       response body /endTime"},
		},
		"absent credentials are let in": {
			mutate: admitsAnybody, mild: true,
			failing: "probe/credentials-absent", check: "status-expected", pointer: "/Authorization",
			text: []string{"want     401 Unauthorized", "got      200 OK", "request credentials /Authorization"},
		},
		"the steps are reversed": {
			mutate:  reversesSteps,
			failing: "status=COMPLETED", check: "rule/steps-are-listed-in-order",
			text: []string{"at       response body /steps"},
		},
		"the content type is another": {
			mutate: func(right http.Handler) http.Handler {
				return spoilt(right, func(_ *http.Request, a *answer) { a.header.Set("Content-Type", "text/plain") })
			},
			failing: "response-500", check: "media-type", pointer: "/Content-Type",
			text: []string{`got      "text/plain"`},
		},
		"500 is answered in place of 400": {
			mutate: func(right http.Handler) http.Handler {
				return spoilt(right, func(_ *http.Request, a *answer) {
					if a.status == http.StatusBadRequest {
						a.status = http.StatusInternalServerError
					}
				})
			},
			failing: "response-400", check: "status-expected",
			text: []string{"want     400 Bad Request", "got      500 Internal Server Error"},
		},
		"a status is not documented": {
			mutate: func(right http.Handler) http.Handler {
				return spoilt(right, func(_ *http.Request, a *answer) {
					if a.status == http.StatusOK {
						a.status = http.StatusAccepted
					}
				})
			},
			failing: "status=FAILED", check: "status-documented",
			text: []string{"got      202"},
		},
		"one state is shown as another": {
			mutate: func(right http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("X-Mock-Scenario") == "status=NOT_NEEDED" {
						r.Header.Set("X-Mock-Scenario", "response-200")
						w = &echo{w, "status=NOT_NEEDED"}
					}
					right.ServeHTTP(w, r)
				})
			},
			failing: "status=NOT_NEEDED", check: "expectation", pointer: "/status",
			text: []string{`want     "NOT_NEEDED"`, `got      string "COMPLETED"`},
		},
		"what a scenario promises is missing": {
			mutate: func(right http.Handler) http.Handler {
				return edited(right, func(body map[string]any) { delete(body, "steps") })
			},
			failing: "steps.status=NOT_NEEDED", check: "expectation", pointer: "/steps/*/status",
			text: []string{"got      nothing"},
		},
		"the JSON is cut": {
			mutate: func(right http.Handler) http.Handler {
				return spoilt(right, func(_ *http.Request, a *answer) { a.body = a.body[:len(a.body)/2] })
			},
			failing: "minimal", check: "json",
			text: []string{"want     JSON"},
		},
		"the body is no text": {
			mutate: func(right http.Handler) http.Handler {
				return spoilt(right, func(_ *http.Request, a *answer) { a.body = []byte("{\"status\":\"\xff\x1b[2J\"}") })
			},
			failing: "minimal", check: "json",
		},
		"the length is a lie": {
			mutate: func(right http.Handler) http.Handler {
				return spoilt(right, func(_ *http.Request, a *answer) { a.header.Set("Content-Length", strconv.Itoa(len(a.body)+7)) })
			},
			failing: "response-200", check: "media-type",
			text: []string{"want     a whole body", "unexpected EOF"},
		},
		"the body is huge": {
			mutate: func(right http.Handler) http.Handler {
				huge := bytes.Repeat([]byte(" "), 10<<20)
				return spoilt(right, func(r *http.Request, a *answer) {
					if r.Header.Get("X-Mock-Scenario") == "minimal" {
						a.body = append(a.body, huge...)
					}
				})
			},
			failing: "minimal", check: "media-type",
			text: []string{"want     at most 10 MiB", "got      more"},
		},
		"gzip that nobody asked for": {
			mutate: func(right http.Handler) http.Handler {
				return spoilt(right, func(_ *http.Request, a *answer) {
					var packed bytes.Buffer
					w := gzip.NewWriter(&packed)
					_, _ = w.Write(a.body)
					_ = w.Close()
					a.header.Set("Content-Encoding", "gzip")
					a.body = packed.Bytes()
				})
			},
			failing: "response-200", check: "media-type", pointer: "/Content-Encoding",
			text: []string{`got      "gzip"`},
		},
		"everything is redirected": {
			mutate: func(http.Handler) http.Handler {
				return http.RedirectHandler("https://login.example.test/", http.StatusFound)
			},
			failing: "probe/credentials-absent", check: "status-documented",
			text: []string{"got      302", "no scenario was reached"},
		},
		"one state never answers": {
			mutate: func(right http.Handler) http.Handler { return hangsWhen(right, "status=FAILED") }, exit: 3, timeout: 2 * time.Second,
			text: []string{"SETUP ERROR getAsyncProcess: no answer within", "in       status=FAILED"},
		},
		"nothing ever answers": {
			mutate: func(http.Handler) http.Handler {
				return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
			},
			exit: 3, timeout: 100 * time.Millisecond, text: []string{"repeat   curl -i", "asking the provider whether it is a mock: no answer within"},
		},
		"the body never ends": {
			mutate: func(right http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("X-Mock-Scenario") != "full" {
						right.ServeHTTP(w, r)
						return
					}
					w.Header().Set("X-Mock-Scenario", "full")
					_, _ = w.Write([]byte("{"))
					_ = http.NewResponseController(w).Flush()
					<-r.Context().Done()
				})
			},
			exit: 3, timeout: 2 * time.Second, text: []string{"status 200, but no end of the body within 2s"},
		},
		"it hangs up": {
			mutate: func(http.Handler) http.Handler {
				return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
			},
			exit: 3, text: []string{"no answer: EOF"},
		},
		"its headers are endless": {
			mutate: func(http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("X-Long", strings.Repeat("x", 2<<20))
				})
			},
			exit: 3, text: []string{"no answer: "},
		},
		"a mock answers something else than it was asked for": {
			mutate: func(right http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("X-Mock-Scenario") == "full" {
						r.Header.Set("X-Mock-Scenario", "minimal")
					}
					right.ServeHTTP(w, r)
				})
			},
			exit: 3, text: []string{`the mock was asked for it and answered 200 with X-Mock-Scenario "minimal"`},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wrong := test.mutate(ours(t, nil))
			report := run(t, contracttest.Params{Handler: wrong, Strict: true, Timeout: test.timeout})
			shown := text(t, report)
			exit := test.exit
			if test.failing != "" {
				exit = 1
				caught(t, report, test.failing, test.check, test.pointer)
			}
			if report.ExitCode() != exit || report.OK() != (exit == 0) {
				t.Errorf("exit code %d, ok %t, want %d\n%s", report.ExitCode(), report.OK(), exit, shown)
			}
			for _, want := range test.text {
				if !strings.Contains(shown, want) {
					t.Errorf("the report lacks %q:\n%s", want, shown)
				}
			}
			if strings.Contains(shown, "\x1b") || strings.Contains(shown, "\xff") {
				t.Errorf("the report repeats control characters:\n%q", shown)
			}
			if test.mild {
				if lenient := run(t, contracttest.Params{Handler: wrong}); !lenient.OK() || count(lenient, contracttest.Warn) == 0 {
					t.Errorf("not strict: want warnings only:\n%s", text(t, lenient))
				}
			}
		})
	}
}

// caught wants a case to fail by a check, and to say how to repeat it.
func caught(t *testing.T, r *contracttest.Report, name, check, pointer string) {
	t.Helper()
	c := find(t, r, name)
	i := slices.IndexFunc(c.Checks, func(one contracttest.Result) bool { return one.ID == check })
	if c.Outcome != contracttest.Fail || i < 0 || c.Checks[i].Outcome != contracttest.Fail || len(c.Checks[i].Violations) == 0 {
		t.Fatalf("case %s: want check %s to fail:\n%s", name, check, text(t, r))
	}
	if got := c.Checks[i].Violations[0].Pointer; got != pointer {
		t.Errorf("case %s, check %s: pointer %q, want %q", name, check, got, pointer)
	}
	if !strings.HasPrefix(c.Curl, "curl -i ") {
		t.Errorf("case %s: no curl line: %q", name, c.Curl)
	}
}

// echo claims that another scenario was played.
type echo struct {
	http.ResponseWriter
	scenario string
}

func (e *echo) WriteHeader(status int) {
	e.Header().Set("X-Mock-Scenario", e.scenario)
	e.ResponseWriter.WriteHeader(status)
}

func TestRefusedConnection(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	report := run(t, contracttest.Params{Target: closed.URL})
	if report.ExitCode() != 3 || count(report, contracttest.SetupError) != len(report.Cases) {
		t.Errorf("want setup errors only:\n%s", text(t, report))
	}
	if shown := text(t, report); !strings.Contains(shown, "connection refused") {
		t.Errorf("the report does not say why:\n%s", shown)
	}
}

func TestOursIsConformant(t *testing.T) {
	t.Parallel()
	listening := httptest.NewServer(ours(t, nil))
	defer listening.Close()
	for name, p := range map[string]contracttest.Params{
		"handler":                {Handler: ours(t, nil), Strict: true},
		"target":                 {Target: listening.URL, Strict: true},
		"target with a path":     {Target: listening.URL + "/manage/v2/", Strict: true},
		"one exchange at a time": {Handler: ours(t, nil), Strict: true, Concurrency: 1},
	} {
		report := run(t, p)
		if !report.OK() || report.ExitCode() != 0 || count(report, contracttest.Pass) != len(report.Cases) {
			t.Errorf("%s: want every case to pass:\n%s", name, text(t, report))
		}
	}
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	right := ours(t, nil)
	report, err := contracttest.Run(ctx, contracttest.Params{Concurrency: 1, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Mock-Scenario") == "response-401" {
			cancel()
		}
		right.ServeHTTP(w, r)
	})})
	if err != nil {
		t.Fatal(err)
	}
	if find(t, report, "response-200").Outcome != contracttest.Pass || find(t, report, "full").Outcome != contracttest.SetupError || report.ExitCode() == 0 {
		t.Errorf("want the first cases judged and the rest interrupted:\n%s", text(t, report))
	}
	if !strings.Contains(find(t, report, "full").Reason, "interrupted") {
		t.Errorf("reason %q", find(t, report, "full").Reason)
	}
}
