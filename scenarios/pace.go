package scenarios

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
)

// The pace of a run that states none: a wait before it starts, and a total of ten seconds.
const (
	defaultWait = time.Second
	defaultWork = 9 * time.Second
)

// pace is how long things last. The zero value is the default pace.
type pace struct {
	wait   time.Duration         // before the work; 0 for the default
	step   time.Duration         // each step, or the work without steps; 0 shares out the default
	steps  map[int]time.Duration // a step by number, in place of step
	jitter float64               // each is longer or shorter by up to this part of itself, from 0 to less than 1
}

func (p *pace) equal(o *pace) bool {
	return p.wait == o.wait && p.step == o.step && p.jitter == o.jitter && maps.Equal(p.steps, o.steps)
}

func (p *pace) String() string {
	parts := []string{}
	if p.step != 0 {
		parts = append(parts, p.step.String())
	}
	if p.wait != 0 {
		parts = append(parts, "wait "+p.wait.String())
	}
	for _, number := range slices.Sorted(maps.Keys(p.steps)) {
		parts = append(parts, fmt.Sprintf("step %d %s", number, p.steps[number]))
	}
	if p.jitter != 0 {
		parts = append(parts, fmt.Sprintf("jitter %g", p.jitter))
	}
	return strings.Join(parts, ", ")
}

// of is how long a unit lasts, when there are so many steps.
func (p *pace) of(unit, steps int) time.Duration {
	switch {
	case p.steps[unit] != 0:
		return p.steps[unit]
	case unit == unitWait && p.wait != 0:
		return p.wait
	case unit == unitWait:
		return defaultWait
	case p.step != 0:
		return p.step
	}
	return defaultWork / time.Duration(max(steps, 1))
}

// offsets are the marks of a plan in time, counted from the anchor: 0 first, ascending. Draw is from -1 to 1, or nil for none.
func (p *pace) offsets(plan *plan, draw func(unit int) float64) []time.Duration {
	list := make([]time.Duration, len(plan.spans)+1)
	unit, begin, part, lasts := none, time.Duration(0), 0, time.Duration(0)
	for i, s := range plan.spans {
		if s.unit != unit {
			unit, begin, part = s.unit, list[i], 0
			lasts = p.of(unit, len(plan.phases[0].steps))
			if draw != nil {
				lasts += time.Duration(p.jitter * draw(unit) * float64(lasts))
			}
		}
		part++
		list[i+1] = begin + lasts*time.Duration(part)/time.Duration(s.of)
	}
	return list
}

// begins picks the moments at which phases begin.
func (p *plan) begins(offsets []time.Duration) []time.Duration {
	list := make([]time.Duration, len(p.phases))
	for i := range p.phases {
		list[i] = offsets[p.phases[i].from]
	}
	return list
}

// drawn gives each unit of the resource that in is about a number from -1 to 1.
func drawn(in *fixtures.Inputs) func(unit int) float64 {
	return func(unit int) float64 { return 2*in.Draw("pace "+strconv.Itoa(unit)) - 1 }
}
