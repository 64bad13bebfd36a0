package server

import (
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// nine is when every resource of these tests is first asked for.
func nine() resource { return resource{anchor: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)} }

// poll counts a visit of the resource that name stands for and gives its number.
func poll(r *resources, m *memory, name string) (number int) {
	r.visit(r.key(m, 1, "s", "o", []string{name}), m, false, nine, func(seen *resource) {
		number = seen.polls
		seen.polls++
		seen.ended = seen.ended || strings.HasSuffix(name, "!")
	})
	return number
}

// remembered lists which of the names are remembered, without asking for them.
func remembered(r *resources, m *memory, names string) string {
	var known []string
	for name := range strings.FieldsSeq(names) {
		r.visit(r.key(m, 1, "s", "o", []string{name}), m, true, nine, func(seen *resource) {
			if seen.polls > 0 {
				known = append(known, name)
			}
		})
	}
	return strings.Join(known, " ")
}

// sound checks that the store's lists, index and counts agree.
func sound(tb testing.TB, r *resources, memories ...*memory) {
	tb.Helper()
	total := 0
	of := map[*memory]int64{}
	for i := range r.shards {
		shard := &r.shards[i]
		listed := 0
		for _, head := range []int32{liveHead, endedHead} {
			for at := shard.entry(head).newer; at != head; at = shard.entry(at).newer {
				e := shard.entry(at)
				if shard.index[e.key] != at || e.ended != (head == endedHead) || shard.entry(e.older).newer != at {
					tb.Fatalf("shard %d: entry %d is out of place: %+v", i, at, e)
				}
				listed++
			}
		}
		if listed != len(shard.index) {
			tb.Errorf("shard %d: %d listed, %d in the index", i, listed, len(shard.index))
		}
		for _, m := range memories {
			var before int32
			for at := m.newest[i]; at != 0; at = shard.entry(at).next {
				if e := shard.entry(at); e.memory != m || e.before != before {
					tb.Fatalf("shard %d: entry %d is not the memory's: %+v", i, at, e)
				}
				before = at
				of[m]++
			}
		}
		total += listed
	}
	if total != r.len() || int64(total) > r.limit {
		tb.Errorf("want %d of at most %d, got %d", r.len(), r.limit, total)
	}
	for _, m := range memories {
		if got := m.resources.Load(); got != of[m] {
			tb.Errorf("the memory counts %d, got %d", got, of[m])
		}
	}
}

func TestVisit(t *testing.T) {
	t.Parallel()
	r, m := newResources(10), &memory{id: 1}
	key := r.key(m, 1, "s", "o", []string{"1"})
	never := func() resource { t.Error("it is remembered"); return resource{} }
	var seen []resource
	note := func(now *resource) { seen = append(seen, *now) }
	r.visit(key, m, true, nine, func(now *resource) { note(now); now.polls = 7 })
	if r.len() != 0 || m.resources.Load() != 0 {
		t.Errorf("who looks makes nothing, got %d", r.len())
	}
	r.visit(key, m, false, nine, func(now *resource) { note(now); now.polls++ })
	r.visit(key, m, true, never, func(now *resource) { note(now); now.polls, now.ended = 7, true })
	r.visit(key, m, false, never, func(now *resource) { note(now); now.ended = true })
	r.visit(key, m, false, never, func(now *resource) { note(now); now.ended = false; now.polls = -1 })
	r.visit(key, m, false, never, func(now *resource) { note(now); now.polls = 1 << 40 })
	r.visit(key, m, true, never, note)
	start := nine().anchor
	want := []resource{
		{anchor: start},
		{anchor: start},
		{anchor: start, polls: 1},
		{anchor: start, polls: 1},
		{anchor: start, polls: 1, ended: true},
		{anchor: start, ended: true},
		{anchor: start, polls: 1<<31 - 1, ended: true},
	}
	if diff := cmp.Diff(want, seen, cmp.AllowUnexported(resource{})); diff != "" {
		t.Error(diff)
	}
	sound(t, r, m)
}

// A visitor that panics leaves the resource as it was, and the store open.
func TestVisitorPanics(t *testing.T) {
	t.Parallel()
	r, m := newResources(10), &memory{id: 1}
	poll(r, m, "a")
	func() {
		defer func() { _ = recover() }()
		r.visit(r.key(m, 1, "s", "o", []string{"a"}), m, false, nine, func(seen *resource) { seen.polls = 9; panic("boom") })
	}()
	if got := poll(r, m, "a"); got != 1 {
		t.Errorf("want poll 1, got %d", got)
	}
	sound(t, r, m)
}

