package contracttest_test

import (
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	ginkgo "github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/contracttest"
)

// TestEmbedded runs the suite against our server, or against UNDERSTUDY_TARGET as UNDERSTUDY_USER with UNDERSTUDY_PASSWORD.
func TestEmbedded(t *testing.T) {
	if flag.Lookup("test.count").Value.String() != "1" {
		// Ginkgo allows one run per process, and none where -count asks for more.
		if out, err := child(t, "TestEmbedded", ""); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	p := contracttest.Params{
		Target:    os.Getenv("UNDERSTUDY_TARGET"),
		Principal: contracttest.Principal{User: os.Getenv("UNDERSTUDY_USER"), Password: os.Getenv("UNDERSTUDY_PASSWORD")},
	}
	if p.Target == "" {
		p.Handler, p.Strict = ours(t, nil), true
	}
	contracttest.Test(t, p)
}

// childVariable tells a process which suite to run.
const childVariable = "UNDERSTUDY_TEST_SUITE"

// child runs one test of this binary in a process of its own.
func child(t *testing.T, test, suite string, arguments ...string) (string, error) {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	arguments = append([]string{"-test.run=^" + test + "$", "-test.count=1", "-ginkgo.no-color", "-ginkgo.v"}, arguments...)
	command := exec.CommandContext(t.Context(), binary, arguments...)
	command.Env = append(os.Environ(), childVariable+"="+suite)
	out, err := command.CombinedOutput()
	return string(out), err
}

// TestSuiteProcess is what child processes run.
func TestSuiteProcess(t *testing.T) {
	var handler http.Handler
	strict := true
	switch os.Getenv(childVariable) {
	case "":
		t.Skip("only for the processes that TestSuite starts")
	case "right":
		handler = ours(t, nil)
	case "renames":
		handler = renamesStatus(ours(t, nil))
	case "drops":
		handler = dropsEndTime(ours(t, nil))
	case "drops, not strict":
		handler, strict = dropsEndTime(ours(t, nil)), false
	case "never ends":
		handler = from(ours(t, nil), 1, []string{"COMPLETED"}, func(body map[string]any) { body["status"] = "IN_PROGRESS" })
	case "no mock":
		handler = http.HandlerFunc(provider)
	case "hangs up":
		handler = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	case "grafted":
		graft(t)
		return
	case "no target":
	}
	contracttest.Test(t, contracttest.Params{Handler: handler, Strict: strict, Scenarios: embedded(t)})
}

// graft puts the suite into one that exists already, and learns its target when that starts.
func graft(t *testing.T) {
	t.Helper()
	gomega.RegisterFailHandler(ginkgo.Fail)
	p := contracttest.Params{Strict: true, Scenarios: embedded(t)}
	right := ours(t, nil)
	ginkgo.BeforeSuite(func() {
		listening := httptest.NewServer(right)
		ginkgo.DeferCleanup(listening.Close)
		p.Target = listening.URL
		p.Scenarios = catalog(t, fmt.Sprintf(guarded, "{type: http, scheme: basic}")) // too late: the tree is there
	})
	ginkgo.Describe("a suite of its own", func() {
		ginkgo.It("has specs", func() { gomega.Expect(p.Target).To(gomega.HavePrefix("http://127.0.0.1")) })
		contracttest.Register(&p)
	})
	ginkgo.RunSpecs(t, "grafted")
}

func TestSuite(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		suite     string
		arguments []string
		fails     bool
		want      []string
	}{
		"a right provider": {suite: "right", want: []string{"0 Failed", "rule/completed-has-end: a COMPLETED process has an endTime"}},
		"a renamed value": {
			suite: "renames", fails: true,
			want: []string{"response body /status: want", `got "DONE"`, "curl -i -X GET", "X-Mock-Scenario: status=COMPLETED", "async-process.openapi.yaml:", "< 200 OK", "> Authorization: [redacted]"},
		},
		"a should that is broken": {
			suite: "drops", fails: true,
			want: []string{"should: getAsyncProcess 200: response body: a COMPLETED process has an endTime", "at /endTime"},
		},
		"a should that is broken, not strict": {suite: "drops, not strict", want: []string{"0 Failed", "warning", "a COMPLETED process has an endTime"}},
		"a provider that is no mock": {
			suite: "no mock", fails: true,
			want: []string{"no scenario was reached", "unreachable: the provider does not play scenarios"},
		},
		"a provider that hangs up":   {suite: "hangs up", fails: true, want: []string{"setup error: asking the provider whether it is a mock: no answer: EOF"}},
		"no provider":                {suite: "no target", fails: true, want: []string{"neither a target nor a handler"}},
		"grafted into another suite": {suite: "grafted", want: []string{"a suite of its own", "0 Failed"}},
		"one scenario, by its label": {suite: "renames", arguments: []string{"-ginkgo.label-filter=scenario: containsAny status=FAILED"}, want: []string{"0 Failed"}},
		"only specs that are skipped": {
			suite: "no mock", arguments: []string{"-ginkgo.label-filter=scenario: containsAny status=FAILED"}, fails: true,
			want: []string{"none of the selected specs had an exchange to judge"},
		},
		"polls that never see an end": {
			suite: "never ends", arguments: []string{"-ginkgo.label-filter=kind: containsAny lifecycle && check: containsAny lifecycle-end"}, fails: true,
			want: []string{
				"lifecycle/end: an end is reached", `got "IN_PROGRESS", polled 15 times in 30s`, "  polls 15 at 30s answered 200 OK", "-H 'X-Mock-Elapsed: 30s'",
				`"status":"IN_PROGRESS"`,
			},
		},
		"a label that nothing has": {suite: "right", arguments: []string{"-ginkgo.label-filter=scenario: containsAny nowhere"}, fails: true},
		"one check, in every scenario": {
			suite: "renames", arguments: []string{"-ginkgo.label-filter=check: containsAny schema && kind: containsAny scenario"}, fails: true, want: []string{`got "DONE"`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && !slices.Contains([]string{"a right provider", "a provider that hangs up", "grafted into another suite"}, name) {
				t.Skip("what its process does, another one does as well")
			}
			out, err := child(t, "TestSuiteProcess", test.suite, test.arguments...)
			if (err != nil) != test.fails {
				t.Errorf("the process ended with %v, want a failure: %t\n%s", err, test.fails, out)
			}
			for _, want := range test.want {
				if !strings.Contains(out, want) {
					t.Errorf("the output lacks %q", want)
				}
			}
			if t.Failed() {
				t.Logf("%.6000s", out)
			}
		})
	}
}
