// Package contracttest verifies a running implementation against a contract: for every scenario that the provider can
// be brought into, one exchange, or the polls of what moves over time, and one check per thing that the contract says of
// it. Test and Register arrange the checks as Ginkgo specs; Run is the engine alone. It never starts a provider and never
// writes to one that is no mock.
package contracttest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/understudy-dev/understudy/scenarios"
)

const (
	defaultTimeout     = 10 * time.Second
	defaultConcurrency = 4
	defaultPollEvery   = time.Second
	defaultPollFor     = time.Minute
	defaultPollTail    = 2
)

// Params says what to verify and how. Set Target or Handler; all else may be left zero.
type Params struct {
	// Target is the provider's URL. With a path, that path replaces the contract's base path; without, the base path is kept.
	Target string
	// Handler is a provider in this process; used when Target is empty.
	Handler http.Handler
	// Scenarios is the catalog to verify against; nil means the embedded one.
	Scenarios *scenarios.Catalog
	// States names existing resources by scenario; nil means none.
	States *States
	// Principal is who asks. Zero: against a mock, which names itself by X-Mock-* headers, credentials are made up; else
	// protected operations are unreachable.
	Principal Principal
	// Strict makes a broken should fail the run.
	Strict bool
	// Timeout bounds one exchange; zero means 10 s.
	Timeout time.Duration
	// Concurrency bounds exchanges under way in Run; zero means 4.
	Concurrency int
	// PollEvery is the time from one answer of a resource that moves to the next poll, where the answer has no Retry-After; zero
	// means 1 s. A mock whose session's clock can be driven is not waited for.
	PollEvery time.Duration
	// PollFor bounds the time in which one such resource is polled; zero means 1 min.
	PollFor time.Duration
	// PollTail is how many polls follow the first that shows an end; zero means 2.
	PollTail int

	wait waiter // nil means that of the machine
}

// Run plans and plays every case. The error is for Params that make no sense; everything met on the way is in the
// report. When ctx ends, the cases not yet played are setup errors, and the report is still whole.
func Run(ctx context.Context, p Params) (*Report, error) {
	e, err := newEngine(&p) //nolint:contextcheck // loading is from memory, and bounded
	if err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	cases := make([]Case, len(e.cases))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(e.concurrency, len(e.cases)) {
		workers.Go(func() {
			for i := range next {
				cases[i] = e.play(ctx, e.cases[i])
			}
		})
	}
	for i := range e.cases {
		next <- i
	}
	close(next)
	workers.Wait()
	return e.report(cases), nil
}

// catalogOf is the catalog that p names, or the embedded one.
func catalogOf(p *Params) (*scenarios.Catalog, error) {
	if p.Scenarios != nil {
		return p.Scenarios, nil
	}
	return scenarios.Embedded()
}

// target reads the provider's URL, whose path stands in place of the contract's base path. For a Handler it has no host.
func (p *Params) target(basePath string) (*url.URL, error) {
	switch {
	case p.Target == "" && p.Handler == nil:
		return nil, errors.New("neither a target nor a handler; say which provider to verify")
	case p.Target == "":
		return &url.URL{Scheme: "http", Path: basePath}, nil
	}
	u, err := url.Parse(p.Target)
	switch {
	case strings.Contains(p.Target, "@") && (err != nil || u.User != nil || u.Host == ""):
		// No error from here on may repeat the text, and with it a password.
		return nil, errors.New("the target holds credentials; give them as the principal")
	case err != nil:
		return nil, fmt.Errorf("the target is not a URL: %w", errors.Unwrap(err))
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("target %q: want an http or https URL", p.Target)
	case u.Host == "":
		return nil, fmt.Errorf("target %q: there is no host", p.Target)
	case u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("target %q: want no query and no fragment", p.Target)
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	if path == "" {
		path = basePath
	}
	u.Path, u.RawPath = "", ""
	return u.Parse(path)
}

// check refuses numbers that mean nothing.
func (p *Params) check() error {
	var problems []error
	if p.Timeout < 0 {
		problems = append(problems, fmt.Errorf("timeout: want a positive duration, got %s", p.Timeout))
	}
	if p.Concurrency < 0 {
		problems = append(problems, fmt.Errorf("concurrency: want a positive number, got %d", p.Concurrency))
	}
	if p.PollEvery < 0 {
		problems = append(problems, fmt.Errorf("poll every: want a positive duration, got %s", p.PollEvery))
	}
	if p.PollFor < 0 {
		problems = append(problems, fmt.Errorf("poll for: want a positive duration, got %s", p.PollFor))
	}
	if p.PollTail < 0 {
		problems = append(problems, fmt.Errorf("poll tail: want a positive number, got %d", p.PollTail))
	}
	return errors.Join(problems...)
}
