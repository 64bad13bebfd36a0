package expression

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"cel.dev/cel-go/cel"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// Error is a compile error; Line and Column count from 1 within the expression's text (or the template's), columns in
// characters. Hint may be empty.
type Error struct {
	Line, Column  int
	Problem, Hint string
}

// Error renders line:column: problem; hint.
func (e *Error) Error() string {
	text := fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Problem)
	if e.Hint != "" {
		text += "; " + e.Hint
	}
	return text
}

// newError is a problem of the text as a whole.
func newError(problem, hint string) *Error {
	return &Error{Line: 1, Column: 1, Problem: problem, Hint: hint}
}

// compileError says in our words what CEL says in its own.
func compileError(text string, from *cel.Error, variables []string) *Error {
	// CEL counts columns from 0, and places what it gave up on at -1.
	problem := &Error{Line: max(from.Location.Line(), 1), Column: max(from.Location.Column(), 0) + 1}
	message, suggestion := cutSuggestion(oneLine(from.Message))
	if name, ok := between(message, "undeclared reference to '", "'"); ok {
		problem.unknown(text, name, suggestion, variables)
		return problem
	}
	problem.Hint = suggestion
	if syntax, ok := strings.CutPrefix(message, "Syntax error: "); ok {
		problem.syntax(syntax)
		return problem
	}
	problem.Problem = message
	if strings.Contains(message, "recursion") {
		problem.Problem = fmt.Sprintf("expression nests deeper than %d", maxDepth)
	}
	if function, ok := between(message, "found no matching overload for '", "' applied to '"); ok {
		_, arguments, _ := strings.Cut(message, "' applied to '")
		problem.Problem = fmt.Sprintf("%q does not take %s", strings.ReplaceAll(function, "_", ""), strings.TrimSuffix(arguments, "'"))
	}
	return problem
}

// unknown tells what is unknown by its place: CEL puts the error of a call or a message at its bracket.
func (e *Error) unknown(text, name, suggestion string, variables []string) {
	line := []rune(lineOf(text, e.Line))
	at := e.Column - 1
	kind := ""
	if at < len(line) {
		kind = map[rune]string{'(': "function", '{': "type"}[line[at]]
	}
	if kind == "" {
		e.Problem = fmt.Sprintf("unknown variable %q", name)
		e.Hint = strictyaml.ClosestHint(name, variables)
		return
	}
	e.Problem, e.Hint = fmt.Sprintf("unknown %s %q", kind, name), suggestion
	if strings.HasSuffix(string(line[:at]), name) {
		e.Column -= utf8.RuneCountInString(name)
	}
}

// syntax shortens the parser's messages, which list every token that it could have taken.
func (e *Error) syntax(message string) {
	message, _, _ = strings.Cut(message, " expecting ")
	for _, prefix := range []string{"mismatched input '", "extraneous input '", "no viable alternative at input '", unreadable} {
		token, ok := strings.CutPrefix(message, prefix)
		if !ok {
			continue
		}
		token = strings.TrimSuffix(token, "'")
		if token == "<EOF>" {
			e.Problem = "syntax error: unexpected end"
			return
		}
		e.Problem = fmt.Sprintf("syntax error at %q", token)
		if prefix == unreadable {
			e.Hint = tokenHint(token)
		}
		return
	}
	e.Problem = "syntax error: " + strings.ReplaceAll(message, "'<EOF>'", "the end")
}

const unreadable = "token recognition error at: '"

func tokenHint(token string) string {
	switch {
	case strings.HasPrefix(token, "'"), strings.HasPrefix(token, `"`):
		return "the quote is not closed"
	case strings.HasPrefix(token, "="), strings.HasPrefix(token, "&"), strings.HasPrefix(token, "|"):
		return fmt.Sprintf("write %q", strings.Repeat(token[:1], 2))
	}
	return ""
}

// cutSuggestion takes CEL's " (did you mean 'x'?)" off a message.
func cutSuggestion(message string) (rest, hint string) {
	rest, suggestion, ok := strings.Cut(message, " (did you mean '")
	if !ok {
		return message, ""
	}
	name, _, _ := strings.Cut(suggestion, "'")
	return rest, fmt.Sprintf("closest is %q", name)
}

func between(text, start, end string) (string, bool) {
	rest, ok := strings.CutPrefix(text, start)
	if !ok {
		return "", false
	}
	middle, _, ok := strings.Cut(rest, end)
	return middle, ok
}

func lineOf(text string, number int) string {
	lines := strings.SplitN(text, "\n", number+1)
	if number > len(lines) {
		return ""
	}
	return lines[number-1]
}

// oneLine makes foreign text fit for a line of ours.
func oneLine(text string) string {
	return shorten(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text))
}

// shorten keeps an error readable when it quotes a value that is not.
func shorten(text string) string {
	const most = 200
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
