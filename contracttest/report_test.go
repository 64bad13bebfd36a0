package contracttest_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-dev/understudy/contracttest"
)

const petStatuses = `
openapi: 3.1.0
info: {title: Pets, version: "3"}
servers: [{url: https://pets.example.test/v3}]
paths:
  /pets/{id}:
    get:
      operationId: getPet
      parameters: [{name: id, in: path, required: true, schema: {type: string, format: uuid}}]
      responses:
        "200":
          description: ok
          headers: {X-Shop: {required: true, schema: {type: string}}}
          content:
            application/json:
              schema:
                type: object
                required: [kind]
                properties:
                  kind: {type: string, enum: [cat, dog]}
                  age: {type: integer, x-inferred: a guess}
                x-validations:
                  - {id: cats-purr, when: self.kind == 'cat', rule: self.purrs, message: a cat purrs}
`

func TestReport(t *testing.T) {
	t.Parallel()
	c := catalog(t, petStatuses)
	wrong := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		played := r.Header.Get("X-Mock-Scenario")
		if played == "minimal" {
			w.Header().Set("X-Mock-Error", "unknown-scenario")
			w.WriteHeader(http.StatusNotImplemented)
			return
		}
		w.Header().Set("X-Mock-Scenario", played)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"kind": "cow", "age": "\u001b[2J", "purrs": false}`))
	})
	report := run(t, contracttest.Params{Handler: wrong, Scenarios: c})
	const want = `Pets 3 against handler

FAIL getPet response-200: carries the headers that the contract documents
  check    headers (must)
  at       response header /X-Shop
  want     present
  got      absent
  contract api.yaml:13:21
  repeat   curl -i -X GET "$UNDERSTUDY_TARGET"'/v3/pets/ID' -H 'X-Mock-Scenario: response-200'
  also in  kind=cat, kind=dog, empty-lists, full

FAIL getPet response-200: sends a body that the schema allows
  check    schema (must)
  at       response body /kind
  want     one of "cat", "dog"
  got      "cow"
  contract api.yaml:20:40
  repeat   curl -i -X GET "$UNDERSTUDY_TARGET"'/v3/pets/ID' -H 'X-Mock-Scenario: response-200'
  also in  kind=cat, kind=dog, empty-lists, full

FAIL getPet kind=cat: the scenario kind=cat shows what its name promises
  check    expectation (must)
  at       response body /kind
  want     "cat"
  got      string "cow"
  contract api.yaml:11:9
  repeat   curl -i -X GET "$UNDERSTUDY_TARGET"'/v3/pets/ID' -H 'X-Mock-Scenario: kind=cat'
