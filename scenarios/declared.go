package scenarios

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// document is a declared scenario as it stands in YAML.
type document struct {
	Scenario    string                      `yaml:"scenario"`
	Summary     string                      `yaml:"summary"`
	OffContract string                      `yaml:"offContract"`
	Operations  map[string]*strictyaml.Node `yaml:"operations"`
}

// answerDocument is what a declared scenario says of one operation, or of one call of it.
type answerDocument struct {
	Use       string             `yaml:"use"`
	Fixture   string             `yaml:"fixture"`
	Status    int                `yaml:"status"`
	Lifecycle *lifecycleDocument `yaml:"lifecycle"`
	States    *strictyaml.Node   `yaml:"states"`
	Patch     *strictyaml.Node   `yaml:"patch"`
	PatchOps  []*strictyaml.Node `yaml:"patchOps"`
	Headers   *strictyaml.Node   `yaml:"headers"`
	Calls     []*strictyaml.Node `yaml:"calls"`
	Then      string             `yaml:"then"`
	Times     *int               `yaml:"times"` // of an entry of calls or between
	Poll      *int               `yaml:"poll"`  // of an entry of between
}

type opDocument struct {
	Op    string           `yaml:"op"`
	Path  string           `yaml:"path"`
	From  string           `yaml:"from"`
	Value *strictyaml.Node `yaml:"value"`
}

