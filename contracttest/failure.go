package contracttest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/contract"
)

// failureText is what a reader needs to repair a failed check: violations, the line that repeats the exchange, the exchange. Of a
// lifecycle these are the exchanges of the polls that the first violation is about.
func failureText(c *Case, r *Result) string {
	var text strings.Builder
	for i := range r.Violations {
		v := &r.Violations[i]
		fmt.Fprintf(&text, "%s: %s\n", v.Level, printable(v.String()))
		if len(r.Reads) > 0 {
			fmt.Fprintf(&text, "  at %s\n", printable(pointers(r, v)))
		}
		if polls := pollText(c, v); polls != "" {
			fmt.Fprintf(&text, "  polls %s\n", polls)
		}
	}
	if r.omitted > 0 {
		fmt.Fprintf(&text, "and %d more\n", r.omitted)
	}
	fmt.Fprintf(&text, "\n%s\n", repeat(c, &r.Violations[0]))
	exchanges := []*contract.Exchange{c.Exchange}
	if polls := pollNumbers(c, &r.Violations[0]); len(polls) > 0 {
		exchanges = nil
		for _, number := range polls {
			exchanges = append(exchanges, c.Polls[number-1].Exchange)
		}
	}
	for _, x := range exchanges {
		fmt.Fprintf(&text, "\n%s", exchangeText(x))
	}
	return text.String()
}

// pollNumbers are the polls that a violation of a lifecycle is about, from 1: the earlier and the later one, or the only one.
func pollNumbers(c *Case, v *contract.Violation) []int {
	from, to := pollsOf(v)
	switch {
	case from < 1 || to < from || to > len(c.Polls):
		return nil
	case from == to:
		return []int{to}
	}
	return []int{from, to}
}

// pollText says when the polls of a violation came and what they answered; "" when it is about none.
func pollText(c *Case, v *contract.Violation) string {
	numbers := pollNumbers(c, v)
	parts := make([]string, 0, len(numbers))
	for _, number := range numbers {
		poll := &c.Polls[number-1]
		name := strconv.Itoa(number)
		if poll.Entry > 0 {
			name += fmt.Sprintf(" (entry %d)", poll.Entry)
		}
		parts = append(parts, fmt.Sprintf("%s at %s answered %s", name, shortened(poll.At), statusText(poll.Status)))
	}
	return strings.Join(parts, ", ")
}

// repeat is the line that repeats what broke a check: the later poll, or the exchange.
func repeat(c *Case, v *contract.Violation) string {
	if numbers := pollNumbers(c, v); len(numbers) > 0 {
		return c.Polls[numbers[len(numbers)-1]-1].Curl
	}
	return c.Curl
}
