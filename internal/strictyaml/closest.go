package strictyaml

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxCompared bounds the names that Closest compares, in characters: the time for a pair grows with the product of their lengths, and
// want may come from a request's header.
const maxCompared = 128

// Closest returns the name nearest to want, or "" when none is near. The distance is the number of characters to insert,
// delete, replace or swap with their neighbour, letter case aside; at most a third of want's length, and at least one, counts
// as near. Among equals the one that keeps the case wins, then the first in sort order.
func Closest(want string, names []string) string {
	length := utf8.RuneCountInString(want)
	if length == 0 || length > maxCompared {
		return ""
	}
	limit := max(1, length/3)
	folded := []rune(strings.ToLower(want))
	best, bestRank := "", [2]int{limit + 1}
	for _, name := range names {
		if name == "" || len(name) > maxCompared*utf8.UTFMax {
			continue
		}
		near := distance(folded, []rune(strings.ToLower(name)), limit)
		if near > limit || near > bestRank[0] {
			continue
		}
		rank := [2]int{near, distance([]rune(want), []rune(name), maxCompared)}
		if order := slices.Compare(rank[:], bestRank[:]); order < 0 || (order == 0 && name < best) {
			best, bestRank = name, rank
		}
	}
	return best
}

// ClosestHint renders `closest is "x"`, or `there are: a, b, c` for a short list without a near name, or "".
func ClosestHint(want string, names []string) string {
	const shortList = 8
	if name := Closest(want, names); name != "" {
		return fmt.Sprintf("closest is %q", name)
	}
	if len(names) == 0 || len(names) > shortList {
		return ""
	}
	return "there are: " + strings.Join(slices.Sorted(slices.Values(names)), ", ")
}

// distance is the optimal string alignment distance, or limit+1 when it is larger than limit.
func distance(a, b []rune, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	before, previous, current := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		current[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			replace := previous[j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			current[j] = min(replace, previous[j]+1, current[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				current[j] = min(current[j], before[j-2]+1)
			}
			least = min(least, current[j])
		}
		if least > limit+1 { // a swap reaches back two rows, and so may still gain one
			return limit + 1
		}
		before, previous, current = previous, current, before
	}
	return min(previous[len(b)], limit+1)
}
