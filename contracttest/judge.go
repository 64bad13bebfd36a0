package contracttest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// verdict is what is known of one exchange: violations by check, and which checks had something to judge.
type verdict struct {
	planned  *planned
	exchange *contract.Exchange
	found    map[string][]contract.Violation
	judged   map[string]bool
}

// judge runs the planned checks on what was received.
func judge(ctx context.Context, p *planned, got *received, strict bool) []Result {
	v := &verdict{planned: p, exchange: got.exchange, found: map[string][]contract.Violation{}, judged: map[string]bool{}}
	v.status()
	if p.operation.Response(got.exchange.Status) != nil {
		v.judged[checkHeaders] = true
		v.judged[checkMediaType] = true
	}
	judgement := p.operation.JudgeResponse(ctx, got.exchange)
	if got.fault != nil {
		v.broken(got.fault, judgement.Violations)
	} else {
		v.body(&judgement)
	}
	results := make([]Result, len(p.checks))
	for i := range p.checks {
		results[i] = v.result(&p.checks[i], strict)
	}
	return results
}

// status judges the status that the case expects; whether it is documented at all is the contract's business.
func (v *verdict) status() {
	v.judged[checkDocumented], v.judged[checkStatus] = true, true
	p, x := v.planned, v.exchange
	if x.Status == p.status {
		return
	}
	wrong := contract.Violation{
		Operation: p.operation.ID(), Status: x.Status, Where: "response status", Rule: checkStatus,
		Want: statusText(p.status), Got: statusText(x.Status), Position: p.operation.Position(),
	}
	if response := p.operation.Response(p.status); response != nil {
		wrong.Position = response.Position
	}
	if p.probe != nil {
		wrong.Level, wrong.Where, wrong.Pointer, wrong.Position = p.probe.level, p.probe.where, p.probe.pointer, p.probe.position
		wrong.Message = "the provider " + p.probe.sentence
	}
	v.add(wrong)
}

func statusText(status int) string {
	return strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
}

// broken handles a body that cannot be judged: only status and headers can.
func (v *verdict) broken(fault *contract.Violation, others []contract.Violation) {
	one := *fault
	one.Operation, one.Status = v.planned.operation.ID(), v.exchange.Status
	if response := v.planned.operation.Response(v.exchange.Status); response != nil {
		one.Position = response.Position
	}
	v.judged[checkMediaType] = true
	v.add(one)
	for _, other := range others {
		if other.Where == "response status" || other.Where == "response header" {
			v.add(other)
		}
	}
}

// body handles a body that is whole.
func (v *verdict) body(judgement *contract.Judgement) {
	for _, one := range judgement.Violations {
		v.add(one)
	}
	for _, rule := range judgement.Rules {
		id := ruleCheck + rule.Rule.ID
		v.judged[id] = v.judged[id] || rule.Applied > 0
	}
	root, err := strictyaml.Parse("body.json", v.exchange.Body, strictyaml.Limits{})
	if err != nil || len(v.found[checkJSON]) > 0 || !v.judged[checkMediaType] {
		return
	}
	// Under a media type that is not documented, the contract has nothing to say of the body.
	known := len(v.found[checkMediaType]) == 0
	v.judged[checkJSON], v.judged[checkSchema] = known, known
	if v.exchange.Status == v.planned.status {
		v.judged[checkExpectation] = true
		for _, one := range unmet(v.planned, root) {
			v.add(one)
		}
	}
}

// add notes a violation under its check. What belongs to a check that this case does not have came with a status that
// it does not expect.
func (v *verdict) add(one contract.Violation) {
	id := checkOf(one.Rule)
	for i := range v.planned.checks {
		if v.planned.checks[i].id == id {
			v.found[id] = append(v.found[id], one)
			return
		}
	}
	v.found[checkStatus] = append(v.found[checkStatus], one)
}

// checkOf is the check that a violation of this rule belongs to.
func checkOf(rule string) string {
	kind, _, _ := strings.Cut(rule, "/")
	switch kind {
	case "status":
		return checkDocumented
	case "media-type", "body", "content-encoding":
		return checkMediaType
	case "header":
		return checkHeaders
	case "schema", "contract":
		return checkSchema
	default:
		return rule // json, rule/<id>, and the checks of the suite's own
	}
}

// maxViolations bounds how many violations of one check are reported: an array may break the contract a million times.
const maxViolations = 20

// result is the outcome of one check.
func (v *verdict) result(c *check, strict bool) Result {
	r := Result{ID: c.id, Level: c.level, Sentence: c.sentence, Outcome: Pass, Violations: v.found[c.id]}
	if len(r.Violations) == 0 && !v.judged[c.id] {
		r.Outcome = Vacuous
	}
	if c.rule != nil && len(r.Violations) > 0 {
		r.Reads = reads(c.rule)
	}
	for i := range r.Violations {
		if strict || r.Violations[i].Level == contract.Must {
			r.Outcome = Fail
		} else if r.Outcome == Pass {
			r.Outcome = Warn
		}
	}
	if n := len(r.Violations); n > maxViolations {
		// A copy, so that the rest is not kept.
		r.Violations, r.omitted = slices.Clone(r.Violations[:maxViolations]), n-maxViolations
	}
	return r
}

// pointers says where a violation stands: for a rule, at what the rule looks at.
func pointers(r *Result, v *contract.Violation) string {
	switch {
	case len(r.Reads) > 0:
		list := make([]string, len(r.Reads))
		for i, read := range r.Reads {
			list[i] = v.Pointer + read
		}
		return strings.Join(list, ", ")
	case v.Pointer == "" && v.Where == "response body":
		return `""` // RFC 6901: the whole document
	}
	return v.Pointer
}

// failureText is what a reader needs to repair a failed check: violations, the line that repeats the exchange, the exchange.
func failureText(c *Case, r *Result) string {
	var text strings.Builder
	for i := range r.Violations {
		v := &r.Violations[i]
		fmt.Fprintf(&text, "%s: %s\n", v.Level, printable(v.String()))
		if len(r.Reads) > 0 {
			fmt.Fprintf(&text, "  at %s\n", printable(pointers(r, v)))
		}
	}
	if r.omitted > 0 {
		fmt.Fprintf(&text, "and %d more\n", r.omitted)
	}
	fmt.Fprintf(&text, "\n%s\n\n%s", c.Curl, exchangeText(c.Exchange))
	return text.String()
}
