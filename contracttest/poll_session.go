package contracttest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
)

// pathSessions is where a mock's admin API has its sessions.
const pathSessions = "/_mock/sessions/"

// session is one of a mock, made for one case.
type session struct {
	engine *engine
	name   string
}

// openSession makes a session whose clock stands still. It is not driven where the admin API does not answer: the session then is
// what the mock makes of its name.
func (e *engine) openSession(ctx context.Context, p *planned) (s *session, driven bool, err error) {
	s = &session{engine: e, name: sessionName(p)}
	status, err := s.ask(ctx, http.MethodPut, "", `{"clock": {"frozen": true}}`)
	return s, status/100 == 2, err
}

// notInName is what a session's name is kept free of, so that it reads well in a path.
var notInName = regexp.MustCompile(`[^A-Za-z0-9._=-]+`)

// sessionName names the case, and nobody else's session.
func sessionName(p *planned) string {
	name := notInName.ReplaceAllString("verify-"+p.operation.ID()+"-"+p.name, "-")
	return name[:min(len(name), 100)] + "-" + rand.Text()
}

// ask makes one request of the admin API, and gives the status of its answer.
func (s *session) ask(ctx context.Context, method, below, body string) (int, error) {
	path := pathSessions + s.name + below
	address := &url.URL{Scheme: s.engine.base.Scheme, Host: s.engine.base.Host, Path: path}
	got, err := s.engine.sender.send(ctx, &request{method: method, url: address, body: body})
	if err != nil {
		return 0, err
	}
	return got.exchange.Status, nil
}

// advance moves the session's clock.
func (s *session) advance(ctx context.Context, by time.Duration) error {
	status, err := s.ask(ctx, http.MethodPost, "/clock", fmt.Sprintf(`{"advance": %q}`, by))
	if err == nil && status/100 != 2 {
		err = fmt.Errorf("want 200 OK, got %s", statusText(status))
	}
	if err != nil {
		return fmt.Errorf("moving the session's clock by %s: %w", by, err)
	}
	return nil
}

// remove takes the session away, even when the run is interrupted. A mock that keeps it all the same forgets it in time.
func (s *session) remove(ctx context.Context) {
	_, _ = s.ask(context.WithoutCancel(ctx), http.MethodDelete, "", "")
}

// drive polls at the moments that matter.
func (c *course) drive(ctx context.Context, s *session, r *request) *halt {
	asking := r.with(headerSession, s.name)
	if halted := c.poll(ctx, asking, 0); halted != nil {
		return halted
	}
	moments, err := c.moments() //nolint:contextcheck // compiling a scenario is bounded, and waits for nobody
	if err != nil {
		return &halt{Unreachable, fmt.Sprintf("%s cannot be played: %s", c.planned.name, err)}
	}
	if anchor, err := time.Parse(time.RFC3339, c.trace[0].Exchange.Header.Get(headerAnchor)); err == nil {
		c.began, c.trace[0].At = anchor, anchor
	}
	c.repeated(r)
	reads := time.Duration(0)
	for _, at := range moments {
		if c.gaveUp = c.full(); c.gaveUp != "" {
			return nil
		}
		if err := s.advance(ctx, at-reads); err != nil {
			return c.failed(err)
		}
		reads = at
		if halted := c.poll(ctx, asking, at); halted != nil {
			return halted
		}
		c.repeated(r)
	}
	return nil
}

// repeated makes the last poll one that can be repeated when its session is gone: a mock shows any moment of a lifecycle.
func (c *course) repeated(r *request) {
	last := len(c.polls) - 1
	again := r.with(headerElapsed, c.polls[last].At.String())
	if !c.began.IsZero() {
		again = again.with(headerAnchor, c.began.Format(time.RFC3339Nano))
	}
	c.polls[last].Curl = again.curl()
}

// moments are when to poll after the first poll, ascending: just before and when each frame begins, then the polls after the last one. Clocks
// of sessions read whole milliseconds.
func (c *course) moments() ([]time.Duration, error) {
	answer, err := c.planned.scenario.Answer()
	if err != nil {
		return nil, err
	}
	in := &fixtures.Inputs{Operation: c.planned.operation.ID(), PathValues: c.planned.values}
	for _, parameter := range c.planned.operation.PathParameters() {
		in.PathNames = append(in.PathNames, parameter.Name)
	}
	// Who says no seed has the default one, as zero does.
	in.Seed, _ = strconv.ParseUint(c.trace[0].Exchange.Header.Get(headerSeed), 10, 64)
	var list []time.Duration
	last := time.Duration(0)
	for _, begin := range answer.Begins(in) {
		at := (begin + time.Millisecond - 1).Truncate(time.Millisecond)
		for _, moment := range []time.Duration{at - time.Millisecond, at} {
			if moment > last {
				list, last = append(list, moment), moment
			}
		}
	}
	pause := max(last, c.engine.pollEvery.Truncate(time.Millisecond), time.Millisecond)
	for range c.engine.pollTail {
		last += pause
		list = append(list, last)
	}
	return list, nil
}
