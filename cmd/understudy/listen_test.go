package main

import (
	"math"
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
	call := "wrong deadline"
	if left := time.Until(at); left > writeTimeout/2 && left <= writeTimeout {
		call = "deadline"
	}
	c.calls = append(c.calls, call)
	return nil
}

// Every write has at least half of the time, and none is without a deadline.
func TestWritesHaveADeadline(t *testing.T) {
	inner := &recordingConn{}
	conn := &patientConn{Conn: inner}
	write := func() {
		t.Helper()
		if n, err := conn.Write(make([]byte, 100)); n != 100 || err != nil {
			t.Errorf("want 100 bytes, got %d, %v", n, err)
		}
	}
	write()
	write()
	conn.deadline = time.Now().Add(writeTimeout/2 - time.Second)
	write()
	if want := []string{"deadline", "write", "write", "deadline", "write"}; !slices.Equal(inner.calls, want) {
		t.Errorf("want %q, got %q", want, inner.calls)
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

func TestLimitMemory(t *testing.T) {
	before := debug.SetMemoryLimit(math.MaxInt64)
	defer debug.SetMemoryLimit(before)
	for range 2 { // the second time it is set already
		limitMemory(1_000_000)
		if got := debug.SetMemoryLimit(-1); got <= 128_000_000 || got > 300_000_000 {
			t.Errorf("a million resources: the limit is %d", got)
		}
		debug.SetMemoryLimit(200_000_000)
	}
	if got := debug.SetMemoryLimit(-1); got != 200_000_000 {
		t.Errorf("a limit that is set stays, got %d", got)
	}
}
