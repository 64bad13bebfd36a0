package scenarios

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
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
	h := fnv.New64a()
	_, _ = h.Write([]byte(w.operation.ID() + "\x00" + name))
	for try := range uint64(idTries) {
		id := idOf(p, h.Sum64()+try)
		if id == "" {
			return ""
		}
		if w.ids[id] == nil && id != w.sample[len(w.sample)-1] {
			return id
		}
	}
	return ""
}

// idOf draws a value that no real client is likely to use: a marked text, a number of ten digits, or what a format or a
// pattern leaves; "" when the schema has no room for that.
func idOf(p *contract.Parameter, seed uint64) string {
	types := p.Schema.Types()
	switch {
	case len(types) == 0 || slices.Contains(types, "string"):
		if p.Schema.Format() != "" || p.Schema.Pattern() != "" {
			return sampleOf(p, seed)
		}
		for _, form := range []string{"scenario-%012x", "%012x"} {
			if id := fmt.Sprintf(form, seed&(1<<48-1)); fits(p, id) {
				return id
			}
		}
	case slices.Contains(types, "integer") || slices.Contains(types, "number"):
		const ten = 1_000_000_000
		if id := strconv.FormatUint(ten+seed%ten, 10); fits(p, json.Number(id)) {
			return id
		}
	}
	return ""
}

func fits(p *contract.Parameter, value any) bool {
	problems, err := p.Schema.Validate(value)
	return err == nil && len(problems) == 0
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
