package contracttest

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/internal/strictyaml"
	"github.com/understudy-dev/understudy/scenarios"
)

// verdict is what is known of a case: violations by check, and which checks had something to judge.
type verdict struct {
	planned  *planned
	exchange *contract.Exchange // that is judged now
	expect   []scenarios.Expectation
	found    map[string][]contract.Violation
	judged   map[string]bool
	trace    *traced // nil for a case of one exchange
}

func newVerdict(p *planned) *verdict {
	return &verdict{planned: p, expect: p.expect, found: map[string][]contract.Violation{}, judged: map[string]bool{}}
}

// judge runs the planned checks on what was received.
func judge(ctx context.Context, p *planned, got *received, strict bool) []Result {
	v := newVerdict(p)
	v.answer(ctx, got)
	return v.results(strict)
}

// answer judges one exchange by itself.
func (v *verdict) answer(ctx context.Context, got *received) {
	p := v.planned
	v.exchange = got.exchange
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
}

// results are the outcomes of all checks, in the order of the plan.
func (v *verdict) results(strict bool) []Result {
	results := make([]Result, len(v.planned.checks))
	for i := range v.planned.checks {
		results[i] = v.result(&v.planned.checks[i], strict)
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
	breaks := func(id string) bool {
		return slices.ContainsFunc(judgement.Violations, func(one contract.Violation) bool { return checkOf(one.Rule) == id })
	}
	root, err := strictyaml.Parse("body.json", v.exchange.Body, strictyaml.Limits{})
	if err != nil || breaks(checkJSON) || v.planned.operation.Response(v.exchange.Status) == nil {
		return
	}
	// Under a media type that is not documented, the contract has nothing to say of the body.
	known := !breaks(checkMediaType)
	v.judged[checkJSON], v.judged[checkSchema] = v.judged[checkJSON] || known, v.judged[checkSchema] || known
	if known && v.trace != nil && v.exchange.Status/100 == 2 {
		v.trace.observations++
	}
	if v.exchange.Status == v.planned.status && len(v.expect) > 0 {
		v.judged[checkExpectation] = true
		for _, one := range unmet(v.planned, v.expect, root) {
			v.add(one)
		}
	}
}

// add notes a violation under its check. What belongs to a check that this case does not have came with a status that
// it does not expect.
func (v *verdict) add(one contract.Violation) {
	id := checkOf(one.Rule)
	i := slices.IndexFunc(v.planned.checks, func(c check) bool { return c.id == id })
	if i < 0 {
		i = slices.IndexFunc(v.planned.checks, func(c check) bool { return c.id == checkStatus })
	}
	c := &v.planned.checks[i]
	if v.trace == nil || v.trace.isNew(c, &one) {
		v.found[c.id] = append(v.found[c.id], one)
	}
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
		return rule // json, rule/<id>, lifecycle/<id>, and the checks of the suite's own
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
	// One exchange has them in this order already.
	slices.SortStableFunc(r.Violations, func(a, b contract.Violation) int { return cmp.Compare(a.Level, b.Level) })
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
	case v.Pointer == "" && (v.Where == "response body" || v.Where == "trace"):
		return `""` // RFC 6901: the whole document
	}
	return v.Pointer
}
