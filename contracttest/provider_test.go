package contracttest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/understudy-dev/understudy/contracttest"
)

const (
	doneID = "11111111-1111-4111-8111-111111111111"
	failID = "22222222-2222-4222-8222-222222222222"
)

const errorBody = `{"errors":[{"errorCode":%d,"errorTitle":%q,"errorMessage":"refused"}],"warnings":[],"apiRequestId":"0d9a6f0e-5d1b-4a53-9f0c-6a1f2f6d7a20"}`

// provider is a right implementation that knows two processes, and nothing of mocks.
func provider(w http.ResponseWriter, r *http.Request) {
	refuse := func(status, code int, title string) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, errorBody, code, title)
	}
	if user, password, ok := r.BasicAuth(); !ok || user != "dealer" || password != "s3cr3t" {
		refuse(http.StatusUnauthorized, 100003, "WRONG_CREDENTIAL")
		return
	}
	id := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	step := `{"uuid":"a3a0a5c4-52f4-4b0c-8a53-0f5f0b6f1c11","order":1,"status":%q,"startTime":"2026-01-05T09:00:00Z","endTime":"2026-01-05T09:00:02Z"}`
	body := `{"uuid":%q,"status":%q,"startTime":"2026-01-05T09:00:00Z","endTime":"2026-01-05T09:00:02Z","steps":[` + step + `],"errors":[%s]}`
	switch id {
	case doneID:
		body = fmt.Sprintf(body, id, "COMPLETED", "COMPLETED", "")
	case failID:
		body = fmt.Sprintf(body, id, "FAILED", "FAILED", `{"errorCode":100007,"errorTitle":"INTERNAL_SERVER_ERROR","errorMessage":"no"}`)
	default:
		refuse(http.StatusBadRequest, 100006, "INVALID_REQUEST_DATA")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(body))
}

const twoStates = `states:
  - scenario: status=COMPLETED
    path: {asyncProcessesUuid: ` + doneID + `}
  - scenario: status=FAILED
    operation: getAsyncProcess
    path: {asyncProcessesUuid: ` + failID + `}
`

func loadStates(tb testing.TB, yaml string) *contracttest.States {
	tb.Helper()
	states, err := contracttest.LoadStates(fstest.MapFS{"states.yaml": {Data: []byte(yaml)}}, "states.yaml", embedded(tb))
	if err != nil {
		tb.Fatal(err)
	}
	return states
}

func TestProviderWithStates(t *testing.T) {
	t.Parallel()
	report := run(t, contracttest.Params{
		Handler: http.HandlerFunc(provider), States: loadStates(t, twoStates), Strict: true,
		Principal: contracttest.Principal{User: "dealer", Password: "s3cr3t"},
	})
	if !report.OK() {
		t.Errorf("want a conformant run:\n%s", text(t, report))
	}
	for _, name := range []string{"status=COMPLETED", "status=FAILED"} {
		if c := find(t, report, name); c.Outcome != contracttest.Pass || c.Provider != contracttest.ByExistingID {
			t.Errorf("%s: %s by %q", name, c.Outcome, c.Provider)
		}
	}
	for _, name := range []string{"probe/credentials-absent", "probe/credentials-empty", "probe/credentials-malformed", "probe/parameter-malformed/asyncProcessesUuid"} {
		if c := find(t, report, name); c.Outcome != contracttest.Pass || c.Provider != contracttest.ByRequest {
			t.Errorf("%s: %s by %q", name, c.Outcome, c.Provider)
		}
	}
	const want = "the provider does not play scenarios (no X-Mock-Scenario in its answer), and no states file names an id for status=IN_PROGRESS"
	if c := find(t, report, "status=IN_PROGRESS"); c.Outcome != contracttest.Unreachable || c.Reason != want || len(c.Checks) > 0 {
		t.Errorf("status=IN_PROGRESS: %s: %s", c.Outcome, c.Reason)
	}
	if n := count(report, contracttest.Unreachable); n != len(report.Cases)-6 {
		t.Errorf("%d of %d cases are unreachable", n, len(report.Cases))
	}
	if shown := text(t, report); !strings.HasSuffix(shown, "\nconformant: 2 scenarios and 4 probes hold, 53 unreachable\n") {
		t.Errorf("the report does not count what is unreachable:\n%s", shown)
	}
}