func TestKeysDiffer(t *testing.T) {
	t.Parallel()
	r := newResources(10)
	one, two := &memory{id: 1}, &memory{id: 2}
	keys := map[resourceKey]string{}
	for i, tc := range []struct {
		m     *memory
		parts string
	}{
		{one, "a|b|c"},
		{two, "a|b|c"},
		{one, "b|a|c"},
		{one, "a|b|c|"},
		{one, "a|b|c|d"},
		{one, "a|b|cd"},
		{one, "ab||c"},
		{one, "|ab|c"},
		{one, "a|b"},
		{one, "a|b|"},
		{one, "a|b|" + strings.Repeat("x", 1<<20)},
		{one, "a|b|" + strings.Repeat("x", 1<<20+1)},
	} {
		parts := strings.Split(tc.parts, "|")
		key := r.key(tc.m, 1, parts[0], parts[1], parts[2:])
		if key != r.key(tc.m, 1, parts[0], parts[1], parts[2:]) {
			t.Errorf("%d: two keys for one resource", i)
		}
		if other, taken := keys[key]; taken {
			t.Errorf("%d: %.40q and %.40q share a key", i, tc.parts, other)
		}
		keys[key] = tc.parts
		if [8]byte(key[:8]) == [8]byte(key[8:]) {
			t.Errorf("%d: the two sums are one", i)
		}
	}
}

// A name with a mark at its end has ended.
func TestEvictionOrder(t *testing.T) {
	t.Parallel()
	const names = "a b c d e f g a! b! c! d!"
	for name, tc := range map[string]struct {
		limit       int
		polls, want string
		evicted     int64
	}{
		"room for all":           {4, "a b c! d", "a b d c!", 0},
		"least recent":           {3, "a b c d", "b c d", 1},
		"asking counts":          {3, "a b c a d", "a c d", 1},
		"asked for often":        {3, "a b a a b a c d", "a c d", 1},
		"ended first":            {3, "a b! c d", "a c d", 1},
		"least recent ended":     {3, "a! b! a! c d", "c d a!", 1},
		"then the live ones":     {3, "a! b c d e", "c d e", 2},
		"a new one is kept":      {1, "a b", "b", 1},
		"a new ended one too":    {2, "a b c!", "b c!", 1},
		"ended for a new ended":  {2, "a b! c!", "a c!", 1},
		"one alone":              {1, "a! b! a!", "a!", 2},
		"all that have ended":    {4, "a! b! c! d! e f g", "e f g d!", 3},
		"ended ones in a stream": {3, "a b c! d! c! d!", "a b d!", 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, m := newResources(tc.limit), &memory{id: 1}
			for name := range strings.FieldsSeq(tc.polls) {
				poll(r, m, name)
			}
			if got := remembered(r, m, names); got != tc.want {
				t.Errorf("want %q, got %q", tc.want, got)
			}
			if m.evicted.Load() != tc.evicted || r.evicted.Load() != tc.evicted {
				t.Errorf("want %d lost, got %d and %d of all", tc.evicted, m.evicted.Load(), r.evicted.Load())
			}
			sound(t, r, m)
		})
	}
}

func TestLookingIsNotAsking(t *testing.T) {
	t.Parallel()
	r, m := newResources(2), &memory{id: 1}
	poll(r, m, "a")
	poll(r, m, "b")
	if got := remembered(r, m, "a"); got != "a" {
		t.Fatalf("want a, got %q", got)
	}
	poll(r, m, "c")
	if got := remembered(r, m, "a b c"); got != "b c" {
		t.Errorf("want b c, got %q", got)
	}
}

// Losses belong to the session whose resource is gone, whoever took the room.
func TestForget(t *testing.T) {
	t.Parallel()
	r := newResources(4)
	mine, other := &memory{id: 1}, &memory{id: 2}
	for _, name := range []string{"a", "b", "c!"} {
		poll(r, mine, name)
	}
	poll(r, other, "a")
	r.forget(mine)
	if got := r.len(); got != 1 {
		t.Errorf("want 1 left, got %d", got)
	}
	if key := r.key(mine, 1, "s", "o", []string{"a"}); r.visit(key, mine, false, nine, func(seen *resource) {
		if *seen != nine() {
			t.Errorf("want a fresh one, got %v", *seen)
		}
	}) {
		t.Error("want to hear that the session forgot")
	}
	for _, name := range []string{"x", "y", "z"} {
		poll(r, other, name)
	}
	sound(t, r, mine, other)
	if lost := r.evicted.Load() + mine.evicted.Load() + other.evicted.Load(); lost != 0 || r.len() != 4 {
		t.Errorf("room that was given back is no loss: got %d lost, %d kept", lost, r.len())
	}
	third := &memory{id: 3}
	poll(r, third, "a")
	if other.evicted.Load() != 1 || third.evicted.Load() != 0 || remembered(r, other, "a x y z") != "x y z" {
		t.Errorf("want the other's first to go, got %d and %d", other.evicted.Load(), third.evicted.Load())
	}
	sound(t, r, mine, other, third)
}

