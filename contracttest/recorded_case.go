package contracttest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/contract"
)

// maxRecordedName bounds the part of a path in the name of a case.
const maxRecordedName = 120

// name names a case by entries of the file and what was asked.
func (m *matched) name(entries string) string {
	path := m.path
	if len(path) > maxRecordedName {
		path = path[:maxRecordedName] + "…"
	}
	return fmt.Sprintf("recorded/%s %s %s", entries, m.exchange.Method, path)
}

// plan lists the checks of what was answered, and leaves out those that need an expectation.
func (m *matched) plan() *planned {
	p := &planned{operation: m.operation, name: m.name(fmt.Sprintf("#%d", m.number)), kind: KindRecorded, status: m.exchange.Status}
	rules, _ := m.operation.Rules() // newRecordedJudge has reported the error
	p.addChecks(rules)
	i := slices.IndexFunc(p.checks, func(c check) bool { return c.id == checkStatus })
	p.checks[i].level, p.checks[i].sentence = contract.Should, "refuses what the contract refuses"
	return p
}

// one judges one exchange.
func (j *recordedJudge) one(ctx context.Context, m *matched) Case {
	p := m.plan()
	c := Case{Operation: m.operation.ID(), Scenario: p.name, Kind: KindRecorded, Status: p.status}
	hide := j.discretion.of(m.exchange)
	c.Curl = hide.request(m).curl() + hide.data(m)
	if err := ctx.Err(); err != nil {
		return stopped(c, SetupError, fmt.Sprintf("interrupted: %s", err))
	}
	v := newVerdict(p)
	x := m.exchange
	if m.noBody {
		// As of HEAD, status and headers are all that there is.
		bodyless := *x
		bodyless.Method, x = http.MethodHead, &bodyless
	}
	v.answer(ctx, &received{exchange: x})
	v.judged[checkMediaType] = v.judged[checkMediaType] && !m.noBody
	refusal := j.refusal(m)
	v.judged[checkStatus] = refusal != nil
	if refusal != nil && x.Status/100 == 2 {
		refusal.Message = hide.text(refusal.Message)
		v.add(*refusal)
	}
	c.Provider = ByRecording
	c.Checks = hide.checks(v.results(j.engine.params.Strict))
	c.Outcome = worst(c.Checks)
	c.Exchange, c.length = kept(hide.exchange(m.exchange)), len(m.exchange.Body)
	return c
}

// refusal is what the contract says against a request, when it documents how such a request is answered; nil for nothing.
func (j *recordedJudge) refusal(m *matched) *contract.Violation {
	for name := range m.exchange.RequestHeader {
		if strings.HasPrefix(name, mockPrefix) {
			return nil // a mock that is told what to play lets everybody in
		}
	}
	r := &http.Request{Method: m.exchange.Method, URL: m.exchange.URL, Header: m.exchange.RequestHeader}
	if _, refused := m.operation.Credentials(r); refused != nil && j.credentials && !masked(r.Header.Get("Authorization")) {
		return m.answered(refused, http.StatusUnauthorized)
	}
	wrong := m.operation.JudgeParameters(r, m.values)
	if !m.noRequestBody {
		wrong = append(wrong, m.operation.JudgeBody(r.Header, m.exchange.RequestBody)...)
	}
	// Where cookies are left out, nobody knows what they were.
	wrong = slices.DeleteFunc(wrong, func(v contract.Violation) bool {
		return masked(v.Got) || (v.Where == "request cookie" && r.Header.Get("Cookie") == "")
	})
	if len(wrong) == 0 {
		return nil
	}
	return m.answered(&wrong[0], http.StatusBadRequest)
}

// answered turns what is wrong with a request into what is wrong with its answer; nil when the contract does not document the refusal.
func (m *matched) answered(refused *contract.Violation, status int) *contract.Violation {
	if !documents(m.operation, status) {
		return nil
	}
	v := *refused
	v.Level, v.Status, v.Rule = contract.Should, m.exchange.Status, checkStatus
	v.Message = fmt.Sprintf("%s is answered %d: want %s, got %s", strings.TrimSpace(v.Where+" "+v.Pointer), status, v.Want, v.Got)
	v.Want, v.Got = statusText(status), statusText(m.exchange.Status)
	return &v
}
