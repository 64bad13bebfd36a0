package contracttest

import (
	"context"
	"fmt"
	"time"

	"github.com/understudy-dev/understudy/contract"
)

// What bounds the polls of one case.
const (
	maxPolls      = 1000
	maxTraceBytes = 16 << 20 // of all bodies, while they are judged
	maxKeptBytes  = 1 << 20  // of all bodies, in the report
	maxAstray     = 3        // answers in a row of another status than the lifecycle's
)

// Poll is one observation of a lifecycle, or of what was recorded of a resource.
type Poll struct {
	At       time.Duration      // since the first poll; of a mock whose session's clock is driven, on that clock
	Status   int                // that was answered
	Exchange *contract.Exchange // secrets replaced, and the body cut at 64 KiB; nil past 1 MiB of a case, which polls that failed use first
	Curl     string             // repeats it, secrets replaced
	Entry    int                // of recorded traffic, the entry's number in the file, from 1; else 0
}

// course is a lifecycle that is being watched.
type course struct {
	engine   *engine
	planned  *planned
	provider string
	hide     redactor
	trace    contract.Trace
	faults   []*contract.Violation // of each poll, what kept its body from being read in full
	polls    []Poll                // without exchanges
	began    time.Time             // when the first poll came, of a driven session by its clock; zero when that is unknown
	bytes    int
	ended    bool   // the last answer shows an end
	astray   int    // how many of the last answers in a row have another status than the lifecycle's
	gaveUp   string // why there are no more polls
}

// halt is why a case has no checks.
type halt struct {
	outcome Outcome
	reason  string
}

// playLifecycle watches a resource over time and judges what was seen.
func (e *engine) playLifecycle(ctx context.Context, p *planned, w way, c Case) Case {
	l := &course{engine: e, planned: p, provider: w.provider, hide: newRedactor(w.request.credentials)}
	halted := l.play(ctx, w.request)
	c.Polls = l.polls
	if halted != nil {
		l.keep(nil)
		return stopped(c, halted.outcome, l.hide.text(halted.reason))
	}
	c.Provider = w.provider
	c.Checks = l.hide.checks(judgeTrace(ctx, l, e.params.Strict))
	c.Outcome = worst(c.Checks)
	l.keep(c.Checks)
	last := len(l.polls) - 1
	c.Curl, c.Exchange, c.length = l.polls[last].Curl, l.polls[last].Exchange, len(l.trace[last].Exchange.Body)
	return c
}

// play polls in a session of a mock whose clock it drives, or else as time goes by.
func (c *course) play(ctx context.Context, r *request) *halt {
	if c.provider != ByScenarioHeader {
		return c.watch(ctx, r)
	}
	s, driven, err := c.engine.openSession(ctx, c.planned)
	if err != nil {
		return &halt{SetupError, "making a session: " + err.Error()}
	}
	if !driven {
		return c.watch(ctx, r.with(headerSession, s.name))
	}
	defer s.remove(ctx)
	return c.drive(ctx, s, r)
}

// poll makes one observation, so long after the first.
func (c *course) poll(ctx context.Context, r *request, at time.Duration) *halt {
	number := len(c.polls) + 1
	got, err := c.engine.sender.send(ctx, r)
	if err != nil {
		return c.failed(err)
	}
	x := got.exchange
	outcome, reason := arrived(c.planned, c.provider, x)
	switch {
	case outcome != "" && number == 1:
		return &halt{outcome, reason}
	case outcome != "":
		return &halt{SetupError, fmt.Sprintf("poll %d: %s", number, reason)}
	}
	observed := contract.Observation{Exchange: x, At: c.began.Add(at)}
	c.trace = append(c.trace, observed)
	c.faults = append(c.faults, got.fault)
	c.polls = append(c.polls, Poll{At: at, Status: x.Status, Curl: r.curl()})
	c.bytes += len(x.Body)
	c.ended = x.Status/100 == 2 && len(c.planned.operation.JudgeEnd(contract.Trace{observed}, true)) == 0
	c.astray++
	if x.Status == c.planned.status {
		c.astray = 0
	}
	return nil
}

// failed halts at the poll that got no answer, or the one that was waited for.
func (c *course) failed(err error) *halt {
	return &halt{SetupError, fmt.Sprintf("poll %d: %s", len(c.polls)+1, err)}
}

// full says why there is no room for another poll; "" while there is.
func (c *course) full() string {
	switch {
	case len(c.polls) >= maxPolls:
		return fmt.Sprintf("more than %d polls are not kept", maxPolls)
	case c.bytes > maxTraceBytes:
		return fmt.Sprintf("more than %d MiB of bodies are not kept", maxTraceBytes>>20)
	}
	return ""
}

// keep puts the exchanges into the report: the last one, those that the checks tell of, then the others as long as there is room.
func (c *course) keep(checks []Result) {
	order := []int{len(c.polls)}
	for i := range checks {
		for j := range checks[i].Violations {
			from, to := pollsOf(&checks[i].Violations[j])
			order = append(order, from, to)
		}
	}
	for i := range c.polls {
		order = append(order, i+1)
	}
	room := maxKeptBytes
	for _, number := range order {
		if number < 1 || number > len(c.polls) || c.polls[number-1].Exchange != nil {
			continue
		}
		x := c.trace[number-1].Exchange
		if room -= min(len(x.Body), maxKept); room < 0 {
			return
		}
		c.polls[number-1].Exchange = kept(c.hide.exchange(x))
	}
}
