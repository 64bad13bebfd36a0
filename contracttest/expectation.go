package contracttest

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/internal/strictyaml"
	"github.com/understudy-dev/understudy/scenarios"
)

// unmet lists what a scenario's name promises and the body does not show.
func unmet(p *planned, expect []scenarios.Expectation, root *strictyaml.Node) []contract.Violation {
	var found []contract.Violation
	for _, e := range expect {
		values := valuesAt(root, e.Pointer)
		if slices.ContainsFunc(values, func(n *strictyaml.Node) bool { return shows(n, e) }) {
			continue
		}
		v := contract.Violation{
			Operation: p.operation.ID(), Status: p.status, Where: "response body", Pointer: e.Pointer, Rule: checkExpectation,
			Message: fmt.Sprintf("the scenario %s shows what its name promises", p.name), Want: jsonText(e.Value), Got: seen(values),
		}
		if response := p.operation.Response(p.status); response != nil {
			v.Position = response.Position
		}
		found = append(found, v)
	}
	return found
}

// shows compares as JSON Schema does: 1.0 and 1 are one number.
func shows(n *strictyaml.Node, e scenarios.Expectation) bool {
	got, want := jsonText(n.Value()), jsonText(e.Value)
	return got == want || (n.Kind() == strictyaml.Number && sameNumber(got, want))
}

func sameNumber(a, b string) bool {
	x, err := strconv.ParseFloat(a, 64)
	if err != nil {
		return false
	}
	y, err := strconv.ParseFloat(b, 64)
	return err == nil && x == y && (x != math.Trunc(x) || math.Abs(x) < 1<<53) // beyond, floats lump integers together
}

// valuesAt lists the values that a pointer means; "*" stands for every item of an array.
func valuesAt(n *strictyaml.Node, pointer string) []*strictyaml.Node {
	head, tail, each := strings.Cut(pointer, "/*")
	at := n.At(head)
	if !each {
		if at == nil {
			return nil
		}
		return []*strictyaml.Node{at}
	}
	var found []*strictyaml.Node
	for _, item := range at.Items() {
		found = append(found, valuesAt(item, tail)...)
	}
	return found
}

// maxSeen bounds how many values a violation lists.
const maxSeen = 5

// seen describes what is there instead.
func seen(values []*strictyaml.Node) string {
	var texts []string
	for _, n := range values {
		if text := n.Describe(); !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	switch {
	case len(texts) == 0:
		return "nothing"
	case len(texts) > maxSeen:
		return strings.Join(texts[:maxSeen], ", ") + " and " + strconv.Itoa(len(texts)-maxSeen) + " more"
	}
	return strings.Join(texts, ", ")
}

// jsonText writes decoded JSON as text.
func jsonText(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprintf("%q", fmt.Sprint(v))
	}
	return string(data)
}