func TestProviderInTheWrongState(t *testing.T) {
	t.Parallel()
	states := loadStates(t, strings.Replace(twoStates, doneID, failID, 1))
	report := run(t, contracttest.Params{
		Handler: http.HandlerFunc(provider), States: states, Principal: contracttest.Principal{User: "dealer", Password: "s3cr3t"},
	})
	caught(t, report, "status=COMPLETED", "expectation", "/status")
}

func TestProviderThatIsNotReached(t *testing.T) {
	t.Parallel()
	who := contracttest.Principal{User: "dealer", Password: "s3cr3t"}
	for name, test := range map[string]struct {
		params contracttest.Params
		probe  contracttest.Outcome // of the malformed parameter, which needs credentials
		reason string
	}{
		"no states file": {
			contracttest.Params{Principal: who},
			contracttest.Pass, "names an id for status=COMPLETED",
		},
		"no principal": {
			contracttest.Params{States: loadStates(t, twoStates)},
			contracttest.Disabled,
			"getAsyncProcess wants basic credentials (serviceSubscriber), and the run has no principal",
		},
		"a principal of another kind": {
			contracttest.Params{States: loadStates(t, twoStates), Principal: contracttest.Principal{Token: "tok"}},
			contracttest.Disabled,
			"getAsyncProcess wants basic credentials (serviceSubscriber), and the run has a principal with a token",
		},
	} {
		test.params.Handler = http.HandlerFunc(provider)
		report := run(t, test.params)
		if report.OK() || report.ExitCode() != 3 {
			t.Errorf("%s: exit code %d, want 3", name, report.ExitCode())
		}
		if c := find(t, report, "status=COMPLETED"); c.Outcome != contracttest.Unreachable || !strings.Contains(c.Reason, test.reason) {
			t.Errorf("%s: %s: %s", name, c.Outcome, c.Reason)
		}
		if c := find(t, report, "probe/parameter-malformed/asyncProcessesUuid"); c.Outcome != test.probe {
			t.Errorf("%s: the probe is %s, want %s", name, c.Outcome, test.probe)
		}
		if shown := text(t, report); !strings.HasSuffix(shown, "not conformant: no scenario was reached\n") {
			t.Errorf("%s: the last line is wrong:\n%s", name, shown)
		}
	}
}

// TestNothingIsWritten sends a provider that is no mock only requests that read.
func TestNothingIsWritten(t *testing.T) {
	t.Parallel()
	const orders = `
openapi: 3.1.0
info: {title: Orders, version: "1"}
security: [{token: []}]
paths:
  /orders/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    delete:
      operationId: dropOrder
      responses: {"204": {description: gone}, "400": {description: bad}, "401": {description: who}}
components: {securitySchemes: {token: {type: http, scheme: bearer}}}
`
	c := catalog(t, orders)
	states, err := contracttest.LoadStates(fstest.MapFS{"s.yaml": {Data: []byte("states: [{scenario: response-204, path: {id: 7}}]")}}, "s.yaml", c)
	if err != nil {
		t.Fatal(err)
	}
	var requests log
	report := run(t, contracttest.Params{
		Scenarios: c, States: states, Principal: contracttest.Principal{Token: "tok"}, Concurrency: 1,
		Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { requests.add(r.Method) }),
	})
	if methods := requests.take(); len(methods) != 1 || methods[0] != http.MethodOptions {
		t.Errorf("the provider got %v", methods)
	}
	if c := find(t, report, "response-204"); c.Outcome != contracttest.Unreachable || !strings.Contains(c.Reason, "DELETE may write") {
		t.Errorf("%s: %s", c.Outcome, c.Reason)
	}
	if c := find(t, report, "probe/credentials-absent"); c.Outcome != contracttest.Disabled {
		t.Errorf("%s: %s", c.Outcome, c.Reason)
	}
	if mock := run(t, contracttest.Params{Scenarios: c, Handler: ours(t, c), Strict: true}); !mock.OK() {
		t.Errorf("a mock may be written to:\n%s", text(t, mock))
	}
}

// TestWarningsAreCounted keeps the last line from saying that all is well when a should is broken.
func TestWarningsAreCounted(t *testing.T) {
	t.Parallel()
	report := run(t, contracttest.Params{Handler: dropsEndTime(ours(t, nil))})
	want := fmt.Sprintf(" probes hold, %d warn\n", count(report, contracttest.Warn))
	if shown := text(t, report); !report.OK() || count(report, contracttest.Warn) == 0 || !strings.HasSuffix(shown, want) {
		t.Errorf("want a conformant run that ends in %q:\n%s", want, shown)
	}
}
