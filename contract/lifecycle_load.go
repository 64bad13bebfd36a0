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
	place   string                                       // what pointers lead into
	needs   map[*schema.Schema]map[string]*schema.Schema // the required properties, as far as they were asked for
}

// lifecycle reads the operation's x-lifecycle; nil if it has none.
func (l *loader) lifecycle(o *Operation) *Lifecycle {
	node := l.field(o.node, "x-lifecycle")
	if node == nil {
		return nil
	}
	r := lifecycleReader{
		loader: l, subject: fmt.Sprintf("lifecycle of %q", o.id), place: "the 2xx response", needs: map[*schema.Schema]map[string]*schema.Schema{},
	}
	_, body := o.describedResponse()
	if body == nil {
		l.problems.Add(o.node.KeyPosition("x-lifecycle"), r.subject, "there is no 2xx response with a JSON schema for it to describe", "")
		return nil
	}
	var entry lifecycleEntry
	strictyaml.Decode(node, &entry, r.subject, &l.problems)
	m := r.machine(node, entry.Initial, entry.Transitions, entry.Outcomes)
	owners := []owner{
		r.state(node, entry.State, body, m), r.owner("startedAt", entry.StartedAt, body), r.owner("endedAt", entry.EndedAt, body),
	}
	found := &Lifecycle{
		State: owners[0].pointer, Initial: m.initial, Transitions: m.transitions, Outcomes: m.outcomes,
		StartedAt: owners[1].pointer, EndedAt: owners[2].pointer,
		Constant: r.pointers(entry.Constant, body), Volatile: r.pointers(entry.Volatile, body), Position: node.Position(),
	}
	if entry.Steps != nil {
		found.Steps = r.steps(entry.Steps, body, m)
		owners = append(owners, ownersInSteps(entry.Steps.Field("items"), found.Steps)...)
	}
	r.apart(owners, entry.Constant)
	r.shows(m, body, owners, found.Constant)
	return found
}

// describe takes the lifecycle that was read; nil for none.
func (o *Operation) describe(l *Lifecycle) {
	if o.lifecycle = l; l == nil {
		return
	}
	o.display = l.Outcomes.display()
	if l.Steps != nil {
		o.stepDisplay = l.Steps.Outcomes.display()
	}
}

// ownersInSteps are the places that the steps take up, seen from the whole.
func ownersInSteps(items *strictyaml.Node, s *Steps) []owner {
	owners := []owner{{pointer: items.Text(), use: useOf("items")}}
	if s == nil {
		return owners
	}
	for _, pointer := range []string{s.State, s.StartedAt, s.EndedAt} {
		if pointer != "" {
			owners = append(owners, owner{pointer: s.Items + "/*" + pointer, use: "the state or a time of a step"})
		}
	}
	return owners
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
	found := &Steps{Items: r.owner("items", entry.Items, body).pointer}
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
	m := r.machine(node, entry.Initial, entry.Transitions, entry.Outcomes)
	owners := []owner{
		r.state(node, entry.State, step, m), r.owner("startedAt", entry.StartedAt, step), r.owner("endedAt", entry.EndedAt, step),
		r.owner("order", entry.Order, step), r.owner("key", entry.Key, step),
	}
	found.State, found.StartedAt, found.EndedAt = owners[0].pointer, owners[1].pointer, owners[2].pointer
	found.Order, found.Key, found.Constant = owners[3].pointer, owners[4].pointer, r.pointers(entry.Constant, step)
	found.Initial, found.Transitions, found.Outcomes = m.initial, m.transitions, m.outcomes
	r.apart(owners, entry.Constant)
	r.shows(m, step, owners, found.Constant)
	r.partial(m, whole)
	return found
}

// describedResponse is the response that a lifecycle describes, and its schema; nil where no 2xx response has a JSON schema.
func (o *Operation) describedResponse() (*Response, *schema.Schema) {
	var found *Response
	var body *schema.Schema
	for _, response := range o.load().responses {
		if response.Code/100 != 2 || (found != nil && !response.before(found)) {
			continue
		}
		if media := slices.IndexFunc(response.Content, MediaType.describesJSON); media >= 0 {
			found, body = response, response.Content[media].Schema
		}
	}
	return found, body
}

func (m MediaType) describesJSON() bool { return isJSON(m.Type) && m.Schema != nil }

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
	for i, item := range node.Items() {
		if i == maxPlaces {
			r.problems.Add(item.Position(), r.subject, fmt.Sprintf("more than %d places", maxPlaces), "")
			break
		}
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
