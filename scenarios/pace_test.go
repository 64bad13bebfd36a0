package scenarios

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-dev/understudy/contract"
)

const second = time.Second

func TestPaceOf(t *testing.T) {
	for name, test := range map[string]struct {
		pace        pace
		unit, steps int
		want        time.Duration
	}{
		"the default wait":            {pace{}, 0, 3, second},
		"the default step":            {pace{}, 2, 3, 3 * second},
		"the default work":            {pace{}, 1, 0, 9 * second},
		"a wait":                      {pace{wait: 5 * second}, 0, 3, 5 * second},
		"a wait leaves the steps":     {pace{wait: 5 * second}, 1, 3, 3 * second},
		"a step":                      {pace{step: 2 * second}, 1, 3, 2 * second},
		"a step leaves the wait":      {pace{step: 2 * second}, 0, 3, second},
		"a step without steps":        {pace{step: 2 * second}, 1, 0, 2 * second},
		"a step of its own":           {pace{step: 2 * second, steps: map[int]time.Duration{2: 7 * second}}, 2, 3, 7 * second},
		"beside one of its own":       {pace{step: 2 * second, steps: map[int]time.Duration{2: 7 * second}}, 3, 3, 2 * second},
		"beside one, and the default": {pace{steps: map[int]time.Duration{2: 7 * second}}, 1, 3, 3 * second},
	} {
		if got := test.pace.of(test.unit, test.steps); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

// Two paces are equal when everything lasts as long: that is what keeps two scenarios from going together.
func TestPaceEqualAndText(t *testing.T) {
	steps := map[int]time.Duration{2: second, 10: second}
	paces := []pace{
		{},
		{wait: 2 * second},
		{step: 2 * second},
		{steps: map[int]time.Duration{2: 2 * second}},
		{steps: map[int]time.Duration{3: 2 * second}},
		{jitter: 0.2},
		{wait: 3 * second, step: 2 * second, steps: steps, jitter: 0.5},
	}
	var texts []string
	for i := range paces {
		texts = append(texts, paces[i].String())
		for j := range paces {
			if got := paces[i].equal(&paces[j]); got != (i == j) {
				t.Errorf("%q is equal to %q: %t", &paces[i], &paces[j], got)
			}
		}
	}
	want := []string{"", "wait 2s", "2s", "step 2 2s", "step 3 2s", "jitter 0.2", "2s, wait 3s, step 2 1s, step 10 1s, jitter 0.5"}
	if diff := cmp.Diff(want, texts); diff != "" {
		t.Error(diff)
	}
	if a, b := (&pace{step: second}), (&pace{step: second, steps: map[int]time.Duration{}}); !a.equal(b) {
		t.Errorf("%q and %q differ by nothing", a, b)
	}
}

// A draw makes each part longer or shorter by up to the jitter, and all of what happens within it.
func TestJitterBounds(t *testing.T) {
	l := lifecycleOf(wholeRuns + "steps\nW: A\nA: B\nB: D\nsuccess: D\n")
	p := newPlan(l, course{outcome: contract.OutcomeSuccess}, 2)
	jittery := pace{wait: 4 * second, step: 8 * second, jitter: 0.5}
	for name, test := range map[string]struct {
		draw func(unit int) float64
		want []float64 // seconds
	}{
		"none":             {nil, []float64{0, 4, 8, 12, 16, 20}},
		"longest":          {func(int) float64 { return 1 }, []float64{0, 6, 12, 18, 24, 30}},
		"shortest":         {func(int) float64 { return -1 }, []float64{0, 2, 4, 6, 8, 10}},
		"as planned":       {func(int) float64 { return 0 }, []float64{0, 4, 8, 12, 16, 20}},
		"each for itself":  {func(unit int) float64 { return float64(unit - 1) }, []float64{0, 2, 6, 10, 16, 22}},
		"only the waiting": {func(unit int) float64 { return float64(max(0, 1-unit)) }, []float64{0, 6, 10, 14, 18, 22}},
	} {
		var got []float64
		for _, offset := range jittery.offsets(p, test.draw) {
			got = append(got, offset.Seconds())
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
