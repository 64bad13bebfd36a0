package expression

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/interpreter"
)

// Errors of evaluation, found with errors.Is.
var (
	ErrMissing = errors.New("no such key") // the expression met a key or index that is not there
	ErrLimit   = errors.New("cost limit")  // too costly, or the context ended
)

// Program is a compiled expression, made by Env.Compile. Safe for concurrent use.
type Program struct {
	text  string
	names []string
	path  []string // set when the expression is one name
	cel   cel.Program
}

// Text returns the expression as it was written.
func (p *Program) Text() string { return p.text }

// Names lists the dotted names that the expression reads, as far as they are plain selections: "self.status", "oldSelf",
// "fake.company"; sorted, unique, a copy. Each is as long as it can be: has(self.a) && self.b[0].c == 1 reads "self.a" and
// "self.b". An index by a constant text of letters, digits and _-$@ is a part like any other: path["x-id"] is "path.x-id".
// Variables of all, exists, map and the like are no names.
func (p *Program) Names() []string { return slices.Clone(p.names) }

// Uses says whether the expression reads variable (the first part of a name).
func (p *Program) Uses(variable string) bool {
	return slices.ContainsFunc(p.names, func(name string) bool {
		rest, ok := strings.CutPrefix(name, variable)
		return ok && (rest == "" || rest[0] == '.')
	})
}

// Plain returns the dotted name when the whole expression is one, in the form of Names: path["x-id"] is "path.x-id".
func (p *Program) Plain() (string, bool) {
	if p.path == nil {
		return "", false
	}
	return p.names[0], true
}

// Eval returns plain JSON values (map[string]any, []any, string, bool, int64, uint64, float64, nil; timestamps and
// durations as text: RFC 3339 in UTC, and seconds as in "1.5s"; bytes as base64). vars hold decoded JSON (json.Number for
// numbers; int, int64, uint64 and float64 will do) and are only read; the result shares nothing with them.
//
// A key, index or variable that is not there is ErrMissing, also where something other than an object is asked for a key.
// An evaluation that costs too much, or whose result is too large, is ErrLimit, as is one that the context ends (then errors.Is finds the context's error
// too); one name alone costs nothing and is never stopped. Any other error is text.
//
// As CEL has it, a && b is false when one side is false, and a || b is true when one side is true, even if the other side
// is an error, on whichever side it stands. Such an expression has a value, so a rule that is decided in spite of a missing
// key is applicable. has(self.a) is true where a is null.
func (p *Program) Eval(ctx context.Context, vars map[string]any) (any, error) {
	if p.path != nil {
		value, err := walk(p.path, vars)
		if err != nil {
			return nil, err
		}
		return plainValue(value)
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLimit, context.Cause(ctx))
	}
	value, _, err := p.cel.ContextEval(ctx, vars)
	if errors.Is(err, interpreter.InterruptError{}) {
		return nil, fmt.Errorf("%w: %w", ErrLimit, context.Cause(ctx))
	}
	if err != nil {
		return nil, evalError(err)
	}
	return plainValue(value)
}

// Bool is Eval for rules: anything but a bool is an error.
func (p *Program) Bool(ctx context.Context, vars map[string]any) (bool, error) {
	value, err := p.Eval(ctx, vars)
	if err != nil {
		return false, err
	}
	holds, ok := value.(bool)
	if !ok {
		return false, fmt.Errorf("want bool, got %s", kindOf(value))
	}
	return holds, nil
}

func kindOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case []any:
		return "list"
	case map[string]any:
		return "map"
	}
	return "number"
}

// evalError translates an error of CEL. Its kinds are not exported, so the texts decide, and the tests pin them.
func evalError(err error) error {
	if cancelled, ok := errors.AsType[interpreter.EvalCancelledError](err); ok {
		return fmt.Errorf("%w: %s", ErrLimit, oneLine(cancelled.Message))
	}
	text := err.Error()
	for _, prefix := range []string{"no such key: ", "no such attribute(s): "} {
		if key, ok := strings.CutPrefix(text, prefix); ok {
			return fmt.Errorf("%w: %q", ErrMissing, shorten(key))
		}
	}
	for _, prefix := range []string{"index out of bounds: ", "index '", "unsupported index type "} {
		if strings.HasPrefix(text, prefix) {
			return fmt.Errorf("%w: %s", ErrMissing, oneLine(text))
		}
	}
	return errors.New(oneLine(text))
}
