package scenarios

import (
	"slices"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
)

// cacheSize is how many bound bodies an answer keeps; a power of two.
const cacheSize = 64

// maxCachedValues bounds the path values of a kept body, in bytes.
const maxCachedValues = 512

// cached is a bound body and the inputs that it was bound with. Immutable.
type cached struct {
	seed    uint64
	anchor  time.Time
	values  []string
	offsets []time.Duration
	bound   *fixtures.Bound
}

func (c *cached) fits(in *fixtures.Inputs) bool {
	return c != nil && c.seed == in.Seed && c.anchor.Equal(in.Anchor) && slices.Equal(c.values, in.PathValues) &&
		slices.Equal(c.offsets, in.Offsets)
}

// Bind gives the body with all but the fresh slots filled. Bodies that were bound lately are kept, in a table that is
// read and written without a lock: a lost race costs one more bind. Of an answer over time it is the first frame's, and of one
// without a body nothing.
func (a *Answer) Bind(in *fixtures.Inputs) *fixtures.Bound {
	switch {
	case a.film != nil:
		return a.film.frames[0].Bind(in)
	case a.program == nil:
		return &fixtures.Bound{}
	}
	slot := &a.cache[slotOf(in.Seed^uint64(in.Anchor.UnixNano()), in.PathValues)]
	if kept := slot.Load(); kept.fits(in) {
		return kept.bound
	}
	bound := a.program.Bind(in)
	if lengthOf(in.PathValues) <= maxCachedValues {
		slot.Store(&cached{in.Seed, in.Anchor, cloned(in.PathValues), in.Offsets, bound})
	}
	return bound
}

// cloned copies path values, which may be parts of a whole request.
func cloned(values []string) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = strings.Clone(v)
	}
	return list
}

func lengthOf(values []string) int {
	size := 0
	for _, v := range values {
		size += len(v)
	}
	return size
}

// slotOf is FNV-1a over what tells resources apart.
func slotOf(number uint64, values []string) uint64 {
	const prime = 1099511628211
	h := uint64(14695981039346656037) ^ number
	for _, v := range values {
		for i := range len(v) {
			h = (h ^ uint64(v[i])) * prime
		}
		h = (h ^ 0xff) * prime
	}
	return (h ^ h>>32) % cacheSize
}
