package contracttest

import (
	"context"
	"time"
)

// Waiting gives p another clock: wait waits in place of the machine's, and says what time it is then.
func Waiting(p Params, wait func(ctx context.Context, d time.Duration) (time.Time, error)) Params {
	p.wait = wait
	return p
}

// MachineWait waits by the machine's clock.
func MachineWait(ctx context.Context, d time.Duration) (time.Time, error) { return machineWait(ctx, d) }
