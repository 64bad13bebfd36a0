package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// lifecycleDocument shapes a course over time.
type lifecycleDocument struct {
	Outcome string             `yaml:"outcome"`
	FailAt  *int               `yaml:"failAt"`
	StuckAt *int               `yaml:"stuckAt"`
	SkipAt  *int               `yaml:"skipAt"`
	Pace    *strictyaml.Node   `yaml:"pace"`
	Advance string             `yaml:"advance"`
	Between []*strictyaml.Node `yaml:"between"`
}

// paceDocument is a pace in full; a duration alone is that of each step.
type paceDocument struct {
	Wait   *time.Duration           `yaml:"wait"`
	Step   *time.Duration           `yaml:"step"`
	Steps  map[string]time.Duration `yaml:"steps"`
	Jitter *float64                 `yaml:"jitter"`
}

const (
	maxPace     = 24 * time.Hour
	maxInserted = 10_000 // the last poll that another answer may come at
)

func (a *answerReader) lifecycle(n *strictyaml.Node, doc *lifecycleDocument, s *slots) {
	switch {
	case n == nil:
		return
	case doc == nil:
		a.add(n, "want a mapping, got "+n.Describe(), `write "{}" for the plain course`)
		return
	}
	l := a.world.operation.Lifecycle()
	if l == nil {
		a.add(n, a.world.operation.ID()+" has no x-lifecycle", "")
		return
	}
	if s.still() {
		a.add(n, "it plays over time, and what is in use shows one moment", `use "lifecycle…", or leave out one of them`)
		return
	}
	s.courseAt = n.Position()
	a.course(n, doc, l, s)
	if doc.Pace != nil {
		if s.pace != nil {
			a.add(doc.Pace, "what is in use has a pace too", "leave out one of them")
		}
		s.pace = a.pace(doc.Pace)
	}
	switch doc.Advance {
	case "":
	case advanceTime, advancePoll:
		s.advance = doc.Advance
	default:
		a.add(n.Field("advance"), fmt.Sprintf("unknown word %q", doc.Advance),
			strictyaml.ClosestHint(doc.Advance, []string{advanceTime, advancePoll}))
	}
	a.between(doc.Between, s)
	if !s.moves() {
		s.course = &course{outcome: contract.OutcomeSuccess}
	}
}

// course reads where the lifecycle goes. Without an outcome that is left to what is in use, or to the scenarios beside this one.
func (a *answerReader) course(n *strictyaml.Node, doc *lifecycleDocument, l *contract.Lifecycle, s *slots) {
	known := []string{outcomeStuck}
	for _, o := range l.Outcomes {
		known = append(known, o.Name)
	}
	if doc.Outcome != "" && !slices.Contains(known, doc.Outcome) {
		slices.Sort(known)
		a.add(n.Field("outcome"), fmt.Sprintf("unknown outcome %q", doc.Outcome), strictyaml.ClosestHint(doc.Outcome, known))
		return
	}
	failAt := a.stepNumber(n, "failAt", doc.FailAt, doc.Outcome == contract.OutcomeFailure, "outcome: failure", l)
	stuckAt := a.stepNumber(n, "stuckAt", doc.StuckAt, doc.Outcome == outcomeStuck, "outcome: stuck", l)
	succeeds := doc.Outcome == "" || doc.Outcome == contract.OutcomeSuccess
	skipAt := a.stepNumber(n, "skipAt", doc.SkipAt, succeeds, "outcome: success", l)
	if skipAt > 0 && !l.Steps.Outcomes.Has(contract.OutcomeSkipped) {
		a.add(n.Field("skipAt"), "the lifecycle has no steps that can be skipped", `leave out "skipAt"`)
	}
	if doc.FailAt != nil && doc.Outcome == contract.OutcomeFailure && l.Steps != nil && !failsByStep(l) {
		a.add(n.Field("failAt"), "the lifecycle has no steps that can fail", `leave out "failAt"`)
	}
	if doc.Outcome == "" && skipAt == 0 {
		return
	}
	c := course{cmp.Or(doc.Outcome, contract.OutcomeSuccess), max(failAt, stuckAt, skipAt)}
	if s.course != nil && *s.course != c {
		a.add(n.Field("outcome"), "what is in use plays another course over time", "leave out one of them")
	}
	s.course = &c
}

// stepNumber reads the number of a step that goes with one outcome; 0 for none.
func (a *answerReader) stepNumber(n *strictyaml.Node, key string, number *int, goes bool, with string, l *contract.Lifecycle) int {
	switch {
	case number == nil:
	case !goes:
		a.add(n.Field(key), fmt.Sprintf("%q goes with %s", key, with), "")
	case l.Steps == nil:
		a.add(n.Field(key), "the lifecycle has no steps", fmt.Sprintf("leave out %q", key))
	case *number < 1:
		a.add(n.Field(key), fmt.Sprintf("%q counts from 1, got %d", key, *number), "")
	default:
		return *number
	}
	return 0
}

