package contract

import (
	"bytes"
	"errors"
	"strings"

	"github.com/understudy-dev/understudy/internal/expression"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// expressionError places an error of an expression within the YAML that holds the expression, while the text of the file is
// still known. After that, and for folded or escaped scalars, it stands where the scalar begins.
func (f *files) expressionError(node *strictyaml.Node, subject string, err error) error {
	problem := &strictyaml.Error{Position: node.Position(), Subject: subject, Problem: err.Error(), Err: err}
	fault, ok := errors.AsType[*expression.Error](err)
	if !ok {
		return problem
	}
	problem.Problem, problem.Hint = fault.Problem, fault.Hint
	if read := f.documents[node.File()]; read != nil && read.data != nil {
		problem.Position = within(read.data, node, fault.Line, fault.Column)
	}
	return problem
}

// within turns a line and column of a scalar's text into a place of the file.
func within(data []byte, node *strictyaml.Node, line, column int) Position {
	at := node.Position()
	lines := bytes.SplitN(data, []byte("\n"), at.Line+line+1)
	if at.Line > len(lines) {
		return at
	}
	first := []rune(string(lines[at.Line-1]))
	source := string(first[min(at.Column-1, len(first)):])
	text := node.Text()
	if !strings.Contains(strings.TrimSuffix(text, "\n"), "\n") {
		for _, quote := range []string{"", "'", `"`} {
			if strings.HasPrefix(source, quote+text) {
				at.Column += len(quote) + column - 1
				return at
			}
		}
	}
	if !strings.HasPrefix(source, "|") || at.Line+line > len(lines) {
		return at
	}
	block := string(lines[at.Line+line-1])
	written := strings.Split(text, "\n")
	if line > len(written) || !strings.HasSuffix(block, written[line-1]) {
		return at
	}
	at.Line += line
	at.Column = len(block) - len(written[line-1]) + column
	return at
}
