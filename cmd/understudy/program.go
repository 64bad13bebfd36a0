package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// program is one run of the binary.
type program struct {
	environment    environment
	stdout, stderr io.Writer
}

// execute parses args and runs the command that they name.
func (p *program) execute(ctx context.Context, args []string) error {
	root := p.root() //nolint:contextcheck // loading is bounded, and waits for nobody
	if _, _, err := root.Find(args); err != nil && !isCompletion(args) {
		return unknownCommand(root, args)
	}
	root.SetArgs(append([]string{}, args...)) // nil would mean os.Args
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	return root.ExecuteContext(ctx)
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "understudy",
		Short: "Stand in for an HTTP API, and check that the real one plays the same part",
		Long: `Understudy stands in for an HTTP API: a mock server that plays every scenario that the API's OpenAPI contract allows,
on demand. It also checks that the real implementation plays the same part. Without --contract it uses the contract
that it comes with. Start here: understudy serve

Every flag is also an environment variable: --admin-hosts is UNDERSTUDY_ADMIN_HOSTS. A flag wins.

Exit codes: 0 all is well, 1 violations, 2 usage or contract, 3 the target could not be asked, or nothing
was reached.`,
		Example: `  understudy serve
  understudy scenarios
  understudy verify --target http://127.0.0.1:8080`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return p.environment.apply(cmd) },
	}
	root.SetFlagErrorFunc(flagError)
	group := func(id, title string, commands ...*cobra.Command) {
		root.AddGroup(&cobra.Group{ID: id, Title: title})
		for _, cmd := range commands {
			cmd.GroupID = id
			root.AddCommand(cmd)
		}
	}
	group("play", "Play the API:", p.scenariosCommand(), p.serveCommand())
	group("check", "Check files, check a provider:", p.validateCommand(), p.verifyCommand())
	group("more", "More:", completionCommand(), p.healthCommand(), p.versionCommand())
	root.SetHelpCommand(helpCommand())
	root.SetHelpCommandGroupID("more")
	root.InitDefaultHelpCmd()
	return root
}

// helpCommand is cobra's, but for a wrong name, which is an error.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:               "help [COMMAND]",
		Short:             "Explain a command",
		Example:           "  understudy help serve",
		PersistentPreRunE: func(*cobra.Command, []string) error { return nil },
		ValidArgsFunction: func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
			return commandNames(cmd.Root()), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			asked, rest, err := cmd.Root().Find(args)
			if err != nil {
				return unknownCommand(cmd.Root(), args)
			}
			if len(rest) > 0 {
				return wrongUsage("", "help explains one command, got %q as well", rest[0])
			}
			asked.InitDefaultHelpFlag()
			return asked.Help()
		},
	}
}

func isCompletion(args []string) bool {
	return len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd)
}

func commandNames(root *cobra.Command) []string {
	var names []string
	for _, cmd := range root.Commands() {
		if !cmd.Hidden {
			names = append(names, cmd.Name())
		}
	}
	return names
}

// unknownCommand names the first word that is no flag.
func unknownCommand(root *cobra.Command, args []string) error {
	word := ""
	for _, arg := range args {
		if !strings.HasPrefix(arg, "-") {
			word = arg
			break
		}
	}
	return wrongUsage(strictyaml.ClosestHint(word, commandNames(root)), "unknown command %q", word)
}

// noArguments refuses words after a command that takes none.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return wrongUsage(fmt.Sprintf("see %q", cmd.CommandPath()+" --help"), "%s takes no arguments, got %q", cmd.Name(), args[0])
}
