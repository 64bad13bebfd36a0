package main

import (
	"bufio"
	"io"
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
	maps, err := os.Open("/proc/self/smaps")
	if err != nil {
		return
	}
	defer maps.Close() //nolint:errcheck // it is only read
	for _, p := range cleanPages(maps, program) {
		// Advice that is not taken leaves things as they are.
		_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, p.from, p.length, syscall.MADV_DONTNEED)
	}
}

// pages are a range of addresses.
type pages struct{ from, length uintptr }

// cleanPages reads smaps (proc_pid_smaps(5)) and lists the program's mappings that are the same as in its file. Being read-only
// is not enough: the loader of a position-independent program writes addresses into constants before it protects them.
func cleanPages(smaps io.Reader, program string) []pages {
	var clean []pages
	var current pages
	candidate := false // nothing read so far says that the current mapping was written to
	for lines := bufio.NewScanner(smaps); lines.Scan(); {
		line := lines.Text()
		name, value, _ := strings.Cut(line, ":")
		switch {
		case strings.Contains(name, "-"):
			current, candidate = readOnlyPages(line, program)
		case name == "Anonymous" || name == "Swap":
			candidate = candidate && strings.TrimSpace(value) == "0 kB"
		case name == "VmFlags" && candidate: // the last line of a mapping
			clean = append(clean, current)
		}
	}
	return clean
}

// readOnlyPages reads the head of a mapping: "00400000-0117d000 r-xp 00000000 fe:00 1234   /usr/bin/understudy".
func readOnlyPages(line, program string) (pages, bool) {
	fields := strings.Fields(line)
	if len(fields) < 6 || !strings.HasSuffix(line, " "+program) || !strings.HasPrefix(fields[1], "r-") {
		return pages{}, false
	}
	low, high, _ := strings.Cut(fields[0], "-")
	begin, err := strconv.ParseUint(low, 16, 64)
	if err != nil {
		return pages{}, false
	}
	end, err := strconv.ParseUint(high, 16, 64)
	if err != nil || end <= begin {
		return pages{}, false
	}
	return pages{uintptr(begin), uintptr(end - begin)}, true
}
