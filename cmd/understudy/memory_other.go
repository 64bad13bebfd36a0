//go:build !linux

package main

// giveBack returns memory that only start-up needed.
func giveBack() { settle() }
