package scenarios

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// lifecycleCatalogs are the embedded contract, and one for each other kind of resource that moves.
func lifecycleCatalogs(t *testing.T) map[string]*Catalog {
	t.Helper()
	catalogs := map[string]*Catalog{}
	var err error
	if catalogs["embedded"], err = Embedded(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"job", "operation", "deployment", "rollout"} {
		c, err := contract.Load(os.DirFS("../contract/testdata/lifecycles"), name+".yaml")
		if err != nil {
			t.Fatal(err)
		}
		if catalogs[name], err = Load(nil, c, &fixtures.Set{}); err != nil {
			t.Fatal(err)
		}
	}
	return catalogs
}

// TestEveryMomentIsCoherent plays every course of every kind of resource, at several paces and for several seeds, at moments of
// all sorts. Each moment keeps the contract strictly, no stamp lies ahead of the clock, and each pair of moments is legal.
func TestEveryMomentIsCoherent(t *testing.T) {
	if testing.Short() {
		t.Skip("takes its time, and nothing in it is concurrent")
	}
	const sampled = 50 // moments of each run
	played := map[string]int{}
	for name, catalog := range lifecycleCatalogs(t) {
		t.Run(name, func(t *testing.T) {
			if err := catalog.CheckAll(true); err != nil {
				t.Error(err)
			}
			random := rand.New(rand.NewPCG(7, uint64(len(name))))
			for _, s := range catalog.Scenarios() {
				if s.Family != FamilyLifecycle {
					continue
				}
				for _, p := range []pace{{}, {wait: 5 * time.Second, step: 1234567 * time.Nanosecond}, {step: 40 * time.Second, jitter: 0.9}} {
					for seed := range uint64(3) {
						r := newRun(t, s, p, seed+1)
						for range sampled {
							r.play(time.Duration(random.Int64N(int64(r.begins[len(r.begins)-1] + 5*time.Second))))
						}
						for _, begin := range r.begins {
							r.play(begin)
						}
						r.pairs()
						played[name] += r.played
					}
				}
			}
		})
	}
	total := 0
	for name, n := range played {
		total += n
		t.Logf("%s: %d moments", name, n)
	}
	if len(played) != 5 || total < 10_000 {
		t.Errorf("want 10000 moments of five kinds of resource, got %v", played)
	}
}

// run is one course of one resource.
type run struct {
	t      *testing.T
	name   string
	world  *world
	answer *Answer
	in     *fixtures.Inputs
	begins []time.Duration
	seen   map[int]contract.Observation // by frame
	bodies map[int]string
	played int
}

func newRun(t *testing.T, s *Scenario, p pace, seed uint64) *run {
	t.Helper()
	slots := s.slots
	slots.pace = &p
	a, err := s.world.answer(&slots)
	if err != nil {
		t.Fatal(err)
	}
	r := &run{
		t: t, name: fmt.Sprintf("%s at pace %q for seed %d", s.Name, p.String(), seed), world: s.world, answer: a,
		in: s.world.inputs(seed), seen: map[int]contract.Observation{}, bodies: map[int]string{},
	}
	r.in.Anchor = time.Date(2026, 3, 29, 0, 59, 58, 250_000_000, time.UTC)
	r.begins = a.Begins(r.in)
	return r
}

// play looks at one moment. What is the same to the byte is judged once.
func (r *run) play(elapsed time.Duration) {
	r.played++
	frame := 0
	for frame+1 < len(r.begins) && r.begins[frame+1] <= elapsed {
		frame++
	}
	a := r.answer.Frames()[frame]
	body := a.Bind(r.in).Append(nil, r.in.RequestID)
	if old, ok := r.bodies[frame]; ok {
		if old != string(body) {
			r.t.Errorf("%s, frame %d: %s is now %s", r.name, frame, old, body)
		}
		return
	}
	r.bodies[frame] = string(body)
	x := r.world.exchange(a, body)
	r.seen[frame] = contract.Observation{Exchange: x}
	for _, v := range r.world.operation.JudgeResponse(r.t.Context(), x).Violations {
		r.t.Errorf("%s after %s: %s\n%s", r.name, elapsed, v, body)
	}
	r.stamps(body, elapsed)
}

// stamps checks that times lie between the anchor and the clock, and in their order.
func (r *run) stamps(body []byte, elapsed time.Duration) {
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		r.t.Fatal(err)
	}
	l := r.world.operation.Lifecycle()
	r.stamp(value, l.StartedAt, l.EndedAt, elapsed)
	if l.Steps == nil {
		return
	}
	items, _ := at(value, l.Steps.Items).([]any)
	for _, item := range items {
		r.stamp(item, l.Steps.StartedAt, l.Steps.EndedAt, elapsed)
	}
}

func (r *run) stamp(value any, started, ended string, elapsed time.Duration) {
	before := r.in.Anchor
	for _, pointer := range []string{started, ended} {
		text, ok := at(value, pointer).(string)
		if !ok {
			continue
		}
		stamp, err := time.Parse(time.RFC3339, text)
		if err != nil || stamp.Before(before) || stamp.After(r.in.Anchor.Add(elapsed)) {
			r.t.Errorf("%s after %s: %s is %s, want a time from %s on", r.name, elapsed, pointer, text, before)
		}
		before = stamp
	}
}

// at finds the value at a pointer into decoded JSON; nil when there is none.
func at(value any, pointer string) any {
	for token := range slices.Values(tokens(pointer)) {
		switch v := value.(type) {
		case map[string]any:
			value = v[token]
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}

// pairs judges each frame after each earlier one, and the whole by its end.
func (r *run) pairs() {
	var trace contract.Trace
	for frame := range r.begins {
		trace = append(trace, r.seen[frame])
	}
	for i := range trace {
		for j := i; j < len(trace); j++ {
			for _, v := range r.world.operation.JudgeTrace(r.t.Context(), contract.Trace{trace[i], trace[j]}).Violations {
				r.t.Errorf("%s, frames %d and %d: %s", r.name, i, j, v)
			}
		}
	}
	last := len(r.begins) - 1
	for _, v := range r.world.operation.JudgeEnd(trace, r.answer.Ended(last)) {
		r.t.Errorf("%s: %s", r.name, v)
	}
	for i := 1; i <= last; i++ {
		if r.begins[i] < r.begins[i-1] || r.bodies[i] == r.bodies[i-1] {
			r.t.Errorf("%s: frame %d begins after %s and shows %s, the one before after %s", r.name, i, r.begins[i], r.bodies[i], r.begins[i-1])
		}
	}
}

func tokens(pointer string) []string {
	list, err := strictyaml.Tokens(pointer)
	if err != nil {
		return nil
	}
	return list
}
