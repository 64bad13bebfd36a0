package server

import (
	"sync/atomic"
	"time"
)

// anchorHeaders keeps the X-Mock-Anchor of resources that were asked for lately. Read and written without a lock: a lost race
// costs one more formatting. The zero value is empty.
type anchorHeaders [256]atomic.Pointer[anchorHeader]

type anchorHeader struct {
	anchor time.Time
	values []string
}

// of writes an instant as RFC 3339.
func (h *anchorHeaders) of(anchor time.Time) []string {
	slot := &h[uint64(anchor.UnixMilli())%uint64(len(h))]
	if kept := slot.Load(); kept != nil && kept.anchor.Equal(anchor) {
		return kept.values
	}
	made := &anchorHeader{anchor, []string{anchor.Format(time.RFC3339Nano)}}
	slot.Store(made)
	return made.values
}
