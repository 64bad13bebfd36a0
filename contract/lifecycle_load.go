package contract

import (
	"fmt"
	"slices"

	"github.com/understudy-dev/understudy/internal/schema"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// lifecycleEntry is the form of x-lifecycle; the nodes keep the positions for the checks against the schema.
type lifecycleEntry struct {
	State       *strictyaml.Node `yaml:"state"`
	Initial     *strictyaml.Node `yaml:"initial"`
	Transitions *strictyaml.Node `yaml:"transitions"`
	Outcomes    *strictyaml.Node `yaml:"outcomes"`
	StartedAt   *strictyaml.Node `yaml:"startedAt"`
	EndedAt     *strictyaml.Node `yaml:"endedAt"`
	Constant    *strictyaml.Node `yaml:"constant"`
	Volatile    *strictyaml.Node `yaml:"volatile"`
	Steps       *strictyaml.Node `yaml:"steps"`
}

// stepsEntry is the form of x-lifecycle's steps.
type stepsEntry struct {
	Items       *strictyaml.Node `yaml:"items"`
	Order       *strictyaml.Node `yaml:"order"`
	Key         *strictyaml.Node `yaml:"key"`
	State       *strictyaml.Node `yaml:"state"`
	Initial     *strictyaml.Node `yaml:"initial"`
	Transitions *strictyaml.Node `yaml:"transitions"`
	Outcomes    *strictyaml.Node `yaml:"outcomes"`
	StartedAt   *strictyaml.Node `yaml:"startedAt"`
	EndedAt     *strictyaml.Node `yaml:"endedAt"`
	Constant    *strictyaml.Node `yaml:"constant"`
}

// lifecycleReader reads one x-lifecycle.
type lifecycleReader struct {
	*loader
	subject string
	place   string // what pointers lead into
}

// lifecycle reads the operation's x-lifecycle; nil if it has none.
func (l *loader) lifecycle(o *Operation) *Lifecycle {
	node := l.field(o.node, "x-lifecycle")
	if node == nil {
		return nil
	}
	r := lifecycleReader{loader: l, subject: fmt.Sprintf("lifecycle of %q", o.id), place: "the 2xx response"}
	body := o.successSchema()
	if body == nil {
		l.problems.Add(o.node.KeyPosition("x-lifecycle"), r.subject, "there is no 2xx response with a JSON schema for it to describe", "")
		return nil
	}
	var entry lifecycleEntry
	strictyaml.Decode(node, &entry, r.subject, &l.problems)
	found := &Lifecycle{
		Position: node.Position(), StartedAt: r.pointer(entry.StartedAt, body), EndedAt: r.pointer(entry.EndedAt, body),
		Constant: r.pointers(entry.Constant, body), Volatile: r.pointers(entry.Volatile, body),
	}
	m := r.machine(node, entry.Initial, entry.Transitions, entry.Outcomes)
	found.State = r.state(node, entry.State, body, m)
	found.Initial, found.Transitions, found.Outcomes = m.initial, m.transitions, m.outcomes
	owners := []owner{{found.State, "the state"}, {found.StartedAt, "a time of the lifecycle"}, {found.EndedAt, "a time of the lifecycle"}}
	if entry.Steps != nil {
		found.Steps = r.steps(entry.Steps, body, m)
		owners = append(owners, owner{entry.Steps.Field("items").Text(), "the list of steps"})
	}
	r.shows(m, body, owners, found.Constant)
	return found
}

// steps reads the description of the steps of a whole.
func (r lifecycleReader) steps(node *strictyaml.Node, body *schema.Schema, whole *machine) *Steps {
	r.subject += ": steps"
	var entry stepsEntry
	strictyaml.Decode(node, &entry, r.subject, &r.problems)
	if entry.Items == nil {
		r.problems.Add(node.Position(), r.subject, `there is no "items" key`, "")
		return nil
	}
	found := &Steps{Items: r.pointer(entry.Items, body)}
	list, ok := body.At(found.Items)
	if !ok {
		return nil // reported by pointer
	}
	if !slices.Contains(list.Types(), "array") || list.Items() == nil {
		r.problems.Add(entry.Items.Position(), r.subject, fmt.Sprintf("%q is no array with items in %s", found.Items, r.place), "")
		return nil
	}
	step := list.Items()
	r.place = "a step"
	found.Order, found.Key = r.pointer(entry.Order, step), r.pointer(entry.Key, step)
	found.StartedAt, found.EndedAt = r.pointer(entry.StartedAt, step), r.pointer(entry.EndedAt, step)
	found.Constant = r.pointers(entry.Constant, step)
	m := r.machine(node, entry.Initial, entry.Transitions, entry.Outcomes)
	found.State = r.state(node, entry.State, step, m)
	found.Initial, found.Transitions, found.Outcomes = m.initial, m.transitions, m.outcomes
	r.shows(m, step, []owner{
		{found.State, "the state"},
		{found.StartedAt, "a time of the lifecycle"},
		{found.EndedAt, "a time of the lifecycle"},
		{found.Order, "the order of the steps"},
		{found.Key, "the key of the steps"},
	}, found.Constant)
	r.partial(m, whole)
	return found
}

// successSchema is the schema of the first 2xx response that has JSON.
func (o *Operation) successSchema() *schema.Schema {
	for _, response := range o.load().responses {
		if response.Code/100 != 2 {
			continue
		}
		for _, media := range response.Content {
			if isJSON(media.Type) && media.Schema != nil {
				return media.Schema
			}
		}
	}
	return nil
}

// pointer reads a JSON Pointer that must lead to a place in the schema; "" when absent.
func (r lifecycleReader) pointer(node *strictyaml.Node, within *schema.Schema) string {
	if node == nil {
		return ""
	}
	if node.Kind() != strictyaml.String {
		r.problems.Add(node.Position(), r.subject, "want a JSON Pointer, got "+node.Describe(), "")
		return ""
	}
	text := node.Text()
	tokens, err := strictyaml.Tokens(text)
	if err != nil || len(tokens) == 0 {
		r.problems.Add(node.Position(), r.subject, fmt.Sprintf("%q is not a JSON Pointer to a property", text), `write it as "/name"`)
		return text
	}
	if _, ok := within.At(text); !ok {
		r.problems.Add(node.Position(), r.subject, fmt.Sprintf("%s has no %q", r.place, text), propertyHint(within, tokens))
	}
	return text
}

func (r lifecycleReader) pointers(node *strictyaml.Node, within *schema.Schema) []string {
	if node == nil {
		return nil
	}
	if node.Kind() != strictyaml.Sequence {
		r.problems.Add(node.Position(), r.subject, "want a list of JSON Pointers, got "+node.Describe(), "")
		return nil
	}
	var found []string
	for _, item := range node.Items() {
		found = append(found, r.pointer(item, within))
	}
	return found
}

// propertyHint names the property closest to the first token that leads nowhere.
func propertyHint(within *schema.Schema, tokens []string) string {
	for _, token := range tokens {
		next, ok := within.At(strictyaml.Pointer(token))
		if ok {
			within = next
			continue
		}
		var names []string
		for _, property := range within.Properties() {
			names = append(names, property.Name)
		}
		return strictyaml.ClosestHint(token, names)
	}
	return ""
}
