package strictyaml

import (
	"cmp"
	"errors"
	"slices"
	"strings"
)

// Error is one load problem: "file:line:column: subject: problem; hint".
type Error struct {
	Position Position // the zero value leaves it out
	Subject  string   // what is wrong, such as `fixture "pet"`; may be empty
	Problem  string   // what is wrong with it
	Hint     string   // what to do about it; may be empty
	Err      error    // the cause, for errors.Is and errors.As; not part of the text; may be nil
}

// Error renders the one line.
func (e *Error) Error() string {
	var line strings.Builder
	for _, part := range []string{e.Position.String(), e.Subject} {
		if part != "" {
			line.WriteString(part)
			line.WriteString(": ")
		}
	}
	line.WriteString(e.Problem)
	if e.Hint != "" {
		line.WriteString("; ")
		line.WriteString(e.Hint)
	}
	return line.String()
}

// Unwrap returns the cause, if there is one.
func (e *Error) Unwrap() error { return e.Err }

// Problems collects Errors so that one run reports all. The zero value is ready. Not safe for concurrent use.
type Problems struct{ found []*Error }

// Add notes one problem; subject and hint may be empty.
func (p *Problems) Add(at Position, subject, problem, hint string) {
	p.found = append(p.found, &Error{Position: at, Subject: subject, Problem: problem, Hint: hint})
}

// AddError notes err: an *Error as it is, joined errors one by one, any other by its text. Nil is ignored.
func (p *Problems) AddError(err error) {
	if err == nil {
		return
	}
	//nolint:errorlint // a wrapped *Error must keep the words of its wrapper
	switch err := err.(type) {
	case *Error:
		p.found = append(p.found, err)
	case interface{ Unwrap() []error }:
		for _, joined := range err.Unwrap() {
			p.AddError(joined)
		}
	default:
		p.found = append(p.found, &Error{Problem: err.Error(), Err: err})
	}
}

// Len returns how many problems were noted, repeats included.
func (p *Problems) Len() int { return len(p.found) }

// Errors returns the problems sorted by file, line and column, in the order of noting within one place; exact repeats are
// dropped. The slice is the caller's.
func (p *Problems) Errors() []*Error {
	sorted := slices.Clone(p.found)
	slices.SortStableFunc(sorted, func(a, b *Error) int {
		return cmp.Or(
			strings.Compare(a.Position.File, b.Position.File),
			cmp.Compare(a.Position.Line, b.Position.Line),
			cmp.Compare(a.Position.Column, b.Position.Column),
		)
	})
	seen := make(map[string]bool, len(sorted))
	return slices.DeleteFunc(sorted, func(problem *Error) bool {
		text := problem.Error()
		repeated := seen[text]
		seen[text] = true
		return repeated
	})
}

// Err returns nil when nothing was noted, else an error whose text is one line per problem, in the order of Errors.
// errors.Is and errors.As look into each; Problems.AddError takes it apart again.
func (p *Problems) Err() error {
	if len(p.found) == 0 {
		return nil
	}
	joined := make([]error, 0, len(p.found))
	for _, problem := range p.Errors() {
		joined = append(joined, problem)
	}
	return errors.Join(joined...)
}
