package contract

import (
	"net/url"
	"strings"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// The costs of turning a path into a template, in tenths of a segment.
const (
	costOfSegment   = 10 // one too many, one too few, or another word
	costOfMisspelt  = 4  // a word that is close to the right one
	costOfBasePath  = 3  // left out as a whole, the commonest mistake
	costOfParameter = 1  // so that a literal wins over a parameter

	// nearestSegments and nearestText bound what is compared: the path comes from a request.
	nearestSegments = 32
	nearestText     = 128
)

// Nearest returns the path template (with base path) closest to path, or "" when more than half of path would have to change.
func (c *Contract) Nearest(path string) string {
	got := strings.SplitN(strings.TrimPrefix(path, "/"), "/", nearestSegments+1)
	got = got[:min(len(got), nearestSegments)]
	for i, text := range got {
		if unescaped, err := url.PathUnescape(text); err == nil {
			text = unescaped
		}
		got[i] = text[:min(len(text), nearestText)]
	}
	n := nearness{segments: got, costs: map[[2]string]int{}}
	best, least := "", len(got)*costOfSegment/2+1
	for i, o := range c.operations {
		if i > 0 && o.path == c.operations[i-1].path {
			continue
		}
		cost := min(n.cost(o.allSegments()), n.cost(o.template.segments)+costOfBasePath)
		if cost < least {
			best, least = o.path, cost
		}
	}
	return best
}

// nearness compares one path with many templates. It remembers what words cost, because templates share them.
type nearness struct {
	segments []string
	costs    map[[2]string]int
}

// cost is the least cost of inserting, dropping and replacing segments of the path until they fit want.
func (n nearness) cost(want []segment) int {
	if len(want) > 2*nearestSegments {
		return len(want) * costOfSegment
	}
	row := make([]int, len(want)+1)
	for j := range row {
		row[j] = j * costOfSegment
	}
	for _, text := range n.segments {
		diagonal := row[0]
		row[0] += costOfSegment
		for j, s := range want {
			replaced := diagonal + n.segment(text, s)
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j+1]+costOfSegment, row[j]+costOfSegment)
		}
	}
	return row[len(want)]
}

func (n nearness) segment(text string, s segment) int {
	if s.literal() {
		return n.word(text, s.literals[0])
	}
	if _, ok := s.match(text, nil); ok {
		return costOfParameter
	}
	return costOfSegment
}

func (n nearness) word(text, want string) int {
	if text == want {
		return 0
	}
	pair := [2]string{text, want}
	cost, known := n.costs[pair]
	if !known {
		cost = costOfSegment
		if strictyaml.Closest(text, []string{want}) != "" {
			cost = costOfMisspelt
		}
		n.costs[pair] = cost
	}
	return cost
}
