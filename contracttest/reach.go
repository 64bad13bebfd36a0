package contracttest

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/understudy-dev/understudy/contract"
)

// way is how a case is reached: a request; or an outcome and a reason, and then the request that led there, if any.
type way struct {
	request  *request
	provider string
	outcome  Outcome
	reason   string
}

// blocked is a way that leads nowhere.
func blocked(outcome Outcome, format string, arguments ...any) way {
	return way{outcome: outcome, reason: fmt.Sprintf(format, arguments...)}
}

// reach asks the state providers in their order: existing ids, then the scenario header. Probes need neither.
func (e *engine) reach(ctx context.Context, p *planned) way {
	mock, err := e.isMock(ctx)
	switch {
	case err != nil:
		return way{request: e.introduction(), outcome: SetupError, reason: err.Error()}
	case p.probe != nil:
		return e.reachProbe(p, mock)
	}
	existing := e.params.States.find(p.operation.ID(), p.name)
	if existing == nil && !mock {
		return blocked(Unreachable, "the provider does not play scenarios (no %s in its answer), and no states file names an id for %s",
			headerScenario, p.name)
	}
	if !mock && !safe(p.operation.Method()) {
		return blocked(Unreachable, "%s may write, and the provider is no mock", p.operation.Method())
	}
	credentials, lacks := e.credentials(p.operation, mock)
	if lacks != "" {
		return blocked(Unreachable, "%s", lacks)
	}
	if existing != nil {
		found := way{request: e.request(p.operation, existing.values, credentials), provider: ByExistingID}
		found.request.url.RawQuery = existing.query.Encode()
		return found
	}
	return way{request: e.request(p.operation, p.values, credentials).with(headerScenario, p.name), provider: ByScenarioHeader}
}

// credentials are the principal's for the operation; lacks says why there are none.
func (e *engine) credentials(o *contract.Operation, mock bool) (chosen []credential, lacks string) {
	who := e.params.Principal
	hidden := true
	if mock && who == (Principal{}) {
		who, hidden = madeUp(), false
	}
	chosen, violation := who.credentialsFor(o, hidden)
	if violation != nil {
		return nil, fmt.Sprintf("%s wants %s, and the run has %s", o.ID(), violation.Want, who)
	}
	return chosen, ""
}

// request addresses the operation at the provider.
func (e *engine) request(o *contract.Operation, values []string, credentials []credential) *request {
	path := strings.TrimPrefix(o.Expand(values), e.catalog.Contract().BasePath())
	address := *e.base
	address.RawPath = e.base.EscapedPath() + path
	if unescaped, err := url.PathUnescape(address.RawPath); err == nil {
		address.Path = unescaped
	}
	return &request{method: o.Method(), url: &address, credentials: credentials}
}

// isMock asks the provider once, and without credentials, whether it plays scenarios. A mock names itself in every answer.
func (e *engine) isMock(ctx context.Context) (bool, error) {
	e.asking.Do(func() {
		if len(e.cases) == 0 {
			return
		}
		got, err := e.sender.send(ctx, e.introduction())
		if err != nil {
			e.silent = fmt.Errorf("asking the provider whether it is a mock: %w", err)
			return
		}
		for name := range got.exchange.Header {
			e.mock = e.mock || strings.HasPrefix(http.CanonicalHeaderKey(name), mockPrefix)
		}
	})
	return e.mock, e.silent
}

// introduction is a request for a scenario of an operation that only reads. Where there is none, OPTIONS changes nothing either.
func (e *engine) introduction() *request {
	for _, one := range e.cases {
		if one.kind == KindScenario && safe(one.operation.Method()) {
			return e.request(one.operation, one.values, nil).with(headerScenario, one.name)
		}
	}
	first := e.request(e.cases[0].operation, e.cases[0].values, nil)
	first.method = http.MethodOptions
	return first
}

// arrived says whether the scenario header brought the provider where it was asked to go.
func arrived(p *planned, provider string, x *contract.Exchange) (Outcome, string) {
	if provider != ByScenarioHeader {
		return "", ""
	}
	if code := x.Header.Get(headerError); code != "" {
		return Unreachable, fmt.Sprintf("the mock cannot play %s: %s %q", p.name, headerError, cut(code))
	}
	if played := x.Header.Get(headerScenario); played != p.name {
		return SetupError, fmt.Sprintf("the mock was asked for %s and answered %d with %s %q", p.name, x.Status, headerScenario, cut(played))
	}
	return "", ""
}
