//go:build !linux

package main

import "runtime/debug"

// giveBack returns memory that only start-up needed.
func giveBack() { debug.FreeOSMemory() }