var scenarioName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`)

// declaration reads declared scenarios.
type declaration struct {
	catalog  *Catalog // nil: only the shape is read
	sound    bool     // every fixture is, so that scenarios can be played
	problems *strictyaml.Problems
	places   map[string]strictyaml.Position
	grown    map[*world]bool // those that have new scenarios
}

// loadDeclared plays what it reads only where every fixture is sound: what a broken one leads to is no news.
func (c *Catalog) loadDeclared(fsys fs.FS, fx *fixtures.Set, problems *strictyaml.Problems) {
	sound := problems.Len() == 0 && fx.Complete()
	d := &declaration{c, sound, problems, map[string]strictyaml.Position{}, map[*world]bool{}}
	d.files(fsys)
	for w := range d.grown {
		w.assignIDs()
	}
}

// CheckShape reads declared scenarios without a contract: the error joins what is wrong with them whatever the contract.
func CheckShape(fsys fs.FS) error {
	problems := &strictyaml.Problems{}
	d := &declaration{problems: problems, places: map[string]strictyaml.Position{}}
	d.files(fsys)
	return problems.Err()
}

func (d *declaration) files(fsys fs.FS) {
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if ext := path.Ext(name); entry.IsDir() || (ext != ".yaml" && ext != ".yml" && ext != ".json") {
			return nil
		}
		data, err := strictyaml.ReadFile(fsys, name, strictyaml.Limits{})
		if err != nil {
			d.problems.AddError(err)
			return nil
		}
		docs, err := strictyaml.ParseAll(name, data, strictyaml.Limits{})
		d.problems.AddError(err)
		for _, doc := range docs {
			d.scenario(doc)
		}
		return nil
	})
	if err != nil {
		d.problems.Add(strictyaml.Position{}, "scenarios", err.Error(), "")
	}
}

func (d *declaration) scenario(n *strictyaml.Node) {
	var doc document
	name := n.Field("scenario").Text()
	subject := fmt.Sprintf("scenario %q", name)
	before := d.problems.Len()
	strictyaml.Decode(n, &doc, subject, d.problems)
	if d.problems.Len() > before {
		return
	}
	at := n.Field("scenario").Position()
	first, twice := d.places[name]
	switch {
	case !scenarioName.MatchString(name):
		d.problems.Add(n.Position(), subject, "a scenario needs a name of letters, digits, '.', '_' and '-'", "")
	case twice:
		d.problems.Add(at, subject, "the name is taken", "it stands first at "+first.String())
	case len(doc.Operations) == 0:
		d.problems.Add(n.Position(), subject, "it says nothing about any operation", `add "operations"`)
	}
	d.places[name] = at
	if d.catalog == nil {
		for _, answer := range doc.Operations {
			strictyaml.Decode(answer, &answerDocument{}, subject, d.problems)
		}
		return
	}
	ids := make([]string, 0, len(d.catalog.worlds))
	for _, w := range d.catalog.worlds {
		ids = append(ids, w.operation.ID())
	}
	for _, id := range slices.Sorted(maps.Keys(doc.Operations)) {
		op := d.catalog.contract.Operation(id)
		if op == nil {
			d.problems.Add(n.Field("operations").KeyPosition(id), subject,
				fmt.Sprintf("operation %q is not in the contract", id), strictyaml.ClosestHint(id, ids))
			continue
		}
		d.operation(&doc, d.catalog.world(op), doc.Operations[id], at)
	}
}

func (d *declaration) operation(doc *document, w *world, n *strictyaml.Node, at strictyaml.Position) {
	subject := fmt.Sprintf("scenario %q", doc.Scenario)
	if old := w.index[doc.Scenario]; old != nil && old.Family != FamilyDeclared {
		d.problems.Add(at, subject, "the name is that of a derived scenario of "+w.operation.ID(), "")
		return
	}
	before := d.problems.Len()
	if len(w.operation.Responses()) == 0 {
		d.problems.Add(at, subject, w.operation.ID()+" documents no response", "")
		return
	}
	a := answerReader{d, w, doc.Scenario, subject, doc.OffContract}
	s := a.read(n, "")
	if d.problems.Len() > before {
		return
	}
	scenario := w.newScenario(doc.Scenario, FamilyDeclared, doc.Summary, s)
	scenario.Status = w.firstStatus(&s)
	if !d.sound || d.check(w, &s, subject, at) {
		w.add(scenario)
		d.grown[w] = true
	}
}

func (w *world) firstStatus(s *slots) int {
	if len(s.calls) > 0 {
		return w.firstStatus(&s.calls[0].slots)
	}
	return w.complete(s).status
}

// check plays the scenario for two seeds. What breaks a must is a problem, what breaks a should a warning.
func (d *declaration) check(w *world, s *slots, subject string, at strictyaml.Position) bool {
	for i := range s.calls {
		if !d.check(w, &s.calls[i].slots, fmt.Sprintf("%s call %d", subject, i+1), at) {
			return false
		}
	}
	for i := range s.inserts {
		if !d.check(w, &s.inserts[i].slots, fmt.Sprintf("%s poll %d", subject, s.inserts[i].at), at) {
			return false
		}
	}
	if len(s.calls) > 0 {
		return true
	}
	before := d.problems.Len()
	for seed := range uint64(2) {
		violations, err := w.verify(s, seed+1)
		if placed := (*strictyaml.Error)(nil); errors.As(err, &placed) {
			d.problems.Add(placed.Position, subject, placed.Problem, placed.Hint)
		} else if err != nil {
			d.problems.Add(s.blame(err, at), subject, err.Error(), "")
		}
		for _, v := range violations {
			d.catalog.report(d.problems, s.place(v.Pointer, at), subject, v)
		}
	}
	return d.problems.Len() == before
}

// blame is where the course is given when that is what an error is about, else at.
func (s *slots) blame(err error, at strictyaml.Position) strictyaml.Position {
	if wrong := (*stepError)(nil); errors.As(err, &wrong) && s.courseAt != (strictyaml.Position{}) {
		return s.courseAt
	}
	return at
}

// place is where the patches of a scenario write the value at a pointer, else at.
func (s *slots) place(pointer string, at strictyaml.Position) strictyaml.Position {
	for _, state := range slices.Sorted(maps.Keys(s.states)) {
		if found, ok := nearest(s.states[state], pointer); ok {
			return found
		}
	}
	for i := range s.patches {
		if found, ok := nearest(s.patches[i].value, pointer); ok {
			return found
		}
	}
	for i := range s.ops {
		if strings.HasPrefix(pointer+"/", s.ops[i].Path+"/") {
			return s.ops[i].Position
		}
	}
	return at
}

// report files a violation: a must as a problem, a should as a warning.
func (c *Catalog) report(problems *strictyaml.Problems, at strictyaml.Position, subject string, v contract.Violation) {
	if v.Level == contract.Must {
		problems.Add(at, subject, v.String(), "")
		return
	}
	warning := &strictyaml.Error{Position: at, Subject: subject, Problem: v.String()}
	if !slices.ContainsFunc(c.warnings, func(old error) bool { return old.Error() == warning.Error() }) {
		c.warnings = append(c.warnings, warning)
	}
}

// template reads a value with ${…} and checks the names that it uses.
func (a *answerReader) template(n *strictyaml.Node) *fixtures.Value {
	if n == nil {
		return nil
	}
	v := fixtures.FromNode(n, a.subject, a.problems)
	a.world.checkNames(v, a.subject, a.problems)
	return v
}

// checkNames resolves path.* against the operation.
func (w *world) checkNames(v *fixtures.Value, subject string, problems *strictyaml.Problems) {
	if v == nil {
		return
	}
	for _, name := range v.Names() {
		if param, ok := strings.CutPrefix(name.Name, "path."); ok && !slices.Contains(w.names, param) {
			problems.Add(name.Position, subject, fmt.Sprintf("%s has no path parameter %q", w.operation.ID(), param),
				strictyaml.ClosestHint(param, w.names))
		}
	}
}
