package main

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// variablePrefix is what all variables of the program start with.
const variablePrefix = "UNDERSTUDY_"

// Variables that are no flags: whom verify asks as. Secrets on a command line would be seen by everyone on the machine.
const (
	variableUser     = variablePrefix + "USER"
	variablePassword = variablePrefix + "PASSWORD"
	variableToken    = variablePrefix + "TOKEN"
)

// environment holds the variables that concern the program.
type environment map[string]string

func readEnvironment(environ []string) environment {
	e := environment{}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, variablePrefix) || name == "NO_COLOR" || name == "TERM" {
			e[name] = value
		}
	}
	return e
}

// variable is the environment variable of a flag.
func variable(flag string) string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// apply sets the flags of cmd that were not typed. A variable that no command knows is an error, one of another command is not.
func (e environment) apply(cmd *cobra.Command) error {
	if strings.HasPrefix(cmd.Name(), cobra.ShellCompRequestCmd) {
		return nil // the shell asks in the middle of a line
	}
	if err := e.checkNames(cmd.Root()); err != nil {
		return err
	}
	var first error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		name := variable(f.Name)
		value, set := e[name]
		if !set || f.Changed || f.Name == "help" || first != nil {
			return
		}
		if value == "" {
			first = wrongUsage("give it a value, or unset it", "%s is empty", name)
			return
		}
		wrong := (*pflag.InvalidValueError)(nil)
		if errors.As(cmd.Flags().Set(f.Name, value), &wrong) {
			first = wrongValue(name, wrong)
		}
	})
	return first
}

func (e environment) checkNames(root *cobra.Command) error {
	// The last two are cobra's, for completion.
	known := []string{variableUser, variablePassword, variableToken, variablePrefix + "ACTIVE_HELP", variablePrefix + "COMPLETION_DESCRIPTIONS"}
	for _, cmd := range root.Commands() {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Name != "help" {
				known = append(known, variable(f.Name))
			}
		})
	}
	for _, name := range slices.Sorted(maps.Keys(e)) {
		if strings.HasPrefix(name, variablePrefix) && !slices.Contains(known, name) {
			hint := strictyaml.ClosestHint(name, known)
			if hint == "" {
				hint = "every flag is a variable: --admin-hosts is UNDERSTUDY_ADMIN_HOSTS"
			}
			return wrongUsage(hint, "unknown environment variable %q", name)
		}
	}
	return nil
}
