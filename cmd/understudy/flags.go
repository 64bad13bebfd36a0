package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// choice is a flag that takes one of a few words.
type choice struct {
	value string
	words []string
}

// wordError is what a choice was given instead.
type wordError struct {
	words []string
	got   string
}

func (e *wordError) Error() string {
	return fmt.Sprintf("want %s, got %q", alternatives(e.words), e.got)
}

func alternatives(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// String returns the word; pflag also calls it on the zero value.
func (c *choice) String() string { return c.value }

// Type is the placeholder in help texts.
func (c *choice) Type() string { return strings.Join(c.words, "|") }

// Set refuses a word that is none of the choice's.
func (c *choice) Set(text string) error {
	if !slices.Contains(c.words, text) {
		return &wordError{c.words, text}
	}
	c.value = text
	return nil
}

// addChoice adds the flag; its default is the first word.
func addChoice(cmd *cobra.Command, c *choice, name, usage string, words ...string) {
	*c = choice{value: words[0], words: words}
	cmd.Flags().Var(c, name, usage)
	complete(cmd, name, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return words, cobra.ShellCompDirectiveNoFileComp
	})
}

// complete registers how a flag's value is completed; that fails for a flag that does not exist, which its test would show.
func complete(cmd *cobra.Command, name string, values cobra.CompletionFunc) {
	_ = cmd.RegisterFlagCompletionFunc(name, values)
}

// flagError says what is wrong with a flag, and what comes closest.
func flagError(cmd *cobra.Command, err error) error {
	if unknown := (*pflag.NotExistError)(nil); errors.As(err, &unknown) {
		return unknownFlag(cmd, unknown)
	}
	if wrong := (*pflag.InvalidValueError)(nil); errors.As(err, &wrong) {
		return wrongValue("--"+wrong.GetFlag().Name, wrong)
	}
	if missing := (*pflag.ValueRequiredError)(nil); errors.As(err, &missing) {
		return wrongUsage("", "--%s needs a value", missing.GetSpecifiedName())
	}
	return wrongUsage("", "%w", err)
}

func unknownFlag(cmd *cobra.Command, unknown *pflag.NotExistError) error {
	name := unknown.GetSpecifiedName()
	if letters := unknown.GetSpecifiedShortnames(); letters != "" {
		return wrongUsage(fmt.Sprintf("flags are words with two dashes; see %q", cmd.CommandPath()+" --help"), "unknown flag %q", "-"+letters)
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	hint := strictyaml.ClosestHint("--"+name, names)
	if !cmd.HasParent() && slices.Contains(commandNames(cmd), name) {
		hint = fmt.Sprintf("%q is a command", name)
	}
	return wrongUsage(hint, "unknown flag %q of %s", "--"+name, cmd.CommandPath())
}

// wrongValue says what a flag or a variable (where) takes.
func wrongValue(where string, err *pflag.InvalidValueError) error {
	if word := (*wordError)(nil); errors.As(err, &word) {
		hint := ""
		if closest := strictyaml.Closest(word.got, word.words); closest != "" {
			hint = fmt.Sprintf("closest is %q", closest)
		}
		return wrongUsage(hint, "%s: %w", where, word)
	}
	var want string
	switch kind := err.GetFlag().Value.Type(); kind {
	case "uint64":
		want = "a whole number from 0 to 18446744073709551615"
	case "duration":
		want = "a duration such as 10s or 1m30s"
	case "bool":
		want = "true or false"
	default:
		return wrongUsage("", "%s: %w", where, err.Unwrap())
	}
	return wrongUsage("", "%s: want %s, got %q", where, want, err.GetValue())
}
