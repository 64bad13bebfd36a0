package schema

import "fmt"

const (
	maxChain  = 64      // of references followed without a step into the value
	maxWeight = 100_000 // of schemas that judge one value, each counted as often as it is reached
)

// measurement is what a schema costs on one value, references counted as often as they are followed.
type measurement struct {
	state  progress
	chain  int
	weight int
}

type progress uint8

const (
	unmeasured progress = iota
	underway
	done
)

// measure finds, among the references that are followed without a step into the value, those that lead back to where
// they came from, and chains and products that grow beyond bounds: a handful of schemas that name each other twice
// double the work at every turn. Recursion through properties and items is fine: the value ends it.
func (e *engine) measure(id, depth int) measurement {
	r := e.resources[id]
	if r.measured.state == done {
		return r.measured
	}
	if depth > maxChain {
		return measurement{chain: maxChain + 1}
	}
	r.measured = measurement{state: underway, weight: r.weight}
	total := measurement{state: done, weight: r.weight}
	for _, ref := range r.references {
		target := e.resources[ref.target]
		if !ref.sameValue {
			continue
		}
		if target.measured.state == underway {
			r.problems.Add(ref.position, subject, "the reference leads back to itself without a step into the value",
				"recurse through properties or items")
			continue
		}
		below := e.measure(ref.target, depth+1)
		total.chain = max(total.chain, below.chain+1)
		total.weight = min(total.weight+below.weight, 2*maxWeight)
	}
	r.measured = total
	e.refuseExcess(r, &total)
	return r.measured
}

// refuseExcess reports a schema that is the first to grow too large; those that refer to it start counting anew.
func (e *engine) refuseExcess(r *resource, total *measurement) {
	switch {
	case total.chain > maxChain:
		r.problems.Add(r.schema.Position(), subject, fmt.Sprintf("a chain of more than %d references", maxChain), "")
		r.measured.chain = 0
	case total.weight > maxWeight:
		r.problems.Add(r.schema.Position(), subject,
			fmt.Sprintf("its references multiply to more than %d schemas for one value", maxWeight), "")
		r.measured.weight = 0
	}
}
