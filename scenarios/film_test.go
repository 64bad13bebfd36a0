package scenarios_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-dev/understudy/scenarios"
)

func TestBeginsWithoutJitter(t *testing.T) {
	c, op := overTime(t, "over_time")
	a := choose(t, c, op, "lifecycle")
	in := inputs(op, 1, someID)
	in.Offsets = []time.Duration{time.Hour}
	begins, again := a.Begins(in), a.Begins(inputs(op, 2, "another"))
	if &begins[0] != &again[0] {
		t.Error("two resources at one pace have two lists")
	}
	if in.Offsets != nil {
		t.Errorf("the offsets of an earlier course are kept: %v", in.Offsets)
	}
}

// The pace with jitter waits for ten seconds, then takes twenty for each step and forty for the second, each a quarter more or less.
func TestBeginsWithJitter(t *testing.T) {
	c, op := overTime(t, "over_time")
	a := choose(t, c, op, "jittery")
	planned := []float64{10, 20, 40, 20, 20, 20} // seconds
	seen := map[time.Duration]bool{}
	shortest, longest := 1.0, 1.0
	for seed := uint64(1); seed <= 50; seed++ {
		for _, id := range []string{someID, strings.ToUpper(someID)} {
			begins := a.Begins(inputs(op, seed, id))
			if diff := cmp.Diff(begins, a.Begins(inputs(op, seed, id))); diff != "" {
				t.Errorf("one resource has two paces: %s", diff)
			}
			if len(begins) != len(planned)+1 || begins[0] != 0 {
				t.Fatalf("got %v", begins)
			}
			var parts []float64
			for i, want := range planned {
				part := (begins[i+1] - begins[i]).Seconds() / want
				if part < 0.75 || part > 1.25 {
					t.Errorf("seed %d: part %d takes %s, want %gs, a quarter more or less", seed, i, begins[i+1]-begins[i], want)
				}
				parts = append(parts, part)
			}
			if slices.Sort(parts); parts[0] == parts[len(parts)-1] {
				t.Errorf("seed %d: all parts are drawn alike: %v", seed, begins)
			}
			shortest, longest = min(shortest, parts[0]), max(longest, parts[len(parts)-1])
			seen[begins[len(begins)-1]] = true
		}
	}
	if shortest > 0.77 || longest < 1.23 {
		t.Errorf("parts take from %g to %g of what is planned", shortest, longest)
	}
	if len(seen) < 90 {
		t.Errorf("a hundred resources end at %d times", len(seen))
	}
}

// The times in a body are those at which its frames begin.
func TestStampsFollowTheJitter(t *testing.T) {
	c, op := overTime(t, "over_time")
	a := choose(t, c, op, "jittery")
	in := inputs(op, 3, someID)
	begins := a.Begins(in)
	last := len(begins) - 1
	end := decode(t, string(a.Frames()[last].Bind(in).Append(nil, requestID)))
	for key, offset := range map[string]time.Duration{"startTime": begins[1], "endTime": begins[last]} {
		stamp, err := time.Parse(time.RFC3339, end[key].(string))
		if err != nil || !stamp.Equal(in.Anchor.Add(offset).Truncate(time.Millisecond)) {
			t.Errorf("%s is %v, want the anchor and %s", key, end[key], offset)
		}
	}
}

func TestEnded(t *testing.T) {
	c, op := overTime(t, "over_time")
	for names, ends := range map[string]bool{
		"lifecycle": true, "lifecycle-failed-at-step-5": true, "lifecycle-skipped": true, "lifecycle-stuck": false, "slow": true,
	} {
		a := choose(t, c, op, names)
		last := len(a.Frames()) - 1
		for frame := range a.Frames() {
			if got := a.Ended(frame); got != (ends && frame == last) {
				t.Errorf("%s: frame %d of %d has ended: %t", names, frame, last, got)
			}
		}
	}
}

func TestPoll(t *testing.T) {
	c, op := overTime(t, "over_time")
	type polled struct{ Status, Before int }
	for names, want := range map[string][]polled{
		"lifecycle, errors": {{0, 0}, {0, 1}, {500, 2}, {500, 2}, {0, 2}, {401, 3}, {0, 3}, {0, 4}},
		"other-errors":      {{0, 0}, {0, 1}, {0, 2}, {0, 3}, {500, 4}, {0, 4}, {0, 5}},
		"maintenance":       {{503, 0}, {0, 0}, {0, 1}},
		"lifecycle":         {{0, 0}, {0, 1}, {0, 2}},
		"response-500":      {{0, 0}, {0, 1}},
	} {
		a := choose(t, c, op, names)
		var got []polled
		for n := range want {
			between, before := a.Poll(n)
			if between == nil {
				got = append(got, polled{0, before})
				continue
			}
			got = append(got, polled{between.Status, before})
			if between.Scenario != a.Scenario {
				t.Errorf("%s: poll %d is answered as %q", names, n, between.Scenario)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", names, diff)
		}
	}
}

// An answer that shows one moment, or differs call by call, has nothing to do with time.
func TestAnswersThatAreNotOverTime(t *testing.T) {
	c, op := overTime(t, "over_time")
	for _, names := range []string{"status=FAILED", "response-500", "two-calls", "ready"} {
		a := choose(t, c, op, names)
		in := inputs(op, 1, someID)
		in.Offsets = []time.Duration{time.Hour}
		if a.OverTime() || a.ByPoll() || a.CountsPolls() || a.Ended(0) || a.Frames() != nil || a.Begins(in) != nil || len(in.Offsets) != 1 {
			t.Errorf("%s: frames %v, begins %v", names, a.Frames(), a.Begins(in))
		}
	}
	for _, s := range c.For(op) {
		if a, err := s.Answer(); err != nil || a.OverTime() != s.OverTime {
			t.Errorf("%s says over time %t: %v", s.Name, s.OverTime, err)
		}
	}
}

// A course that is bound as it is shows its first frame.
func TestBindShowsTheFirstFrame(t *testing.T) {
	c, op := overTime(t, "over_time")
	a := choose(t, c, op, "lifecycle")
	var frames []string
	for _, frame := range append([]*scenarios.Answer{a}, a.Frames()...) {
		frames = append(frames, body(t, op, frame, 1))
	}
	if frames[0] != frames[1] || frames[1] == frames[2] {
		t.Errorf("got %s, then frames %s and %s", frames[0], frames[1], frames[2])
	}
}
