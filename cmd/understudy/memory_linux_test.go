package main

import "testing"

func TestReadOnlyPages(t *testing.T) {
	tests := map[string]struct {
		from, length uintptr
	}{
		"00400000-0117d000 r-xp 00000000 fe:00 12   /usr/bin/understudy":  {0x400000, 0xd7d000},
		"0117d000-0212b000 r--p 00d7d000 fe:00 12   /usr/bin/understudy":  {0x117d000, 0xfae000},
		"0212b000-021c8000 rw-p 01d2b000 fe:00 12   /usr/bin/understudy":  {},
		"0117d000-0212b000 r--p 00d7d000 fe:00 12   /usr/bin/understudy2": {},
		"0117d000-0212b000 r--p 00d7d000 fe:00 12   /lib/understudy":      {},
		"7fe0c8ab6000-7fe0c8ab8000 r-xp 00000000 00:00 0   [vdso]":        {},
		"0117d000 r--p 00d7d000 fe:00 12   /usr/bin/understudy":           {},
		"x-y r--p 00d7d000 fe:00 12   /usr/bin/understudy":                {},
		"": {},
	}
	for line, want := range tests {
		from, length, ok := readOnlyPages(line, "/usr/bin/understudy")
		if from != want.from || length != want.length || ok != (want.length > 0) {
			t.Errorf("%q: want %x and %x, got %x, %x and %t", line, want.from, want.length, from, length, ok)
		}
	}
}
