package server

import "sync/atomic"

// memory stands for what a session remembers; a session with a new one has forgotten everything. Its resources are in the
// store that all sessions share. Safe for concurrent use.
type memory struct {
	id        uint64       // no two memories of a server share one
	resources atomic.Int64 // how many there are
	evicted   atomic.Int64 // how many were forgotten because the store was full
	retired   atomic.Bool  // the session has another memory by now, or is gone

	// newest is, for each shard of the store, the last entry that was made. The shard's lock guards it.
	newest [resourceShards]int32
}
