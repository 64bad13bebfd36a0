package main

import (
	"slices"
	"strings"
	"testing"
)

// A page that was written to before it was protected is not in the file: to drop it would take away what was written.
func TestCleanPages(t *testing.T) {
	const smaps = `00400000-00402000 r-xp 00000000 fe:00 12   /usr/bin/understudy
Size:                  8 kB
Anonymous:             0 kB
Swap:                  0 kB
VmFlags: rd ex mr mw me
00402000-00403000 r--p 00002000 fe:00 12   /usr/bin/understudy
Anonymous:             4 kB
Swap:                  4 kB
VmFlags: rd mr mw me
00403000-00404000 r--p 00003000 fe:00 12   /usr/bin/understudy
Anonymous:             0 kB
Swap:                  4 kB
VmFlags: rd mr mw me
00404000-00405000 r--p 00004000 fe:00 12   /usr/bin/understudy
Size:                  4 kB
00405000-00406000 rw-p 00005000 fe:00 12   /usr/bin/understudy
Anonymous:             0 kB
Swap:                  4 kB
VmFlags: rd wr mr mw me
00406000-00407000 r--p 00006000 fe:00 12   /usr/bin/understudy
Anonymous:             0 kB
VmFlags: rd mr mw me
`
	want := []pages{{0x400000, 0x2000}, {0x406000, 0x1000}}
	if got := cleanPages(strings.NewReader(smaps), "/usr/bin/understudy"); !slices.Equal(got, want) {
		t.Errorf("want %x, got %x", want, got)
	}
}

func TestReadOnlyPages(t *testing.T) {
	tests := map[string]pages{
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
		got, ok := readOnlyPages(line, "/usr/bin/understudy")
		if got != want || ok != (want.length > 0) {
			t.Errorf("%q: want %x, got %x and %t", line, want, got, ok)
		}
	}
}
