package main

import (
	"net"
	"runtime/debug"
	"slices"
	"testing"
	"time"
)

// recordingConn notes what is asked of it.
type recordingConn struct {
	net.Conn
	calls []string
}

func (c *recordingConn) Write(data []byte) (int, error) {
	c.calls = append(c.calls, "write")
	return len(data), nil
}

func (c *recordingConn) SetWriteDeadline(at time.Time) error {
	call := "clear"
	if left := time.Until(at); left > writeTimeout/2 && left <= writeTimeout {
		call = "deadline"
	}
	c.calls = append(c.calls, call)
	return nil
}

func TestOnlyLargeWritesHaveADeadline(t *testing.T) {
	for size, want := range map[int][]string{
		100:            {"write"},
		largeWrite:     {"write"},
		largeWrite + 1: {"deadline", "write", "clear"},
	} {
		inner := &recordingConn{}
		n, err := (&patientConn{Conn: inner}).Write(make([]byte, size))
		if n != size || err != nil || !slices.Equal(inner.calls, want) {
			t.Errorf("%d bytes: %d, %v, calls %q, want %q", size, n, err, inner.calls, want)
		}
	}
}

func TestSettleLeavesAnotherGOGCAlone(t *testing.T) {
	before := debug.SetGCPercent(collectDefault)
	defer debug.SetGCPercent(before)
	for set, want := range map[int]int{collectDefault: collectServing, 50: 50} {
		debug.SetGCPercent(set)
		settle()
		if got := debug.SetGCPercent(collectDefault); got != want {
			t.Errorf("GOGC %d: got %d, want %d", set, got, want)
		}
	}
}
