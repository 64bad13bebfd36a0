package scenarios

import (
	"encoding/json"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/fixtures"
)

// idTries is how often an id that is taken is drawn again.
const idTries = 8

// assignIDs gives each scenario a value of the last path parameter, drawn from its schema by the scenario's name, so
// that it is the same on every machine. Where the schema holds too few values none gets one: an id that real clients
// use must not select a scenario.
func (w *world) assignIDs() {
	clear(w.ids)
	params := w.operation.PathParameters()
	if len(params) == 0 || enumerated(params[len(params)-1]) {
		return
	}
	last := params[len(params)-1]
	for _, s := range w.scenarios {
		id := w.drawID(last, s.Name)
		if id == "" {
			for _, s := range w.scenarios {
				s.ID = ""
			}
			clear(w.ids)
			return
		}
		s.ID = id
		w.ids[id] = s
	}
}

// enumerated says whether the schema lists its values, or has two.
func enumerated(p *contract.Parameter) bool {
	return len(p.Schema.Enum()) > 0 || slices.Contains(p.Schema.Types(), "boolean")
}

func (w *world) drawID(p *contract.Parameter, name string) string {
	for try := range uint64(idTries) {
		h := fnv.New64a()
		_, _ = h.Write([]byte(w.operation.ID() + "\x00" + name))
		id := sampleOf(p, h.Sum64()+try)
		if id == "" {
			return ""
		}
		if w.ids[id] == nil && id != w.sample[len(w.sample)-1] {
			return id
		}
	}
	return ""
}

// sampleOf draws a text for a parameter from its schema; "" when none can be made.
func sampleOf(p *contract.Parameter, seed uint64) string {
	made, err := fixtures.Fake(p.Schema)
	if err != nil {
		return ""
	}
	in := &fixtures.Inputs{Seed: max(seed, 1), Operation: p.Name}
	data := made.Compile().Bind(in).Append(nil, "")
	var s string
	if json.Unmarshal(data, &s) == nil {
		return strings.ReplaceAll(s, "/", "-")
	}
	return string(data)
}

// samples are path values that the contract allows, the same on every machine.
func samples(op *contract.Operation) []string {
	values := make([]string, 0, len(op.PathParameters()))
	for _, p := range op.PathParameters() {
		value := sampleOf(p, 1)
		if value == "" {
			value = "1"
		}
		values = append(values, value)
	}
	return values
}
