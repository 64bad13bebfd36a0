package server

import (
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/contract"
)

// wherePath is contract.Violation.Where of a path parameter.
const wherePath = "request path"

// refusal is why a request is refused, and the status that says so.
type refusal struct {
	status     int
	violations []contract.Violation
}

// check runs the checks in their order: 401, 403, 400. Nil means that the request may pass.
func (s *Server) check(x *exchange, r *http.Request) *refusal {
	if refused := s.checkCredentials(x.operation.contract, r); refused != nil {
		return refused
	}
	violations := x.operation.contract.JudgeParameters(r, x.inputs.PathValues)
	if len(violations) == 0 {
		violations = x.operation.contract.JudgeBody(r.Header, x.body)
	}
	if len(violations) > 0 {
		return &refusal{status: http.StatusBadRequest, violations: violations}
	}
	return nil
}

// checkPath is what even a forced success has to pass: without its path parameters there is no resource to show.
func (s *Server) checkPath(x *exchange, r *http.Request) *refusal {
	var broken []contract.Violation
	for _, violation := range x.operation.contract.JudgeParameters(r, x.inputs.PathValues) {
		if violation.Where == wherePath {
			broken = append(broken, violation)
		}
	}
	if broken == nil {
		return nil
	}
	return &refusal{status: http.StatusBadRequest, violations: broken}
}

func (s *Server) checkCredentials(o *contract.Operation, r *http.Request) *refusal {
	if s.withoutAuth {
		return nil
	}
	sent, violation := o.Credentials(r)
	if violation != nil {
		return &refusal{status: http.StatusUnauthorized, violations: []contract.Violation{*violation}}
	}
	if s.credentials == nil || sent.Kind == "" || sent.Kind == kindCertificate {
		return nil
	}
	found := s.credentials.principal(&sent)
	if found == nil {
		return &refusal{status: http.StatusUnauthorized, violations: []contract.Violation{
			credentialsViolation(o, "credentials of a principal in the list", "unknown ones"),
		}}
	}
	if missing := found.missing(sent.Required); len(missing) > 0 {
		return &refusal{status: http.StatusForbidden, violations: []contract.Violation{
			credentialsViolation(o, "scope "+strings.Join(sent.Required, ", "), "a principal without "+strings.Join(missing, ", ")),
		}}
	}
	return nil
}

func credentialsViolation(o *contract.Operation, want, got string) contract.Violation {
	return contract.Violation{
		Operation: o.ID(), Where: "request credentials", Rule: "credentials", Want: want, Got: got, Position: o.Position(),
	}
}

// refuse gives the contract's own answer to a failed check, or a problem when the contract has none.
func (s *Server) refuse(x *exchange, r *http.Request, refused *refusal) (*play, *problem) {
	if s.logger.Enabled(r.Context(), slog.LevelInfo) {
		s.logger.LogAttrs(r.Context(), slog.LevelInfo, "refused", slog.Int("status", refused.status),
			slog.String("operation", x.operation.contract.ID()), slog.Any("violations", refused.lines()))
	}
	p, err := x.operation.refusal(s.catalog, refused.status)
	switch {
	case err != nil:
		return nil, unanswerable(codeUnplayable, err.Error())
	case p == nil:
		failed := unanswerable(codeNoRefusal, "the request breaks the contract, but the contract documents no "+
			strconv.Itoa(refused.status)+" for "+x.operation.contract.ID())
		failed.Violations = refused.lines()
		return nil, failed
	}
	x.answer.violation = printable(refused.lines()[0])
	return p, nil
}

// lines renders the first violations.
func (r *refusal) lines() []string {
	shown := r.violations[:min(len(r.violations), maxNames)]
	lines := make([]string, len(shown))
	for i := range shown {
		lines[i] = cut(shown[i].String(), maxDetail)
	}
	return lines
}
