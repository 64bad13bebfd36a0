package contracttest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-dev/understudy/contracttest"
)

const guarded = `
openapi: 3.1.0
info: {title: Guarded, version: "1"}
paths:
  /things/{id}:
    get:
      operationId: getThing
      security: [{who: []}]
      parameters: [{name: id, in: path, required: true, schema: {type: string, maxLength: 40}}]
      responses:
        "200": {description: ok, content: {application/json: {schema: {type: object}}}}
        "401": {description: who, content: {application/json: {schema: {type: object}}}}
components:
  securitySchemes:
    who: %s
`

// TestCurl pastes the line of each case into a shell: it must make the same exchange, and show no secret.
func TestCurl(t *testing.T) {
	t.Parallel()
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("there is no curl")
	}
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no POSIX shell")
	}
	const secret = "it's $(a) \"s3cr3t\""
	for name, scheme := range map[string]string{
		"basic":         "{type: http, scheme: basic}",
		"bearer":        "{type: http, scheme: bearer}",
		"header key":    "{type: apiKey, in: header, name: X-Key}",
		"query key":     "{type: apiKey, in: query, name: key}",
		"cookie key":    "{type: apiKey, in: cookie, name: key}",
		"oauth2 bearer": "{type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://example.test', scopes: {}}}}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := catalog(t, fmt.Sprintf(guarded, scheme))
			operation := c.Contract().Operation("getThing")
			token := "s3cr3t-token.1"
			if strings.HasSuffix(name, "key") {
				token = "s3cr3t token,1" // which a bearer token may not be
			}
			var requests log
			provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				who, refused := operation.Credentials(r)
				requests.add(r.Method + " " + r.URL.EscapedPath() + " " + who.User + " " + who.Secret)
				w.Header().Set("Content-Type", "application/json")
				if refused != nil {
					w.WriteHeader(http.StatusUnauthorized)
				}
				// A careless provider repeats what it was sent.
				echo, _ := json.Marshal(map[string]string{"echo": r.Header.Get("Authorization") + r.Header.Get("X-Key") + r.Header.Get("Cookie") + r.URL.RawQuery + who.Secret})
				_, _ = w.Write(echo)
			}))
			defer provider.Close()
			states, err := contracttest.LoadStates(fstest.MapFS{"s.yaml": {Data: []byte(`states: [{scenario: response-200, path: {id: "a b'c/d$(e)"}}]`)}}, "s.yaml", c)
			if err != nil {
				t.Fatal(err)
			}
			who := contracttest.Principal{User: "us'er", Password: secret, Token: token}
			report := run(t, contracttest.Params{Target: provider.URL + "/v1", Scenarios: c, States: states, Principal: who, Concurrency: 1, Strict: true})
			if !report.OK() {
				t.Fatal(text(t, report))
			}
			first := requests.take()[1:] // the first asked whether it is a mock
			for i := range report.Cases {
				if report.Cases[i].Curl == "" {
					continue
				}
				command := exec.CommandContext(t.Context(), "sh", "-c", report.Cases[i].Curl+" -s --noproxy '*'")
				command.Env = []string{"PATH=" + curl[:strings.LastIndex(curl, "/")], "UNDERSTUDY_USER=" + who.User, "UNDERSTUDY_PASSWORD=" + secret, "UNDERSTUDY_TOKEN=" + token}
				if out, err := command.CombinedOutput(); err != nil {
					t.Errorf("%s: %v\n%s", report.Cases[i].Curl, err, out)
				}
			}
			if diff := cmp.Diff(first, requests.take()); diff != "" {
				t.Errorf("pasted, the lines ask for something else:\n%s", diff)
			}
			data, err := json.Marshal(report)
			if err != nil {
				t.Fatal(err)
			}
			if shown := string(data) + text(t, report); strings.Contains(shown, "s3cr3t") {
				t.Errorf("a report shows a secret:\n%s", shown)
			}
		})
	}
}

// TestOursWithEveryScheme makes credentials up for each kind of scheme, and spoils them for the probes.
func TestOursWithEveryScheme(t *testing.T) {
	t.Parallel()
	for scheme, probes := range map[string]int{
		"{type: http, scheme: basic}":                                     3,
		"{type: http, scheme: bearer}":                                    3,
		"{type: apiKey, in: header, name: X-Key}":                         2,
		"{type: apiKey, in: query, name: key}":                            2,
		"{type: apiKey, in: cookie, name: key}":                           2,
		"{type: mutualTLS}":                                               0,
		"{type: openIdConnect, openIdConnectUrl: 'https://example.test'}": 3,
	} {
		c := catalog(t, fmt.Sprintf(guarded, scheme))
		report := run(t, contracttest.Params{Handler: ours(t, c), Scenarios: c, Strict: true})
		found := 0
		for i := range report.Cases {
			if report.Cases[i].Kind == contracttest.KindProbe {
				found++
			}
		}
		if !report.OK() || found != probes || count(report, contracttest.Pass) != len(report.Cases) {
			t.Errorf("%s: %d probes, want %d, and all to pass:\n%s", scheme, found, probes, text(t, report))
		}
	}
}

func TestPrincipalHidesSecrets(t *testing.T) {
	t.Parallel()
	who := contracttest.Principal{User: "dealer", Password: "s3cr3t", Token: "s3cr3t"}
	data, err := json.Marshal(contracttest.Params{Principal: who})
	if err == nil && strings.Contains(string(data), "s3cr3t") {
		t.Errorf("JSON shows a secret: %s", data)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		for _, value := range []any{who, &who, contracttest.Params{Principal: who}} {
			if shown := fmt.Sprintf(verb, value); strings.Contains(shown, "s3cr3t") || strings.Contains(shown, "733363723374") {
				t.Errorf("%s shows a secret: %s", verb, shown)
			}
		}
	}
	if got := who.String() + ", " + (contracttest.Principal{}).String(); got != `a principal with user "dealer" and a token, no principal` {
		t.Error(got)
	}
}
