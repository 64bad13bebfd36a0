package expression_test

import (
	"testing"

	"github.com/understudy-dev/understudy/internal/expression"
)

const rule = "self.status != 'COMPLETED' || (has(self.endTime) && self.steps.all(s, s.status in ['COMPLETED', 'FAILED']))"

func BenchmarkCompileName(b *testing.B) {
	env := expression.New(variables()...)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := env.Compile("self.business.type"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompileRule(b *testing.B) {
	env := expression.New(variables()...)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := env.Compile(rule); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEvalName(b *testing.B) { benchmarkEval(b, "self.business.type") }

func BenchmarkEvalRule(b *testing.B) { benchmarkEval(b, rule) }

func benchmarkEval(b *testing.B, text string) {
	b.Helper()
	program, err := expression.New(variables()...).Compile(text)
	if err != nil {
		b.Fatal(err)
	}
	vars := decode(b, process)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := program.Eval(b.Context(), vars); err != nil {
			b.Fatal(err)
		}
	}
}
