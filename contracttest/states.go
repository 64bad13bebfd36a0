package contracttest

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"slices"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/internal/strictyaml"
	"github.com/understudy-dev/understudy/scenarios"
)

// States names existing resources by scenario. The zero value names none. Immutable, safe for concurrent use.
type States struct{ byScenario map[stateKey]*resource }

type stateKey struct{ operation, scenario string }

// resource is what brings a request to an existing resource.
type resource struct {
	values []string // of the path parameters, in the template's order
	query  url.Values
}

// find returns the resource that shows a scenario, nil when none is named.
func (s *States) find(operation, scenario string) *resource {
	if s == nil {
		return nil
	}
	return s.byScenario[stateKey{operation, scenario}]
}

// statesLimits bound a states file.
func statesLimits() strictyaml.Limits {
	return strictyaml.Limits{Bytes: 4 << 20, Depth: 16, Nodes: 200_000}
}

// statesFile is the file's shape.
type statesFile struct {
	States []*strictyaml.Node `yaml:"states"`
}

// stateEntry is one item of the file.
type stateEntry struct {
	Scenario  string                      `yaml:"scenario"`
	Operation string                      `yaml:"operation"`
	Path      map[string]*strictyaml.Node `yaml:"path"`
	Query     map[string]*strictyaml.Node `yaml:"query"`
}

// LoadStates reads a states file (YAML) and checks it against the catalog. Each entry names a scenario, the values of its
// operation's path and query parameters, and the operation where the scenario's name does not decide it. Unknown scenarios,
// operations and parameters, and values that the contract refuses, are errors with positions, all joined.
func LoadStates(fsys fs.FS, name string, c *scenarios.Catalog) (*States, error) {
	data, err := strictyaml.ReadFile(fsys, name, statesLimits())
	if err != nil {
		return nil, fmt.Errorf("load states: %w", err)
	}
	node, err := strictyaml.Parse(name, data, statesLimits())
	if err != nil {
		return nil, err
	}
	l := &stateLoader{catalog: c, states: &States{byScenario: map[stateKey]*resource{}}}
	var file statesFile
	strictyaml.Decode(node, &file, "states file", &l.problems)
	if len(file.States) == 0 && l.problems.Len() == 0 {
		l.problems.Add(node.Position(), "states file", "it names no states", `list them under "states"`)
	}
	for _, item := range file.States {
		l.entry(item)
	}
	if err := l.problems.Err(); err != nil {
		return nil, err
	}
	return l.states, nil
}

type stateLoader struct {
	catalog  *scenarios.Catalog
	states   *States
	problems strictyaml.Problems
}

func (l *stateLoader) entry(item *strictyaml.Node) {
	subject := "state"
	if scenario := item.Field("scenario"); scenario.Kind() == strictyaml.String {
		subject = fmt.Sprintf("state %q", scenario.Text())
	}
	var entry stateEntry
	before := l.problems.Len()
	strictyaml.Decode(item, &entry, subject, &l.problems)
	if l.problems.Len() > before {
		return
	}
	s := l.scenario(item, &entry, subject)
	if s == nil {
		return
	}
	key := stateKey{s.Operation.ID(), s.Name}
	if l.states.byScenario[key] != nil {
		l.problems.Add(item.Field("scenario").Position(), subject, "the scenario has a resource already", "")
		return
	}
	if found := l.resource(item, &entry, s.Operation, subject); found != nil {
		l.states.byScenario[key] = found
	}
}

// scenario finds what an entry names.
func (l *stateLoader) scenario(item *strictyaml.Node, entry *stateEntry, subject string) *scenarios.Scenario {
	operations := l.catalog.Contract().Operations()
	if entry.Operation != "" {
		one := l.catalog.Contract().Operation(entry.Operation)
		if one == nil {
			ids := make([]string, 0, len(operations))
			for _, o := range operations {
				ids = append(ids, o.ID())
			}
			l.problems.Add(item.Field("operation").Position(), subject,
				fmt.Sprintf("operation %q is not in the contract", entry.Operation), strictyaml.ClosestHint(entry.Operation, ids))
			return nil
		}
		operations = []*contract.Operation{one}
	}
	if entry.Scenario == "" {
		l.problems.Add(item.Position(), subject, "it names no scenario", "")
		return nil
	}
	var found []*scenarios.Scenario
	var names []string
	for _, o := range operations {
		for _, s := range l.catalog.For(o) {
			if s.Name == entry.Scenario {
				found = append(found, s)
			}
			if s.InSuite() {
				names = append(names, s.Name)
			}
		}
	}
	at := item.Field("scenario").Position()
	switch {
	case len(found) == 0:
		l.problems.Add(at, subject, fmt.Sprintf("scenario %q does not exist", entry.Scenario), strictyaml.ClosestHint(entry.Scenario, names))
	case len(found) > 1:
		l.problems.Add(at, subject, fmt.Sprintf("%d operations have this scenario", len(found)),
			"add an operation, such as "+found[0].Operation.ID())
	case !found[0].InSuite():
		l.problems.Add(at, subject, "no provider is asked for this scenario: it leaves the contract, or answers call by call", "")
	default:
		return found[0]
	}
	return nil
}

// resource reads the parameters, and has the contract judge them. What only breaks a should is the provider's affair.
func (l *stateLoader) resource(item *strictyaml.Node, entry *stateEntry, o *contract.Operation, subject string) *resource {
	before := l.problems.Len()
	r := &resource{query: url.Values{}}
	known := map[string][]string{}
	for _, p := range o.Parameters() {
		known[p.In] = append(known[p.In], p.Name)
		if p.In == "path" && entry.Path[p.Name] == nil {
			l.problems.Add(item.Position(), subject, fmt.Sprintf("there is no value for the path parameter %q", p.Name), "")
		}
	}
	l.known(item.Field("path"), known["path"], subject)
	l.known(item.Field("query"), known["query"], subject)
	for _, p := range o.PathParameters() {
		r.values = append(r.values, l.scalar(entry.Path[p.Name], subject))
	}
	for name, value := range entry.Query {
		r.query.Set(name, l.scalar(value, subject))
	}
	if l.problems.Len() > before {
		return nil
	}
	asked := &http.Request{Method: o.Method(), URL: &url.URL{Path: "/", RawQuery: r.query.Encode()}, Header: http.Header{}}
	for _, v := range o.JudgeParameters(asked, r.values) {
		if v.Level == contract.Must && (v.Where == "request path" || v.Where == "request query") {
			l.problems.Add(item.Position(), subject, v.String(), "")
		}
	}
	return r
}

func (l *stateLoader) known(given *strictyaml.Node, names []string, subject string) {
	for _, field := range given.Fields() {
		if !slices.Contains(names, field.Key) {
			l.problems.Add(given.KeyPosition(field.Key), subject, fmt.Sprintf("unknown parameter %q", field.Key),
				strictyaml.ClosestHint(field.Key, names))
		}
	}
}

// scalar takes a value as it is written: ids are often numbers.
func (l *stateLoader) scalar(value *strictyaml.Node, subject string) string {
	if k := value.Kind(); value != nil && k != strictyaml.String && k != strictyaml.Number && k != strictyaml.Bool {
		l.problems.Add(value.Position(), subject, "want text or a number, got "+value.Describe(), "")
	}
	return value.Text()
}
