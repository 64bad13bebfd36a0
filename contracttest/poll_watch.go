package contracttest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	minPause      = 100 * time.Millisecond // unless the polls are to come faster anyway
	maxRetryAfter = 24 * time.Hour
)

// waiter waits, and says what time it is then. The error is the context's.
type waiter func(ctx context.Context, d time.Duration) (time.Time, error)

// machineWait waits by the machine's clock.
func machineWait(ctx context.Context, d time.Duration) (time.Time, error) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return time.Time{}, ctx.Err()
	case now := <-timer.C:
		return now, nil
	}
}

// watch polls as time goes by: until an end and the polls after it, or until the time is up.
func (c *course) watch(ctx context.Context, r *request) *halt {
	now, err := c.engine.wait(ctx, 0)
	if err != nil {
		return c.interrupted(err)
	}
	c.began = now
	for tail := 0; ; {
		elapsed := now.Sub(c.began)
		if halted := c.poll(ctx, r, elapsed); halted != nil {
			return halted
		}
		if c.ended || tail > 0 {
			tail++
		}
		if tail > c.engine.pollTail {
			return nil
		}
		pause, goOn := c.pause(elapsed)
		if !goOn {
			return nil
		}
		if now, err = c.engine.wait(ctx, pause); err != nil {
			return c.interrupted(err)
		}
	}
}

func (c *course) interrupted(err error) *halt { return c.failed(fmt.Errorf("interrupted: %w", err)) }

// pause is how long to wait before the next poll, after the last one came so long after the first; false when there is none.
func (c *course) pause(elapsed time.Duration) (time.Duration, bool) {
	e := c.engine
	pause, asked := retryAfter(c.trace[len(c.trace)-1].Exchange.Header, c.began.Add(elapsed))
	if asked {
		pause = max(pause, min(minPause, e.pollEvery))
	} else {
		pause = e.pollEvery
	}
	c.gaveUp = c.full()
	switch {
	case c.gaveUp != "":
	case c.astray >= maxAstray:
		c.gaveUp = fmt.Sprintf("the last %d answers are no %s", c.astray, statusText(c.planned.status))
	case elapsed+pause <= e.pollFor:
		return pause, true
	case asked:
		c.gaveUp = fmt.Sprintf("Retry-After asks for a pause of %s, and polling is bounded to %s", shortened(pause), e.pollFor)
	}
	return 0, false
}

// retryAfter reads when the next request is welcome: after so many seconds, or at an instant, which counts from the answer's own
// Date, if it has one (RFC 9110 section 10.2.3). False when the answer does not say, or says what cannot be read.
func retryAfter(header http.Header, now time.Time) (time.Duration, bool) {
	text := strings.TrimSpace(header.Get("Retry-After"))
	seconds, err := strconv.ParseUint(text, 10, 64)
	if err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(seconds, uint64(maxRetryAfter/time.Second))) * time.Second, true
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0, false
	}
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		now = date
	}
	return min(max(at.Sub(now), 0), maxRetryAfter), true
}
