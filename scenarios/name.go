package scenarios

import (
	"fmt"
	"strings"

	"github.com/understudy-dev/understudy/contract"
)

// maxNames bounds how many scenarios one selection joins.
const maxNames = 16

// encodeName writes a part of a name: comma, percent, equals, space, controls and non-ASCII as %XX (RFC 3986, 2.1).
func encodeName(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(",%=", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// split cuts a selection at its commas; blanks around a name do not count, nor do empty names.
func split(names string) []string {
	var list []string
	for name := range strings.SplitSeq(names, ",") {
		if name = strings.TrimSpace(name); name != "" {
			list = append(list, name)
		}
	}
	return list
}

// cutOperation takes the operationId off a name, when it begins with that of an operation of the contract.
func cutOperation(c *contract.Contract, name string) (operation, rest string) {
	if before, after, ok := strings.Cut(name, ":"); ok && c.Operation(before) != nil {
		return before, after
	}
	return "", name
}
