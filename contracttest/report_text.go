package contracttest

import (
	"fmt"
	"io"
	"strings"

	"github.com/understudy-dev/understudy/contract"
)

// maxNamed bounds how many cases one line names.
const maxNamed = 5

// WriteText writes the report for a reader in a hurry: what failed first, each fault once with the cases that show it,
// and the verdict last. Color asks for ANSI colors. What a provider sent is made printable. The error is the writer's.
func (r *Report) WriteText(w io.Writer, color bool) error {
	t := &textReport{report: r, color: color}
	strict := ""
	if r.Strict {
		strict = ", strictly"
	}
	t.line("%s %s against %s%s", r.Contract, r.Version, r.Target, strict)
	t.faults(Fail)
	t.setupErrors()
	t.faults(Warn)
	t.skipped(Unreachable)
	t.skipped(Disabled)
	t.unverified()
	t.totals()
	t.verdict()
	_, err := io.WriteString(w, t.text.String())
	return err
}

type textReport struct {
	report *Report
	color  bool
	text   strings.Builder
}

// ANSI colors.
const (
	red    = "31"
	green  = "32"
	yellow = "33"
	dim    = "2"
)

func (t *textReport) paint(code, text string) string {
	if !t.color {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (t *textReport) line(format string, arguments ...any) {
	fmt.Fprintf(&t.text, format+"\n", arguments...)
}

// fault is one violation, and the cases that show it.
type fault struct {
	result    *Result
	violation *contract.Violation
	cases     []*Case
}

// weight is what a violation does to the run.
func (r *Report) weight(v *contract.Violation) Outcome {
	if r.Strict || v.Level == contract.Must {
		return Fail
	}
	return Warn
}

// collect gathers equal violations of this weight, in the order of the plan.
func (r *Report) collect(outcome Outcome) []*fault {
	type key struct{ operation, check, where, pointer, rule, want, got string }
	byKey := map[key]*fault{}
	var list []*fault
	for i := range r.Cases {
		c := &r.Cases[i]
		for j := range c.Checks {
			result := &c.Checks[j]
			for k := range result.Violations {
				v := &result.Violations[k]
				if r.weight(v) != outcome {
					continue
				}
				id := key{c.Operation, result.ID, v.Where, v.Pointer, v.Rule, v.Want, v.Got}
				if v.Where == "trace" {
					id.want, id.got = "", "" // values that another course has, or another process
				}
				if byKey[id] == nil {
					byKey[id] = &fault{result: result, violation: v}
					list = append(list, byKey[id])
				}
				byKey[id].cases = append(byKey[id].cases, c)
			}
		}
	}
	return list
}

// faults writes what broke checks, under a heading per fault.
func (t *textReport) faults(outcome Outcome) {
	code := red
	if outcome == Warn {
		code = yellow
	}
	for _, f := range t.report.collect(outcome) {
		first, v := f.cases[0], f.violation
		claim := f.result.Sentence
		if v.Message != "" {
			claim = v.Message
		}
		t.line("\n%s %s %s: %s", t.paint(code, strings.ToUpper(string(outcome))), first.Operation, first.Scenario, printable(claim))
		t.field("check", fmt.Sprintf("%s (%s)", f.result.ID, v.Level))
		t.field("at", v.Where+" "+pointers(f.result, v))
		t.field("want", v.Want)
		t.field("got", v.Got)
		t.field("contract", v.Position.String())
		if v.Inferred != "" {
			t.field("inferred", v.Inferred)
		}
		t.field("polls", pollText(first, v))
		t.field("repeat", repeat(first, v))
		if r := f.result; r.omitted > 0 && v == &r.Violations[len(r.Violations)-1] {
			t.field("and", fmt.Sprintf("%d more in %s", r.omitted, r.ID))
		}
		if len(f.cases) > 1 {
			t.field("also in", names(f.cases[1:]))
		}
	}
}

func (t *textReport) field(name, text string) {
	if text != "" {
		t.line("  %s %s", t.paint(dim, fmt.Sprintf("%-8s", name)), printable(text))
	}
}

// names lists the cases of a line.
func names(cases []*Case) string {
	list := make([]string, 0, maxNamed+1)
	for i, c := range cases {
		if i == maxNamed {
			list = append(list, fmt.Sprintf("and %d more", len(cases)-maxNamed))
			break
		}
		list = append(list, c.Scenario)
	}
	return strings.Join(list, ", ")
}

// byReason gathers the cases of an outcome by operation and reason; a reason that differs in the scenario's name alone is the same.
func (r *Report) byReason(outcome Outcome) (reasons []string, cases map[string][]*Case) {
	cases = map[string][]*Case{}
	for i := range r.Cases {
		c := &r.Cases[i]
		if c.Outcome != outcome {
			continue
		}
		reason := c.Operation + ": " + strings.ReplaceAll(c.Reason, c.Scenario, "it")
		if cases[reason] == nil {
			reasons = append(reasons, reason)
		}
		cases[reason] = append(cases[reason], c)
	}
	return reasons, cases
}

func (t *textReport) setupErrors() {
	reasons, cases := t.report.byReason(SetupError)
	for _, reason := range reasons {
		t.line("\n%s %s", t.paint(red, "SETUP ERROR"), printable(reason))
		t.field("in", names(cases[reason]))
		t.field("repeat", cases[reason][0].Curl)
	}
}

func (t *textReport) skipped(outcome Outcome) {
	reasons, cases := t.report.byReason(outcome)
	for _, reason := range reasons {
		t.line("\n%s (%d) %s", t.paint(yellow, string(outcome)), len(cases[reason]), printable(reason))
		t.field("cases", names(cases[reason]))
	}
}

func (t *textReport) unverified() {
	if len(t.report.Unverified) > 0 {
		t.line("\n%s (%d): no exchange and no trace exercised", t.paint(yellow, "not verified"), len(t.report.Unverified))
		for _, name := range t.report.Unverified {
			t.line("  %s", name)
		}
	}
}

// totals counts cases and checks, by outcome, each in a fixed order.
func (t *textReport) totals() {
	checks, total := map[Outcome]int{}, 0
	for i := range t.report.Cases {
		for j := range t.report.Cases[i].Checks {
			checks[t.report.Cases[i].Checks[j].Outcome]++
			total++
		}
	}
	if r := t.report.Recorded; r != nil {
		t.line("\n%s", r)
	}
	t.line("\n%d cases: %s", len(t.report.Cases), counted(t.report.counts()))
	t.line("%d checks: %s", total, counted(checks))
}

func counted(counts map[Outcome]int) string {
	var parts []string
	for _, outcome := range []Outcome{Pass, Fail, Warn, SetupError, Unreachable, Disabled, Vacuous} {
		if n := counts[outcome]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, outcome))
		}
	}
	if parts == nil {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// verdict is the last line.
func (t *textReport) verdict() {
	counts, r := t.report.counts(), t.report
	if r.OK() {
		parts := []string{r.held()}
		for _, outcome := range []Outcome{Warn, Unreachable, Disabled} {
			if n := counts[outcome]; n > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", n, outcome))
			}
		}
		t.line("%s: %s", t.paint(green, "conformant"), strings.Join(parts, ", "))
		return
	}
	var reasons []string
	if n := counts[Fail]; n > 0 {
		reasons = append(reasons, fmt.Sprintf("%d of %d cases failed", n, len(r.Cases)))
	}
	if n := counts[SetupError]; n > 0 {
		reasons = append(reasons, fmt.Sprintf("%d could not be set up", n))
	}
	if r.reached() == 0 {
		reasons = append(reasons, r.nothing())
	}
	t.line("%s: %s", t.paint(red, "not conformant"), strings.Join(reasons, ", "))
}

// probed counts the probes that were judged.
func (r *Report) probed() int {
	probed := 0
	for i := range r.Cases {
		if r.Cases[i].Kind == KindProbe && judged(&r.Cases[i]) {
			probed++
		}
	}
	return probed
}