// A session may be forgotten just now: what goes of it meanwhile is no loss either.
func TestRetiredMemoriesLoseNothing(t *testing.T) {
	t.Parallel()
	r := newResources(1)
	gone, other := &memory{id: 1}, &memory{id: 2}
	poll(r, gone, "a")
	gone.retired.Store(true)
	poll(r, other, "a")
	if lost := r.evicted.Load() + gone.evicted.Load(); lost != 0 || r.len() != 1 {
		t.Errorf("want no loss, got %d, %d kept", lost, r.len())
	}
	sound(t, r, gone, other)
}

// A large store has many shards, and counts as one.
func TestLargeStoreIsBounded(t *testing.T) {
	t.Parallel()
	r, m := newResources(minSharded), &memory{id: 1}
	for i := range 3 * minSharded {
		poll(r, m, strconv.Itoa(i))
		if i%10 == 0 {
			poll(r, m, "busy")
		}
	}
	if r.len() != minSharded {
		t.Errorf("want %d, got %d", minSharded, r.len())
	}
	if lost := m.evicted.Load(); lost != 2*minSharded+1 {
		t.Errorf("want %d lost, got %d", 2*minSharded+1, lost)
	}
	if remembered(r, m, "busy") == "" {
		t.Error("the one that is asked for all the time is gone")
	}
	sound(t, r, m)
	r.forget(m)
	sound(t, r, m)
	if r.len() != 0 {
		t.Errorf("want none left, got %d", r.len())
	}
}

func TestVisitAllocatesNothing(t *testing.T) {
	r, m := newResources(minSharded), &memory{id: 1}
	values := []string{"8d5f0f6e-2a55-4c80-9e0c-6b7a3c1d9e42"}
	polls := 0
	visit := func() {
		r.visit(r.key(m, 1, "lifecycle", "getAsyncProcess", values), m, false, nine, func(seen *resource) {
			seen.polls++
			polls = seen.polls
		})
	}
	visit()
	if got := testing.AllocsPerRun(100, visit); got != 0 || polls != 102 {
		t.Errorf("want no allocations in 102 visits, got %v in %d", got, polls)
	}
}

// Poll n goes to exactly one visitor, however many come at once, and whatever else fills the store.
func TestPollsGoToOne(t *testing.T) {
	t.Parallel()
	const visitors, each = 64, 50
	r, m := newResources(2*minSharded), &memory{id: 1}
	got := make([][]int, visitors)
	var group sync.WaitGroup
	for i := range visitors {
		group.Go(func() {
			for n := range each {
				poll(r, m, strconv.Itoa(i)+"-"+strconv.Itoa(n))
				got[i] = append(got[i], poll(r, m, "one"))
			}
		})
	}
	group.Wait()
	seen := make([]bool, visitors*each)
	for _, numbers := range got {
		last := -1
		for _, number := range numbers {
			if number <= last || number >= len(seen) || seen[number] {
				t.Fatalf("poll %d after %d: twice, backwards or skipped", number, last)
			}
			seen[number], last = true, number
		}
	}
	sound(t, r, m)
}

// While memories come and go, nothing of one that was forgotten stays.
func TestForgetWhileVisiting(t *testing.T) {
	t.Parallel()
	r := newResources(minSharded)
	sessions := newSessions(10)
	sessions.forget = r.forget
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for n := range 300 {
				m := sessions.view("s").memory
				poll(r, m, strconv.Itoa(n%20))
				if n%7 == i%7 {
					sessions.remove("s")
				}
			}
		})
	}
	group.Wait()
	m := sessions.view("s").memory
	sound(t, r, m)
	if int64(r.len()) != m.resources.Load() || r.evicted.Load() != 0 {
		t.Errorf("want only the session's own %d, got %d, %d lost", m.resources.Load(), r.len(), r.evicted.Load())
	}
}
