package main

import (
	"context"
	"io/fs"
	"net/url"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/understudy-dev/understudy/contracttest"
)

// verifyFlags are what the command line says of a verification.
type verifyFlags struct {
	sources
	recordedFlags
	target  string
	states  string
	strict  bool
	format  choice
	timeout time.Duration

	pollEvery, pollFor time.Duration
}

func (p *program) verifyCommand() *cobra.Command {
	var flags verifyFlags
	cmd := &cobra.Command{
		Use:   "verify --target URL | --recorded FILE",
		Short: "Check that a running implementation keeps the contract",
		Long: `Check that a running implementation keeps the contract: every scenario that it can be brought into, by one request, or by
polling what moves over time, and what it does with wrong credentials and parameters. A provider that is not a mock gets reading
requests only.

A mock plays the scenarios when asked by header. Of any other provider --states names resources that exist:

  states:
    - scenario: status=COMPLETED
      path: {PARAMETER: 6f1c2b8e-3f0a-4c57-9a39-2b1d7c9e4f01}

With --recorded no request is made: what somebody recorded is judged.

Credentials come from the environment, never from the command line: UNDERSTUDY_USER and UNDERSTUDY_PASSWORD, or
UNDERSTUDY_TOKEN.

Exit codes: 0 what was reached is conformant, 1 violations, 2 usage or contract, 3 the target could not be asked, or nothing was reached.`,
		Example: `  understudy verify --target http://127.0.0.1:8080
  understudy verify --target https://api.example.com/manage/v2 --states states.yaml --strict
  understudy verify --target http://127.0.0.1:8080 --format json > report.json
  understudy verify --recorded traffic.har`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.verify(cmd.Context(), &flags) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&flags.target, "target", "", "`URL` of the implementation; a path in it replaces the contract's base path")
	f.StringVar(&flags.states, "states", "", "YAML `FILE` that names existing resources by scenario")
	f.BoolVar(&flags.strict, "strict", false, "a broken \"should\" of the contract fails, too")
	f.DurationVar(&flags.timeout, "timeout", 10*time.Second, "bounds one request and its answer, `DURATION`")
	f.DurationVar(&flags.pollEvery, "poll-every", time.Second, "wait `DURATION` from one poll to the next, unless the answer has a Retry-After")
	f.DurationVar(&flags.pollFor, "poll-for", time.Minute, "bounds the polls of one resource, `DURATION`")
	addChoice(cmd, &flags.format, "format", "how the report is written", "text", "json")
	flags.addRecorded(cmd)
	flags.addFlags(cmd)
	return cmd
}

func (p *program) verify(ctx context.Context, flags *verifyFlags) error {
	params, err := flags.params() //nolint:contextcheck // loading is bounded, and waits for nobody
	if err != nil {
		return err
	}
	params.Principal = contracttest.Principal{
		User: p.environment[variableUser], Password: p.environment[variablePassword], Token: p.environment[variableToken],
	}
	if params.Principal.User == "" && params.Principal.Password != "" {
		return wrongUsage("set both, or neither", "%s is set, but %s is not", variablePassword, variableUser)
	}
	ctx, release := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer release()
	report, err := flags.play(ctx, params)
	if err != nil {
		return err
	}
	if flags.format.value == "json" {
		err = p.printJSON(report)
	} else {
		err = report.WriteText(p.stdout, p.style().colour)
	}
	if err != nil {
		return &failure{err: err, code: exitTarget}
	}
	if code := report.ExitCode(); code != exitOK {
		return &failure{code: code} // the report has said why
	}
	return nil
}

// params loads what the verification needs.
func (f *verifyFlags) params() (contracttest.Params, error) {
	none := contracttest.Params{}
	if f.needsTarget() || f.target != "" {
		if err := checkTarget(f.target); err != nil {
			return none, err
		}
	}
	for _, flag := range []struct {
		name  string
		given time.Duration
	}{{"timeout", f.timeout}, {"poll-every", f.pollEvery}, {"poll-for", f.pollFor}} {
		if flag.given <= 0 {
			return none, wrongUsage("", "--%s: want a duration above 0, got %q", flag.name, flag.given)
		}
	}
	w, err := f.catalog()
	if err != nil {
		return none, err
	}
	params := contracttest.Params{
		Target: f.target, Scenarios: w.catalog, Strict: f.strict, Timeout: f.timeout, PollEvery: f.pollEvery, PollFor: f.pollFor,
	}
	if f.states == "" {
		return params, nil
	}
	err = inFile(f.states, func(fsys fs.FS, base string) (err error) {
		params.States, err = contracttest.LoadStates(fsys, base, w.catalog)
		return err
	})
	return params, err
}

// checkTarget refuses what is no URL of a server, and credentials in it: a command line is no place for secrets.
func checkTarget(target string) error {
	const example = "for instance --target http://127.0.0.1:8080"
	if target == "" {
		return wrongUsage(example, "--target is missing")
	}
	parsed, err := url.Parse(target)
	if err != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.Host == "" {
		if !strings.Contains(target, "@") {
			return wrongUsage(example, "--target: want a URL that begins with http:// or https://, got %q", target)
		}
		return wrongUsage(example, "--target: want a URL that begins with http:// or https://") // it may hold a password
	}
	if parsed.User != nil {
		return wrongUsage("set "+variableUser+" and "+variablePassword+" in the environment", "--target: want a URL without credentials")
	}
	return nil
}
