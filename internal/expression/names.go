package expression

import (
	"slices"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// names collects the longest plain selection chains of a checked expression.
type names struct {
	variables []string
	found     []string
	local     []string // variables of the loops around the current place; they hide ours
}

func (n *names) all(root ast.Expr) []string {
	n.visit(root)
	slices.Sort(n.found)
	return slices.Compact(n.found)
}

func (n *names) visit(e ast.Expr) {
	if path := n.path(e); path != nil {
		n.found = append(n.found, strings.Join(path, "."))
		return
	}
	switch e.Kind() {
	case ast.SelectKind:
		n.visit(e.AsSelect().Operand())
	case ast.CallKind:
		call := e.AsCall()
		if call.IsMemberFunction() {
			n.visit(call.Target())
		}
		n.visitAll(call.Args())
	case ast.ListKind:
		n.visitAll(e.AsList().Elements())
	case ast.MapKind:
		for _, entry := range e.AsMap().Entries() {
			n.visit(entry.AsMapEntry().Key())
			n.visit(entry.AsMapEntry().Value())
		}
	case ast.StructKind:
		for _, field := range e.AsStruct().Fields() {
			n.visit(field.AsStructField().Value())
		}
	case ast.ComprehensionKind:
		n.visitLoop(e.AsComprehension())
	case ast.UnspecifiedExprKind, ast.IdentKind, ast.LiteralKind:
	}
}

func (n *names) visitAll(expressions []ast.Expr) {
	for _, e := range expressions {
		n.visit(e)
	}
}

// visitLoop follows the scopes of https://github.com/google/cel-spec/blob/master/doc/langdef.md#macros: the loop's
// own variables are not visible in its range, and only the accumulator is in its result.
func (n *names) visitLoop(loop ast.ComprehensionExpr) {
	n.visit(loop.IterRange())
	n.visit(loop.AccuInit())
	outer := len(n.local)
	n.local = append(n.local, loop.AccuVar())
	n.visit(loop.Result())
	n.local = append(n.local, loop.IterVar(), loop.IterVar2())
	n.visit(loop.LoopCondition())
	n.visit(loop.LoopStep())
	n.local = n.local[:outer]
}

// path returns the parts of a chain like self.a["b-c"].?d, nil for anything else.
func (n *names) path(e ast.Expr) []string {
	switch e.Kind() {
	case ast.IdentKind:
		// A leading dot reaches past the loop variables.
		name, global := strings.CutPrefix(e.AsIdent(), ".")
		if slices.Contains(n.variables, name) && (global || !slices.Contains(n.local, name)) {
			return []string{name}
		}
	case ast.SelectKind:
		return n.extend(e.AsSelect().Operand(), e.AsSelect().FieldName())
	case ast.CallKind:
		if operand, key, ok := constantIndex(e.AsCall()); ok {
			return n.extend(operand, key)
		}
	case ast.UnspecifiedExprKind, ast.ComprehensionKind, ast.ListKind, ast.LiteralKind, ast.MapKind, ast.StructKind:
	}
	return nil
}

func (n *names) extend(operand ast.Expr, key string) []string {
	if !isSimpleKey(key) {
		return nil
	}
	path := n.path(operand)
	if path == nil {
		return nil
	}
	return append(path, key)
}

func constantIndex(call ast.CallExpr) (operand ast.Expr, key string, ok bool) {
	switch call.FunctionName() {
	case operators.Index, operators.OptIndex, operators.OptSelect:
	default:
		return nil, "", false
	}
	arguments := call.Args()
	if len(arguments) != 2 || arguments[1].Kind() != ast.LiteralKind {
		return nil, "", false
	}
	text, ok := arguments[1].AsLiteral().(types.String)
	return arguments[0], string(text), ok
}

// isSelection says whether a chain only reads: has(self.a) and self.?a have a name but another value.
func isSelection(e ast.Expr) bool {
	for e.Kind() != ast.IdentKind {
		next, ok := operand(e)
		if !ok {
			return false
		}
		e = next
	}
	return true
}

func operand(e ast.Expr) (ast.Expr, bool) {
	if e.Kind() == ast.SelectKind {
		return e.AsSelect().Operand(), !e.AsSelect().IsTestOnly()
	}
	if e.Kind() == ast.CallKind && e.AsCall().FunctionName() == operators.Index {
		return e.AsCall().Args()[0], true
	}
	return nil, false
}
