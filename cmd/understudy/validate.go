package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

// validateFlags are what the command line says of validate.
type validateFlags struct {
	sources
	strict, all bool
}

func (p *program) validateCommand() *cobra.Command {
	var flags validateFlags
	cmd := &cobra.Command{
		Use:   "validate [DIR]",
		Short: "Check contract, fixtures and scenarios, and list every problem",
		Long: `Check contract, fixtures and scenarios, and list every problem with its place, one line each. DIR holds fixtures in
DIR/fixtures and scenarios in DIR/scenarios; either may be missing. Without DIR only the contract is checked; without
--contract either, all that understudy comes with.

What breaks a "should" of the contract is a warning, and with --strict a problem.`,
		Example: `  understudy validate my-api --contract my-api/openapi.yaml
  understudy validate . --strict --all`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return wrongUsage("", "validate takes one folder, got %q as well", args[1])
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				if err := flags.in(args[0]); err != nil {
					return err
				}
			}
			return p.validate(&flags)
		},
	}
	cmd.Flags().SortFlags = false
	flags.addContractFlag(cmd)
	cmd.Flags().BoolVar(&flags.strict, "strict", false, "what breaks a \"should\" of the contract is a problem, too")
	cmd.Flags().BoolVar(&flags.all, "all", false, "also play every scenario of every operation, with two seeds, and judge what comes out")
	return cmd
}

// in finds the folders of a project.
func (s *sources) in(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return wrongUsage("name the folder that holds fixtures/, scenarios/ or both", "%w", pathError(dir, err))
	}
	for _, entry := range entries {
		switch entry.Name() {
		case "fixtures":
			s.fixtures = filepath.Join(dir, entry.Name())
		case "scenarios":
			s.scenarios = filepath.Join(dir, entry.Name())
		}
	}
	if s.fixtures == "" && s.scenarios == "" {
		return wrongUsage("name the folder that holds fixtures/, scenarios/ or both", "%s: want fixtures or scenarios in this folder, got neither", dir)
	}
	return nil
}

// validate prints all problems to stdout: they are the answer, not an accident.
func (p *program) validate(flags *validateFlags) error {
	w := flags.load()
	if w.catalog != nil && flags.all {
		w.problems.AddError(w.catalog.CheckAll(flags.strict))
	}
	warned := errors.Join(w.warnings...)
	if flags.strict {
		w.problems.AddError(warned)
		warned = nil
	}
	problems, warnings := w.lines(w.problems.Err()), w.lines(warned)
	for _, problem := range problems {
		printf(p.stdout, "%s\n", problem)
	}
	for _, warning := range warnings {
		printf(p.stdout, "%s (warning)\n", warning)
	}
	counts := ""
	if w.catalog != nil {
		counts = fmt.Sprintf("%s, %s, ", plural(len(w.fixtures.All()), "fixture"), plural(len(w.catalog.Scenarios()), "scenario"))
	}
	found := "no problems"
	if len(problems) > 0 {
		found = plural(len(problems), "problem")
	}
	if len(warnings) > 0 {
		found += ", " + plural(len(warnings), "warning")
	}
	printf(p.stdout, "%s%s\n", counts, found)
	if len(problems) > 0 {
		return &failure{code: exitUsage}
	}
	return nil
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
