package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

func TestServe(t *testing.T) {
	s := startServe(t, nil)
	if want := "understudy: serving Async process status 2.0 on " + s.origin + "/manage/v2\nunderstudy: try: curl -s -u demo:demo " + s.origin + "/manage/v2/asyncProcesses/"; !strings.HasPrefix(s.said, want) {
		t.Errorf("want %q at the beginning, got %q", want, s.said)
	}
	got := ask(t, s.origin+process)
	if got.status != http.StatusOK || !strings.Contains(got.body, `"uuid":"3f1c0c62-7f0e-4a51-9d3b-5d8a4c1b2e77"`) {
		t.Errorf("got %d %s", got.status, got.body)
	}
	if got := s.stop(); got.Code != 0 || got.Stderr != "" || got.Stdout != s.said {
		t.Errorf("want an end with code 0 and nothing more to say, got %+v", got)
	}
}

// Every flag changes what the server does.
func TestServeFlags(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFiles(t, []txtar.File{
		{Name: "who.yaml", Data: []byte("principals:\n  - {user: demo, password: other, scopes: []}\n")},
		{Name: "own/one.yaml", Data: []byte("fixture: own\noperation: getAsyncProcess\nstatus: 500\nbody: {errors: [], apiRequestId: own}\noffContract: a sloppy provider\n")},
		{Name: "more/one.yaml", Data: []byte("scenario: more\noperations: {getAsyncProcess: {use: response-500}}\n")},
	})
	tests := map[string]struct {
		environ []string
		args    []string
		header  []string
		path    string
		status  int
		want    string // in headers or body
	}{
		"scenario":              {args: []string{"--scenario", "status=FAILED"}, status: 200, want: `"status":"FAILED"`},
		"scenario, environment": {environ: []string{"UNDERSTUDY_SCENARIO=status=FAILED"}, status: 200, want: `"status":"FAILED"`},
		"seed":                  {args: []string{"--seed", "42"}, status: 200, want: "X-Mock-Seed: 42"},
		"credentials":           {args: []string{"--credentials", "who.yaml"}, status: 401, want: "errors"},
		"asks for credentials":  {header: []string{"Authorization", ""}, status: 401, want: "errors"},
		"auth off":              {args: []string{"--auth", "off"}, header: []string{"Authorization", ""}, status: 200, want: "uuid"},
		"precedence":            {args: []string{"--precedence", "request"}, header: []string{"Authorization", "", "X-Mock-Scenario", "response-500"}, status: 401, want: "errors"},
		"precedence, default":   {header: []string{"Authorization", "", "X-Mock-Scenario", "response-500"}, status: 500, want: "errors"},
		"admin hosts":           {args: []string{"--admin-hosts", "mock.test,other.test"}, header: []string{"Host", "other.test"}, path: "/_mock/scenarios", status: 200, want: "response-500"},
		"foreign host":          {header: []string{"Host", "other.test"}, path: "/_mock/scenarios", status: 403, want: "foreign-host"},
		"fixtures":              {args: []string{"--fixtures", "own"}, header: []string{"X-Mock-Scenario", "own"}, status: 500, want: `"apiRequestId":"own"`},
		"scenarios":             {args: []string{"--scenarios", "more"}, header: []string{"X-Mock-Scenario", "more"}, status: 500, want: "errors"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := startServe(t, test.environ, test.args...)
			path := test.path
			if path == "" {
				path = process
			}
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.origin+path, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			request.SetBasicAuth("demo", "demo")
			for i := 0; i < len(test.header); i += 2 {
				if test.header[i] == "Host" {
					request.Host = test.header[i+1]
				}
				request.Header.Set(test.header[i], test.header[i+1])
			}
			if request.Header.Get("Authorization") == "" {
				request.Header.Del("Authorization")
			}
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer closing(t, response.Body)
			var all bytes.Buffer
			if err := response.Write(&all); err != nil {
				t.Fatal(err)
			}
			if response.StatusCode != test.status || !strings.Contains(all.String(), test.want) {
				t.Errorf("want %d and %q, got:\n%s", test.status, test.want, all.String())
			}
		})
	}
}

func TestServeOwnContract(t *testing.T) {
	s := startServe(t, nil, "--contract", "testdata/pets/openapi.yaml", "--fixtures", "testdata/pets/fixtures")
	if want := fmt.Sprintf("understudy: serving Pets 7 on %s/v1\nunderstudy: try: curl -s %[1]s/v1/pets\n", s.origin); s.said != want {
		t.Errorf("want %q, got %q", want, s.said)
	}
	got := ask(t, s.origin+"/v1/pets/3f1c0c62-7f0e-4a51-9d3b-5d8a4c1b2e77", "Authorization", "Bearer demo", "X-Mock-Scenario", "rex")
	if want := `{"id":"3f1c0c62-7f0e-4a51-9d3b-5d8a4c1b2e77","kind":"dog","name":"Rex"}`; got.status != http.StatusOK || got.body != want {
		t.Errorf("want 200 %s, got %d %s", want, got.status, got.body)
	}
}

// What the mock could not answer is in the log, what it answered is not.
func TestServeLog(t *testing.T) {
	s := startServe(t, nil, "--log-format", "json")
	ask(t, s.origin+process)
	ask(t, s.origin+process, "X-Mock-Scenario", "respnse-500")
	got := s.stop()
	var line struct{ Level, Msg, Code string }
	if err := json.Unmarshal([]byte(got.Stderr), &line); err != nil || line.Level != "WARN" || line.Code != "unknown-scenario" {
		t.Errorf("want one warning about an unknown scenario in JSON, got %q (%v)", got.Stderr, err)
	}
}
