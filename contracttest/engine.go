package contracttest

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"sync"
	"time"

	"github.com/understudy-dev/understudy/scenarios"
)

// engine plays cases against one provider. Safe for concurrent use.
type engine struct {
	params      Params
	catalog     *scenarios.Catalog
	cases       []*planned
	base        *url.URL // the provider's, with the path that stands for the contract's base path
	sender      *sender
	concurrency int
	pollEvery   time.Duration
	pollFor     time.Duration
	pollTail    int
	wait        waiter

	// What one exchange told about the provider.
	asking sync.Once
	mock   bool
	silent error // it could not be asked
}

func newEngine(p *Params) (*engine, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	catalog, err := catalogOf(p)
	if err != nil {
		return nil, err
	}
	cases, err := plan(catalog)
	if err != nil {
		return nil, err
	}
	base, err := p.target(catalog.Contract().BasePath())
	if err != nil {
		return nil, err
	}
	e := &engine{
		params: *p, catalog: catalog, cases: cases, base: base, concurrency: cmp.Or(p.Concurrency, defaultConcurrency),
		pollEvery: cmp.Or(p.PollEvery, defaultPollEvery), pollFor: cmp.Or(p.PollFor, defaultPollFor),
		pollTail: cmp.Or(p.PollTail, defaultPollTail), wait: p.wait,
	}
	if e.wait == nil {
		e.wait = machineWait
	}
	timeout := cmp.Or(p.Timeout, defaultTimeout)
	if p.Target == "" {
		e.sender = newSender(p.Handler, timeout)
	} else {
		e.sender = newSender(nil, timeout)
	}
	return e, nil
}

// targetName is what the report calls the provider.
func (e *engine) targetName() string {
	if e.params.Target == "" {
		return "handler"
	}
	return e.base.String()
}

// play brings the provider into one case, makes the exchange, or the polls, and judges.
func (e *engine) play(ctx context.Context, p *planned) Case {
	c := Case{Operation: p.operation.ID(), Scenario: p.name, Kind: p.kind, Status: p.status}
	if err := ctx.Err(); err != nil {
		return stopped(c, SetupError, fmt.Sprintf("interrupted: %s", err))
	}
	way := e.reach(ctx, p)
	if way.request != nil {
		c.Curl = way.request.curl()
	}
	if way.outcome != "" {
		return stopped(c, way.outcome, way.reason)
	}
	if p.kind == KindLifecycle {
		return e.playLifecycle(ctx, p, way, c)
	}
	got, err := e.sender.send(ctx, way.request)
	hide := newRedactor(way.request.credentials)
	if err != nil {
		return stopped(c, SetupError, hide.text(err.Error()))
	}
	c.Exchange, c.length = kept(hide.exchange(got.exchange)), len(got.exchange.Body)
	if outcome, reason := arrived(p, way.provider, got.exchange); outcome != "" {
		return stopped(c, outcome, hide.text(reason))
	}
	c.Provider = way.provider
	c.Checks = hide.checks(judge(ctx, p, got, e.params.Strict))
	c.Outcome = worst(c.Checks)
	return c
}
