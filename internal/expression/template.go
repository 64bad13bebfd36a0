package expression

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Part is a piece of a template: literal Text, or a Program when Program is not nil. Offset is the byte offset of the
// piece in the template text.
type Part struct {
	Text    string
	Program *Program
	Offset  int
}

// Template splits "a ${expr} b"; "$${" is a literal "${", and any other "$" stands for itself. An unclosed "${" is an
// *Error, as is what Compile refuses, with line and column in text. Braces, quotes and comments inside the expression nest
// as CEL reads them ("${'}'}" is one expression). Literal pieces are never empty and never neighbours; an empty text has no
// parts. A text that is one whole expression is one Part with a Program.
func (e *Env) Template(text string) ([]Part, error) {
	var parts []Part
	var literal strings.Builder
	start := 0 // where the current literal began
	flush := func() {
		if literal.Len() > 0 {
			parts = append(parts, Part{Text: literal.String(), Offset: start})
			literal.Reset()
		}
	}
	for at := 0; at < len(text); {
		open := strings.Index(text[at:], "${")
		if open < 0 {
			literal.WriteString(text[at:])
			break
		}
		open += at
		if open > at && text[open-1] == '$' {
			literal.WriteString(text[at:open-1] + "${")
			at = open + len("${")
			continue
		}
		literal.WriteString(text[at:open])
		flush()
		program, end, err := e.embedded(text, open)
		if err != nil {
			return nil, err
		}
		parts = append(parts, Part{Program: program, Offset: open})
		at, start = end, end
	}
	flush()
	return parts, nil
}

// embedded compiles the expression whose "${" stands at open, and returns the offset behind its "}".
func (e *Env) embedded(text string, open int) (*Program, int, error) {
	begin := open + len("${")
	end, quote := closingBrace(text, begin)
	if end < 0 {
		return nil, 0, unclosed(text, open, quote)
	}
	program, err := e.Compile(text[begin:end])
	if problem, ok := errors.AsType[*Error](err); ok {
		line, column := lineColumn(text, begin)
		if problem.Line == 1 {
			problem.Column += column - 1
		}
		problem.Line += line - 1
	}
	return program, end + 1, err
}

func unclosed(text string, open, quote int) *Error {
	hint := `close it with "}", or write "$${" for a literal "${"`
	if quote >= 0 {
		line, column := lineColumn(text, quote)
		hint = fmt.Sprintf("the quote at %d:%d is not closed", line, column)
	}
	line, column := lineColumn(text, open)
	return &Error{Line: line, Column: column, Problem: `"${" is not closed`, Hint: hint}
}

func lineColumn(text string, offset int) (line, column int) {
	before := text[:offset]
	return 1 + strings.Count(before, "\n"), 1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
}

// closingBrace finds the "}" that ends the expression at begin. Without one it returns -1 and, when a quote is the
// reason, the quote's offset, else -1.
func closingBrace(text string, begin int) (end, quote int) {
	depth, raw := 0, false
	for at := begin; at < len(text); {
		switch c := text[at]; {
		case c == '}' && depth == 0:
			return at, -1
		case c == '}':
			depth--
		case c == '{':
			depth++
		case c == '\'' || c == '"':
			closed := closingQuote(text, at, raw)
			if closed < 0 {
				return -1, at
			}
			at, raw = closed, false
			continue
		case strings.HasPrefix(text[at:], "//"):
			at += len(firstLine(text[at:]))
			continue
		case isIdentifierByte(c, true):
			word := wordAt(text[at:])
			at += len(word)
			raw = strings.EqualFold(word, "r") || strings.EqualFold(word, "br")
			continue
		}
		at, raw = at+1, false
	}
	return -1, -1
}

// closingQuote returns the offset behind the string literal that opens at open, -1 when it does not end.
func closingQuote(text string, open int, raw bool) int {
	quote := text[open : open+1]
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(text[open:], triple) {
		quote = triple
	}
	for at := open + len(quote); at < len(text); at++ {
		if strings.HasPrefix(text[at:], quote) {
			return at + len(quote)
		}
		if text[at] == '\\' && !raw {
			at++
		}
	}
	return -1
}

func wordAt(text string) string {
	end := 0
	for end < len(text) && isIdentifierByte(text[end], true) {
		end++
	}
	return text[:end]
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
