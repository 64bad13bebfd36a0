package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// Exit codes.
const (
	exitOK         = 0
	exitViolations = 1
	exitUsage      = 2 // usage or contract
	exitTarget     = 3 // target or setup, or nothing reached
)

// failure is an error that knows its hint and its exit code. One without err has said what it had to say.
type failure struct {
	err  error
	hint string
	code int
}

func (f *failure) Error() string {
	if f.err == nil {
		return ""
	}
	return f.err.Error()
}

func (f *failure) Unwrap() error { return f.err }

// wrongUsage is a failure of whoever typed the command.
func wrongUsage(hint, format string, args ...any) error {
	return &failure{err: fmt.Errorf(format, args...), hint: hint, code: exitUsage}
}

// report prints err and returns the exit code. Whatever has no code of its own was found before anything was done.
func (p *program) report(err error) int {
	if err == nil {
		return exitOK
	}
	f := &failure{}
	if !errors.As(err, &f) {
		f = &failure{err: err, code: exitUsage}
	}
	p.say("error", f.Error())
	p.say("hint", f.hint)
	return f.code
}

// say prints "understudy: kind: text" to stderr; further lines of the text stand as they are.
func (p *program) say(kind, text string) {
	if text = strings.TrimSpace(text); text != "" {
		printf(p.stderr, "understudy: %s: %s\n", kind, text)
	}
}

// printf writes to a terminal or a pipe; nobody is left to tell when that fails.
func printf(w io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(w, format, args...)
}
