package main

import (
	"math"
	"runtime/debug"
)

// Garbage is collected when the heap has grown by this much, in percent. What serving keeps is little, so at Go's own 100 the
// collector runs every few thousand requests and takes a tenth of the time. This halves that, for about 5 MB under load.
const (
	collectDefault = 100
	collectServing = 200
)

// settle ends start-up: it returns garbage to the system, and lets the collector wait longer unless GOGC says otherwise.
func settle() {
	if previous := debug.SetGCPercent(collectServing); previous != collectDefault {
		debug.SetGCPercent(previous)
	}
	debug.FreeOSMemory()
}

// What the mock may use before the collector works harder: for the contract and its answers, and for each resource that it may
// remember. Memory that is in use is never refused.
const (
	memoryBase        = 128 << 20
	memoryPerResource = 128
)

// limitMemory keeps what is remembered from doubling as garbage, unless GOMEMLIMIT says otherwise.
func limitMemory(resources int) {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(memoryBase + memoryPerResource*int64(resources))
	}
}
