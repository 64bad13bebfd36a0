// Package expression compiles CEL (https://cel.dev) within limits, names what an expression uses, and evaluates it
// over decoded JSON. It refuses expressions that are too long, too deep or too costly, and it knows nothing of
// contracts or fixtures: callers bind the variables.
package expression

import (
	"fmt"
	"slices"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/ext"
)

// Limits of every expression. They are far above what a person writes and far below what hurts.
const (
	maxText    = 8 << 10 // bytes of one expression
	maxDepth   = 50      // nesting of brackets, operators and selections; beyond it CEL takes seconds to compile some texts
	maxCost    = 100_000 // CEL's cost units of one evaluation, a few milliseconds
	maxRange   = 10_000  // items of lists.range, which costs nothing until it is read
	checkEvery = 100     // loop rounds between two looks at the context
)

// Env compiles expressions over a fixed set of variables, each of dynamic type. The zero value has no variables.
// Safe for concurrent use.
//
// An expression may use the CEL standard library and its extensions for strings, lists, sets, math and optional
// values. Times are in UTC where no zone is given. List and map literals may mix types, because every variable is of
// dynamic type and [oldSelf.status, 'FAILED'] is a mix already.
type Env struct {
	variables []string
	once      sync.Once
	cel       *cel.Env
	err       error
}

// New makes an Env over variables, which must be CEL identifiers: with one that is not, every Compile that needs CEL
// returns an error. Creating the CEL environment is lazy (first Compile that needs CEL), because it costs time and memory.
func New(variables ...string) *Env {
	return &Env{variables: slices.Clone(variables)}
}

// Compile checks text. A bare dotted name (self.status, fake.company, path["x-id"]) is compiled without CEL.
// What is wrong with the text is an *Error, the first problem only, because those after it tend to follow from it;
// an unknown variable or function comes with the closest name. No error depends on the values of a later evaluation.
func (e *Env) Compile(text string) (*Program, error) {
	if len(text) > maxText {
		return nil, newError(fmt.Sprintf("expression has %d bytes; want at most %d", len(text), maxText), "")
	}
	path := bareName(text)
	if path != nil && slices.Contains(e.variables, path[0]) {
		return newPlain(text, path), nil
	}
	if isBlank(text) {
		return nil, newError("expression is empty", "")
	}
	environment, err := e.environment()
	if err != nil {
		return nil, err
	}
	return e.compile(environment, text)
}

func (e *Env) compile(environment *cel.Env, text string) (*Program, error) {
	checked, issues := environment.Compile(text)
	if issues.Err() != nil {
		return nil, compileError(text, issues.Errors()[0], e.variables)
	}
	root := checked.NativeRep().Expr()
	found := names{variables: e.variables}
	if path := found.path(root); path != nil && isSelection(root) {
		return newPlain(text, path), nil
	}
	program, err := environment.Program(checked,
		cel.EvalOptions(cel.OptOptimize), cel.CostLimit(maxCost), cel.InterruptCheckFrequency(checkEvery))
	if err != nil {
		return nil, newError(oneLine(err.Error()), "")
	}
	return &Program{text: text, names: found.all(root), cel: program}, nil
}

func (e *Env) environment() (*cel.Env, error) {
	e.once.Do(func() { e.cel, e.err = newEnvironment(e.variables) })
	return e.cel, e.err
}

func newEnvironment(variables []string) (*cel.Env, error) {
	options := []cel.EnvOption{
		cel.CustomTypeAdapter(adapter{}),
		cel.EagerlyValidateDeclarations(true),
		cel.DefaultUTCTimeZone(true),
		cel.CrossTypeNumericComparisons(true),
		cel.ParserRecursionLimit(maxDepth),
		cel.OptionalTypes(),
		ext.Strings(), ext.Lists(ext.ListsMaxRangeSize(maxRange)), ext.Sets(), ext.Math(),
	}
	for _, variable := range variables {
		if name, rest := identifier(variable); name == "" || rest != "" {
			return nil, fmt.Errorf("variable %q is not a CEL identifier", variable)
		}
		options = append(options, cel.Variable(variable, cel.DynType))
	}
	environment, err := cel.NewEnv(options...)
	if err != nil {
		return nil, fmt.Errorf("expression variables %q: %s", variables, oneLine(err.Error()))
	}
	return environment, nil
}
