package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// outcome is all that one run shows.
type outcome struct {
	Code           int
	Stdout, Stderr string
}

// play runs the program in this process.
func play(t *testing.T, environ []string, args ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), args, environ, &stdout, &stderr)
	return outcome{code, stdout.String(), stderr.String()}
}

// writeFiles writes an archive's files into the working directory.
func writeFiles(t *testing.T, files []txtar.File) {
	t.Helper()
	for _, file := range files {
		if err := os.MkdirAll(filepath.Dir(file.Name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file.Name, file.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// golden compares with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	name = filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; -update rewrites it):\n%s", name, diff)
	}
}

func TestHelp(t *testing.T) {
	for _, command := range []string{"", "serve", "scenarios", "validate", "verify", "version", "health", "completion", "help"} {
		t.Run(command, func(t *testing.T) {
			got := play(t, nil, append(strings.Fields(command), "--help")...)
			if got.Code != 0 || got.Stderr != "" {
				t.Fatalf("want code 0 and nothing on stderr, got %d, %q", got.Code, got.Stderr)
			}
			golden(t, filepath.Join("help", "understudy"+strings.TrimRight("-"+command, "-")+".txt"), got.Stdout)
			if command == "" {
				if bare := play(t, nil); bare != got {
					t.Errorf("without a command: want the help, got %+v", bare)
				}
				return
			}
			if asked := play(t, nil, "help", command); asked != got {
				t.Errorf("help %s: want what --help prints, got %+v", command, asked)
			}
		})
	}
}

func TestWrongUsage(t *testing.T) {
	type usage struct {
		args    string
		environ []string
		want    string // stderr
	}
	tests := map[string]usage{
		"unknown command":           {"srve --addr x", nil, "error: unknown command \"srve\"\nhint: closest is \"serve\"\n"},
		"unknown command, far":      {"dance", nil, "error: unknown command \"dance\"\nhint: there are: completion, health, help, scenarios, serve, validate, verify, version\n"},
		"unknown topic":             {"help verfy", nil, "error: unknown command \"verfy\"\nhint: closest is \"verify\"\n"},
		"topic below a command":     {"help serve now", nil, "error: help explains one command, got \"now\" as well\n"},
		"unknown flag":              {"serve --contrct a.yaml", nil, "error: unknown flag \"--contrct\" of understudy serve\nhint: closest is \"--contract\"\n"},
		"unknown flag, far":         {"health --quietly", nil, "error: unknown flag \"--quietly\" of understudy health\nhint: there are: --addr, --help\n"},
		"a command as flag":         {"--version", nil, "error: unknown flag \"--version\" of understudy\nhint: \"version\" is a command\n"},
		"a letter":                  {"serve -p 80", nil, "error: unknown flag \"-p\"\nhint: flags are words with two dashes; see \"understudy serve --help\"\n"},
		"flag without value":        {"serve --addr", nil, "error: --addr needs a value\n"},
		"bad flag syntax":           {"serve --=x", nil, "error: bad flag syntax: --=x\n"},
		"unknown word":              {"serve --auth of", nil, "error: --auth: want on or off, got \"of\"\nhint: closest is \"off\"\n"},
		"unknown word, far":         {"scenarios --format xml", nil, "error: --format: want table, json or names, got \"xml\"\n"},
		"no number":                 {"serve --seed one", nil, "error: --seed: want a whole number from 0 to 18446744073709551615, got \"one\"\n"},
		"no duration":               {"verify --timeout 10", nil, "error: --timeout: want a duration such as 10s or 1m30s, got \"10\"\n"},
		"no time between polls":     {"verify --target http://a --poll-every 0s", nil, "error: --poll-every: want a duration above 0, got \"0s\"\n"},
		"polls that go back":        {"verify --target http://a --poll-for=-1m", nil, "error: --poll-for: want a duration above 0, got \"-1m0s\"\n"},
		"no time at all":            {"verify --target http://a --timeout 0s", nil, "error: --timeout: want a duration above 0, got \"0s\"\n"},
		"no truth":                  {"validate --strict=maybe", nil, "error: --strict: want true or false, got \"maybe\"\n"},
		"no list":                   {`serve --admin-hosts "`, nil, "error: --admin-hosts: parse error on line 1, column 2: extraneous or missing \" in quoted-field\n"},
		"argument too many":         {"serve now", nil, "error: serve takes no arguments, got \"now\"\nhint: see \"understudy serve --help\"\n"},
		"folder too many":           {"validate a b", nil, "error: validate takes one folder, got \"b\" as well\n"},
		"no address":                {"serve --addr 8080", nil, "error: --addr: want HOST:PORT, got \"8080\"\nhint: for instance 127.0.0.1:8080\n"},
		"no resources":              {"serve --addr 127.0.0.1:0 --max-resources 0", nil, "error: --max-resources: want at least 1, got 0\n"},
		"fewer than no sessions":    {"serve --addr 127.0.0.1:0 --max-sessions -1", nil, "error: --max-sessions: want at least 1, got -1\n"},
		"no address to ask":         {"health --addr 8080", nil, "error: --addr: want HOST:PORT, got \"8080\"\nhint: for instance 127.0.0.1:8080\n"},
		"no shell":                  {"completion", nil, "error: completion takes one shell, bash, zsh, fish or powershell; got 0\n"},
		"unknown shell":             {"completion bsh", nil, "error: unknown shell \"bsh\"\nhint: closest is \"bash\"\n"},
		"no target":                 {"verify", nil, "error: --target is missing\nhint: for instance --target http://127.0.0.1:8080\n"},
		"target without scheme":     {"verify --target localhost:8080", nil, "error: --target: want a URL that begins with http:// or https://, got \"localhost:8080\"\nhint: for instance --target http://127.0.0.1:8080\n"},
		"password in target":        {"verify --target http://me:secret@localhost", nil, "error: --target: want a URL without credentials\nhint: set UNDERSTUDY_USER and UNDERSTUDY_PASSWORD in the environment\n"},
		"password in no target":     {"verify --target me:secret@localhost", nil, "error: --target: want a URL that begins with http:// or https://\nhint: for instance --target http://127.0.0.1:8080\n"},
		"password of nobody":        {"verify --target http://a", []string{"UNDERSTUDY_PASSWORD=secret"}, "error: UNDERSTUDY_PASSWORD is set, but UNDERSTUDY_USER is not\nhint: set both, or neither\n"},
		"unknown operation":         {"scenarios --operation getAsyncProces", nil, "error: operation \"getAsyncProces\" is not in the contract\nhint: closest is \"getAsyncProcess\"\n"},
		"unknown scenario":          {"serve --addr 127.0.0.1:0 --scenario respnse-500", nil, "error: --scenario: scenario \"respnse-500\" does not exist for getAsyncProcess\nhint: closest is \"response-500\"\n"},
		"who may come in, if asked": {"serve --auth off --credentials a.yaml", nil, "error: --credentials says who may come in, and --auth off lets everyone in\nhint: leave out one of them\n"},
		"missing contract":          {"serve --contract missing.yaml", nil, "error: missing.yaml: cannot be read: no such file or directory\n"},
		"missing folder":            {"serve --fixtures missing", nil, "error: missing: no such file or directory\n"},
		"folder that is a file":     {"serve --fixtures main.go", nil, "error: main.go: want a folder, got a file\n"},
		"folder without data":       {"serve --fixtures testdata/help", nil, "error: testdata/help: want at least one *.yaml, *.yml or *.json in this folder, got none\n"},
		"missing credentials":       {"serve --credentials missing.yaml", nil, "error: missing.yaml: cannot be read: no such file or directory\n"},
		"missing states":            {"verify --target http://a --states testdata/missing.yaml", nil, "error: testdata/missing.yaml: cannot be read: no such file or directory\n"},
		"missing project":           {"validate missing", nil, "error: missing: no such file or directory\nhint: name the folder that holds fixtures/, scenarios/ or both\n"},
		"no project":                {"validate testdata", nil, "error: testdata: want fixtures or scenarios in this folder, got neither\nhint: name the folder that holds fixtures/, scenarios/ or both\n"},

		"unknown variable":        {"version", []string{"UNDERSTUDY_ADR=:80"}, "error: unknown environment variable \"UNDERSTUDY_ADR\"\nhint: closest is \"UNDERSTUDY_ADDR\"\n"},
		"unknown variable, far":   {"version", []string{"UNDERSTUDY_COLOUR_SCHEME=1"}, "error: unknown environment variable \"UNDERSTUDY_COLOUR_SCHEME\"\nhint: every flag is a variable: --admin-hosts is UNDERSTUDY_ADMIN_HOSTS\n"},
		"empty variable":          {"serve", []string{"UNDERSTUDY_SEED="}, "error: UNDERSTUDY_SEED is empty\nhint: give it a value, or unset it\n"},
		"variable without number": {"serve", []string{"UNDERSTUDY_SEED=x"}, "error: UNDERSTUDY_SEED: want a whole number from 0 to 18446744073709551615, got \"x\"\n"},
		"variable, unknown word":  {"serve", []string{"UNDERSTUDY_AUTH=of"}, "error: UNDERSTUDY_AUTH: want on or off, got \"of\"\nhint: closest is \"off\"\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			want := strings.NewReplacer("error: ", "understudy: error: ", "hint: ", "understudy: hint: ").Replace(test.want)
			got := play(t, test.environ, strings.Fields(test.args)...)
			if diff := cmp.Diff(outcome{Code: exitUsage, Stderr: want}, got); diff != "" {
				t.Errorf("understudy %s (-want +got):\n%s", test.args, diff)
			}
		})
	}
}

func TestVersion(t *testing.T) {
	got := play(t, nil, "version")
	want := fmt.Sprintf("understudy devel\n%s %s/%s\ncontract Async process status 2.0\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	if got != (outcome{Stdout: want}) {
		t.Errorf("want %q, got %+v", want, got)
	}
}

func TestEnvironment(t *testing.T) {
	list := func(environ []string, args ...string) string {
		t.Helper()
		got := play(t, environ, append([]string{"scenarios"}, args...)...)
		if got.Code != 0 {
			t.Fatalf("got code %d: %s", got.Code, got.Stderr)
		}
		return got.Stdout
	}
	if got := list([]string{"UNDERSTUDY_FORMAT=names", "UNDERSTUDY_ADDR=:80", "HOME=/", "UNDERSTUDY_USER="}); !strings.HasPrefix(got, "response-200\n") {
		t.Errorf("variable: want names, got %q", got)
	}
	if got := list([]string{"UNDERSTUDY_FORMAT=names"}, "--format", "json"); !strings.HasPrefix(got, "[") {
		t.Errorf("flag and variable: want what the flag says, got %q", got)
	}
	// Not even a wrong variable is looked at where a flag was typed.
	if got := list([]string{"UNDERSTUDY_FORMAT=xml"}, "--format", "names"); !strings.HasPrefix(got, "response-200\n") {
		t.Errorf("flag and wrong variable: want what the flag says, got %q", got)
	}
}
