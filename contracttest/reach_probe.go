package contracttest

import (
	"net/url"
	"slices"

	"github.com/understudy-dev/understudy/contract"
)

// reachProbe addresses a probe: at an existing resource where one is named, with its own credentials or the principal's.
func (e *engine) reachProbe(p *planned, mock bool) way {
	if !mock && !safe(p.operation.Method()) {
		return blocked(Disabled, "%s may write, and the provider is no mock", p.operation.Method())
	}
	credentials := p.probe.credentials
	if p.probe.valid {
		var lacks string
		if credentials, lacks = e.credentials(p.operation, mock); lacks != "" {
			return blocked(Disabled, "%s", lacks)
		}
	}
	values, query := p.values, url.Values{}
	if existing := e.anyResource(p.operation); existing != nil && !mock {
		values, query = existing.values, existing.query
	}
	if p.probe.malformed != "" {
		values = slices.Clone(values)
		values[p.probe.parameter] = p.probe.malformed
	}
	found := way{request: e.request(p.operation, values, credentials), provider: ByRequest}
	found.request.url.RawQuery = query.Encode()
	return found
}

// anyResource is some existing resource of the operation, a successful one where there is one.
func (e *engine) anyResource(o *contract.Operation) *resource {
	var found *resource
	for _, one := range e.cases {
		existing := e.params.States.find(o.ID(), one.name)
		if one.operation != o || existing == nil {
			continue
		}
		if one.status/100 == 2 {
			return existing
		}
		if found == nil {
			found = existing
		}
	}
	return found
}
