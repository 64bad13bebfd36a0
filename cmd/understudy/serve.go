package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"

	"github.com/spf13/cobra"

	"github.com/understudy-dev/understudy/internal/strictyaml"
	"github.com/understudy-dev/understudy/scenarios"
	"github.com/understudy-dev/understudy/server"
)

// defaultAddress is where the mock listens, and where health looks for it.
const defaultAddress = "127.0.0.1:8080"

// serveFlags are what the command line says of the server.
type serveFlags struct {
	sources
	address     string
	scenario    string
	seed        uint64
	credentials string
	auth        choice
	precedence  choice
	adminHosts  []string
	resources   int
	sessions    int
	logFormat   choice
}

func (p *program) serveCommand() *cobra.Command {
	var flags serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Play the contract as a mock server",
		Long: `Play the contract as a mock server, until SIGINT (Ctrl-C) or SIGTERM. Requests under way are finished then; a second
signal ends at once.

A request chooses what it gets with a header: X-Mock-Scenario: NAME. "understudy scenarios" lists the names. Where the contract
describes how a resource moves, an answer that nobody chose moves for ten seconds, from its first request on. Tests that run side by
side send X-Mock-Session: NAME; /_mock/sessions sets their scenarios and clocks.

Any well-formed credentials come in, unless --credentials lists who may:

  principals:
    - {user: demo, password: secret, scopes: [API_EXAMPLE]}
    - {token: another-secret}`,
		Example: `  understudy serve
  understudy serve --addr 127.0.0.1:0 --scenario status=FAILED
  understudy serve --contract openapi.yaml --fixtures fixtures --scenarios scenarios`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.serve(cmd.Context(), &flags) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&flags.address, "addr", defaultAddress, "listen on `HOST:PORT`; port 0 takes a free one, no host means every interface")
	flags.addFlags(cmd)
	f.StringVar(&flags.scenario, "scenario", "", "play the scenarios with these `NAMES`, comma-separated, where a request chooses none")
	f.Uint64Var(&flags.seed, "seed", 1, "make values up from this `NUMBER`: same seed, same bytes")
	f.StringVar(&flags.credentials, "credentials", "", "read who may come in, with which scopes, from YAML `FILE` (default: any well-formed credentials)")
	addChoice(cmd, &flags.auth, "auth", "whether credentials are asked for as the contract says", "on", "off")
	addChoice(cmd, &flags.precedence, "precedence", "scenario: a chosen scenario beats the checks of the request; request: the checks come first", "scenario", "request")
	f.StringSliceVar(&flags.adminHosts, "admin-hosts", nil, "further host `NAMES` for the admin API, comma-separated (localhost always is one)")
	f.IntVar(&flags.resources, "max-resources", server.DefaultMaxResources, "remember at most `NUMBER` resources that move over time; the ended and least recently asked are forgotten first")
	f.IntVar(&flags.sessions, "max-sessions", server.DefaultMaxSessions, "remember at most `NUMBER` sessions; the least recently used are forgotten first")
	addChoice(cmd, &flags.logFormat, "log-format", "how the log on stderr is written", "text", "json")
	complete(cmd, "scenario", flags.completeScenario)
	return cmd
}

// completeScenario lists the names that the other flags lead to.
func (f *serveFlags) completeScenario(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	w, err := f.catalog()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return names(w.catalog.Scenarios()), cobra.ShellCompDirectiveNoFileComp
}

func (p *program) serve(ctx context.Context, flags *serveFlags) error {
	if _, _, err := net.SplitHostPort(flags.address); err != nil {
		return wrongUsage("for instance "+defaultAddress, "--addr: want HOST:PORT, got %q", flags.address)
	}
	w, err := flags.catalog() //nolint:contextcheck // loading is bounded, and waits for nobody
	if err != nil {
		return err
	}
	for _, warning := range w.lines(errors.Join(w.warnings...)) {
		p.say("warning", warning)
	}
	if flags.resources < 1 {
		return wrongUsage("", "--max-resources: want at least 1, got %d", flags.resources)
	}
	if flags.sessions < 1 {
		return wrongUsage("", "--max-sessions: want at least 1, got %d", flags.sessions)
	}
	if err := checkScenario(w, flags.scenario); err != nil { //nolint:contextcheck // loading is bounded, and waits for nobody
		return err
	}
	logger := p.logger(flags.logFormat.value)
	options, err := flags.options(logger)
	if err != nil {
		return err
	}
	mock, err := server.New(w.catalog, options...)
	if err != nil {
		return err
	}
	limitMemory(flags.resources)
	return p.listenAndServe(ctx, flags.address, mock, logger, func(address net.Addr) { //nolint:contextcheck // loading is bounded, and waits for nobody
		p.announce(w, origin(address), flags)
	})
}

// checkScenario says it in the words of the command line.
func checkScenario(w *world, names string) error {
	wrong := (*scenarios.SelectError)(nil)
	if names == "" || !errors.As(w.catalog.Check(names), &wrong) {
		return nil
	}
	return wrongUsage(strictyaml.ClosestHint(wrong.Name, wrong.Names), "--scenario: %s", wrong.Detail)
}

func (f *serveFlags) options(logger *slog.Logger) ([]server.Option, error) {
	options := []server.Option{
		server.WithSeed(f.seed), server.WithLogger(logger), server.WithAdminHosts(f.adminHosts...),
		server.WithMaxResources(f.resources), server.WithMaxSessions(f.sessions),
	}
	if f.scenario != "" {
		options = append(options, server.WithScenario(f.scenario))
	}
	if f.precedence.value == "request" {
		options = append(options, server.WithPrecedence(server.RequestFirst))
	}
	if f.auth.value == "off" {
		options = append(options, server.WithoutAuth())
	}
	if f.credentials == "" {
		return options, nil
	}
	if f.auth.value == "off" {
		return nil, wrongUsage("leave out one of them", "--credentials says who may come in, and --auth off lets everyone in")
	}
	var credentials *server.Credentials
	err := inFile(f.credentials, func(fsys fs.FS, base string) (err error) {
		credentials, err = server.LoadCredentials(fsys, base)
		return err
	})
	return append(options, server.WithCredentials(credentials)), err
}

// logger reports what the server could not answer; what it answered is no news.
func (p *program) logger(format string) *slog.Logger {
	options := &slog.HandlerOptions{Level: slog.LevelWarn}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(p.stderr, options))
	}
	return slog.New(slog.NewTextHandler(p.stderr, options))
}
