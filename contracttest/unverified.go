package contracttest

import (
	"slices"

	"github.com/understudy-dev/understudy/contract"
)

// exercised is what the cases of a run gave something to judge, by operation.
type exercised struct {
	reached, lifecycles map[string]bool // operations
	checks              map[string]bool // "operation check-id"
}

func exercisedBy(cases []Case) exercised {
	found := exercised{map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for i := range cases {
		c := &cases[i]
		if !judged(c) {
			continue
		}
		found.reached[c.Operation] = found.reached[c.Operation] || c.Kind != KindProbe
		found.lifecycles[c.Operation] = found.lifecycles[c.Operation] || c.Kind == KindLifecycle || (c.Kind == KindRecorded && len(c.Polls) > 0)
		for j := range c.Checks {
			if c.Checks[j].Outcome != Vacuous {
				found.checks[c.Operation+" "+c.Checks[j].ID] = true
			}
		}
	}
	return found
}

// unverified lists what no case exercised, as Report has it.
func unverified(c *contract.Contract, cases []Case) []string {
	var list []string
	found := exercisedBy(cases)
	add := func(name string) {
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	for _, o := range c.Operations() {
		if !found.reached[o.ID()] {
			add(o.ID())
		}
		rules, _ := o.Rules() // the plan has reported the error
		for _, rule := range rules {
			if !found.checks[o.ID()+" "+ruleCheck+rule.ID] {
				add(o.ID() + " " + rule.ID)
			}
		}
		switch {
		case o.Lifecycle() == nil:
		case !found.lifecycles[o.ID()]:
			add(o.ID() + " lifecycle")
		default:
			for _, check := range o.TraceChecks(true) {
				if check.Rule == nil && !found.checks[o.ID()+" "+check.ID] {
					add(o.ID() + " " + check.ID)
				}
			}
		}
	}
	return list
}