`
	got := text(t, report)
	for i := range report.Cases {
		values := strings.SplitN(report.Cases[i].Curl, "/pets/", 2)
		if len(values) == 2 {
			id, _, _ := strings.Cut(values[1], "'")
			got = strings.ReplaceAll(got, id, "ID")
		}
	}
	if diff := cmp.Diff(want, got[:min(len(got), len(want))]); diff != "" {
		t.Errorf("%s\nall of it:\n%s", diff, got)
	}
	for _, line := range []string{
		"WARN getPet response-200: sends a body that the schema allows\n  check    schema (should)\n  at       response body /age\n",
		"  inferred a guess\n",
		`unreachable (1) getPet: the mock cannot play it: X-Mock-Error "unknown-scenario"`,
		"not verified (1): no exchange and no trace exercised\n  getPet cats-purr",
		"not conformant: 5 of 6 cases failed\n",
	} {
		if !strings.Contains(got, line) {
			t.Errorf("the report lacks %q:\n%s", line, got)
		}
	}
	if strings.Contains(got, "\x1b") {
		t.Error("a report without color holds an escape")
	}
	var colored strings.Builder
	if err := report.WriteText(&colored, true); err != nil || !strings.Contains(colored.String(), "\x1b[31mFAIL\x1b[0m") {
		t.Errorf("want color, got %v\n%q", err, colored.String())
	}
	if err := report.WriteText(broken{}, false); !errors.Is(err, errBroken) {
		t.Errorf("the writer's error is lost: %v", err)
	}
	checkJSON(t, report)
}

func checkJSON(t *testing.T, report *contracttest.Report) {
	t.Helper()
	data, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Contract, Version, Digest, Target string
		Conformant                        bool
		Counts                            map[string]int
		Unverified                        []string
		Cases                             []struct {
			Operation, Scenario, Kind, Provider, Outcome, Curl string
			Checks                                             []struct {
				ID, Level, Outcome string
				Violations         []struct{ Level, Where, Pointer, Rule, Want, Got, Position string }
			}
			Exchange struct {
				Method, URL, Body string
				Status            int
			}
		}
	}
	decoder := json.NewDecoder(strings.NewReader(string(data)))
	if err := decoder.Decode(&got); err != nil {
		t.Fatal(err)
	}
	first := got.Cases[0]
	if got.Conformant || got.Contract != "Pets" || got.Counts["fail"] != 5 || got.Counts["unreachable"] != 1 || got.Unverified[0] != "getPet cats-purr" ||
		first.Scenario != "response-200" || first.Outcome != "fail" || first.Checks[3].Violations[0].Pointer != "/X-Shop" ||
		first.Checks[3].Level != "must" || first.Exchange.Status != http.StatusOK || !strings.Contains(first.Exchange.Body, "cow") {
		t.Errorf("the JSON lacks something:\n%.3000s", data)
	}
	for _, name := range []string{`"Contract"`, `"Pointer"`, `"Header"`, `"Checks"`} {
		if strings.Contains(string(data), name+":") {
			t.Errorf("the JSON has the Go name %s", name)
		}
	}
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

// TestNothingVerified keeps empty reports from being green.
func TestNothingVerified(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		report contracttest.Report
		exit   int
	}{
		"empty":       {contracttest.Report{}, 3},
		"probes only": {contracttest.Report{Cases: []contracttest.Case{{Kind: contracttest.KindProbe, Outcome: contracttest.Pass}}}, 3},
		"unreachable": {contracttest.Report{Cases: []contracttest.Case{{Kind: contracttest.KindScenario, Outcome: contracttest.Unreachable}}}, 3},
		"a warning":   {contracttest.Report{Cases: []contracttest.Case{{Kind: contracttest.KindScenario, Outcome: contracttest.Warn}}}, 0},
		"a failed probe": {contracttest.Report{Cases: []contracttest.Case{
			{Kind: contracttest.KindScenario, Outcome: contracttest.Pass}, {Kind: contracttest.KindProbe, Outcome: contracttest.Fail},
		}}, 1},
		"a setup error": {contracttest.Report{Cases: []contracttest.Case{
			{Kind: contracttest.KindScenario, Outcome: contracttest.Pass}, {Kind: contracttest.KindScenario, Outcome: contracttest.SetupError},
		}}, 3},
	} {
		if got := test.report.ExitCode(); got != test.exit || test.report.OK() != (test.exit == 0) {
			t.Errorf("%s: exit code %d, want %d", name, got, test.exit)
		}
	}
}

func TestParamsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	handler := http.NotFoundHandler()
	for name, test := range map[string]struct {
		params contracttest.Params
		want   string
	}{
		"nothing":           {contracttest.Params{}, "verify: neither a target nor a handler; say which provider to verify"},
		"no URL":            {contracttest.Params{Target: "http://host:port"}, `verify: the target is not a URL: invalid port ":port" after host`},
		"credentials, odd":  {contracttest.Params{Target: "http://user:s3/cr3t@host:port"}, "verify: the target holds credentials; give them as the principal"},
		"credentials, bare": {contracttest.Params{Target: "user:s3cr3t@host"}, "verify: the target holds credentials; give them as the principal"},
		"no scheme":         {contracttest.Params{Target: "localhost/api"}, `verify: target "localhost/api": want an http or https URL`},
		"another scheme":    {contracttest.Params{Target: "ftp://host"}, `verify: target "ftp://host": want an http or https URL`},
		"no host":           {contracttest.Params{Target: "http:///api"}, `verify: target "http:///api": there is no host`},
		"credentials":       {contracttest.Params{Target: "http://user:s3cr3t@host"}, "verify: the target holds credentials; give them as the principal"},
		"a query":           {contracttest.Params{Target: "http://host/api?x=1"}, `verify: target "http://host/api?x=1": want no query and no fragment`},
		"negative numbers":  {contracttest.Params{Handler: handler, Timeout: -1, Concurrency: -1}, "verify: timeout: want a positive duration, got -1ns\nconcurrency: want a positive number, got -1"},
		"negative polls": {
			contracttest.Params{Handler: handler, PollEvery: -1, PollFor: -1, PollTail: -1},
			"verify: poll every: want a positive duration, got -1ns\npoll for: want a positive duration, got -1ns\npoll tail: want a positive number, got -1",
		},
	} {
		test.params.Scenarios = embedded(t)
		_, err := contracttest.Run(t.Context(), test.params)
		if err == nil || err.Error() != test.want {
			t.Errorf("%s: got %v, want %s", name, err, test.want)
		}
	}
}
