package contracttest_test

import (
	"context"
	"slices"
	"sync"
	"time"
)

// stepped is a clock that moves when it is waited for, and never makes anybody wait.
type stepped struct {
	mu     sync.Mutex
	now    time.Time
	pauses []string
}

func newStepped() *stepped { return &stepped{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func (s *stepped) wait(ctx context.Context, d time.Duration) (time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
	if d > 0 {
		s.pauses = append(s.pauses, d.String())
	}
	return s.now, ctx.Err()
}

func (s *stepped) read() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// waited lists the pauses that were made.
func (s *stepped) waited() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.pauses)
}
