package main

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// giveBack returns memory that only start-up needed: garbage, and the pages of the program's own code and constants. Start-up
// touches nearly all of these, serving few; what is needed again is mapped again from the page cache.
func giveBack() {
	settle()
	program, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return
	}
	maps, err := os.Open("/proc/self/maps")
	if err != nil {
		return
	}
	defer maps.Close() //nolint:errcheck // it is only read
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		if from, length, ok := readOnlyPages(lines.Text(), program); ok {
			// Advice that is not taken leaves things as they are.
			_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, from, length, syscall.MADV_DONTNEED)
		}
	}
}

// readOnlyPages reads a line of /proc/self/maps: "00400000-0117d000 r-xp 00000000 fe:00 1234   /usr/bin/understudy". Pages that
// can be written to may differ from the file.
func readOnlyPages(line, program string) (from, length uintptr, ok bool) {
	fields := strings.Fields(line)
	if len(fields) < 6 || !strings.HasSuffix(line, " "+program) || !strings.HasPrefix(fields[1], "r-") {
		return 0, 0, false
	}
	low, high, _ := strings.Cut(fields[0], "-")
	begin, err := strconv.ParseUint(low, 16, 64)
	if err != nil {
		return 0, 0, false
	}
	end, err := strconv.ParseUint(high, 16, 64)
	if err != nil || end <= begin {
		return 0, 0, false
	}
	return uintptr(begin), uintptr(end - begin), true
}