// pace reads a duration, or a mapping.
func (a *answerReader) pace(n *strictyaml.Node) *pace {
	p := &pace{steps: map[int]time.Duration{}}
	if n.Kind() != strictyaml.Mapping {
		var step time.Duration
		if a.decode(n, &step) {
			p.step = a.duration(n, step)
		}
		return p
	}
	var doc paceDocument
	if !a.decode(n, &doc) {
		return p
	}
	if doc.Wait != nil {
		p.wait = a.duration(n.Field("wait"), *doc.Wait)
	}
	if doc.Step != nil {
		p.step = a.duration(n.Field("step"), *doc.Step)
	}
	steps := n.Field("steps")
	for _, field := range steps.Fields() {
		number, err := strconv.Atoi(field.Key)
		if err != nil || number < 1 || strconv.Itoa(number) != field.Key {
			a.problems.Add(steps.KeyPosition(field.Key), a.subject, fmt.Sprintf("steps count from 1, got %q", field.Key), "")
			continue
		}
		p.steps[number] = a.duration(steps.Field(field.Key), doc.Steps[field.Key])
	}
	if doc.Jitter != nil {
		if p.jitter = *doc.Jitter; !(p.jitter > 0 && p.jitter < 1) {
			a.add(n.Field("jitter"), fmt.Sprintf("a jitter is more than 0 and less than 1, got %g", p.jitter), "0.2 is a fifth more or less")
		}
	}
	if len(n.Fields()) == 0 {
		a.add(n, "the pace is empty", `write "2s", or wait, step, steps, jitter`)
	}
	return p
}

// decode says whether a value has its form.
func (a *answerReader) decode(n *strictyaml.Node, into any) bool {
	before := a.problems.Len()
	strictyaml.Decode(n, into, a.subject, a.problems)
	return a.problems.Len() == before
}

func (a *answerReader) duration(n *strictyaml.Node, d time.Duration) time.Duration {
	if d <= 0 || d > maxPace {
		a.add(n, "a pace is more than 0 and at most 24h", `write "2s"`)
	}
	return d
}

// between reads the answers that come in place of the course's own.
func (a *answerReader) between(entries []*strictyaml.Node, s *slots) {
	if len(entries) > 0 && s.inserts != nil {
		a.add(entries[0], "what is in use puts answers in between too", "leave out one of them")
		return
	}
	taken := 0
	for _, entry := range entries {
		at, _ := strconv.Atoi(entry.Field("poll").Text())
		one := insert{slots: a.read(entry, inBetween), at: at, times: a.times(entry)}
		s.off = cmp.Or(s.off, one.slots.off)
		switch {
		case s.off == "" && a.world.lifecycleFor(a.world.complete(&one.slots).response) != nil:
			a.add(entry, "what comes in between is no state of the resource", "use an error, or say offContract")
		case entry.Field("poll") == nil:
			a.add(entry, `there is no "poll" key`, "it says which poll this answers, from 1")
		case at < 1:
			a.add(entry.Field("poll"), `"poll" counts from 1`, "")
		case at <= taken:
			a.add(entry.Field("poll"), fmt.Sprintf("poll %d is answered already, or later", at), "list the polls in order, each once")
		case at > maxInserted || one.times > maxInserted:
			a.add(entry, fmt.Sprintf("beyond poll %d", maxInserted), "")
		}
		taken = at + max(one.times, 1) - 1
		s.inserts = append(s.inserts, one)
	}
}

// states reads the merge patches by state, as a fixture has them.
func (a *answerReader) states(n *strictyaml.Node, doc *answerDocument, s *slots) {
	if doc.States == nil {
		return
	}
	l := a.world.lifecycleFor(a.world.complete(s).response)
	switch {
	case l == nil:
		a.add(n, "there is no lifecycle to have states", "")
		return
	case n.Kind() != strictyaml.Mapping:
		a.add(n, "want a mapping from state to patch, got "+n.Describe(), "")
		return
	case s.states != nil:
		a.add(n, "what is in use has patches for states too", "leave out one of them")
		return
	}
	s.states = map[string]*fixtures.Value{}
	for _, field := range n.Fields() {
		if !slices.Contains(statesOf(l), field.Key) {
			a.problems.Add(n.KeyPosition(field.Key), a.subject, fmt.Sprintf("unknown state %q", field.Key),
				strictyaml.ClosestHint(field.Key, statesOf(l)))
			continue
		}
		if patch := n.Field(field.Key); patch.Kind() != strictyaml.Mapping {
			a.add(patch, "want a mapping, got "+patch.Describe(), "")
			continue
		}
		patch := a.template(n.Field(field.Key))
		if s.off == "" {
			checkPatch(patch, l, a.subject, "leave it out", a.problems)
		}
		s.states[field.Key] = patch
	}
}
