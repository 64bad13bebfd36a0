package contracttest

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	ginkgo "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/understudy-dev/understudy/scenarios"
)

// Test runs the suite as a go test. Ginkgo allows one run per process, so there is one Test in a package, and none
// beside a suite of Ginkgo's. A run that selects no specs fails, one that reaches no scenario, and one whose filters leave
// only specs that are skipped.
func Test(t *testing.T, p Params) {
	t.Helper()
	e, err := newEngine(&p)
	if err != nil {
		t.Fatalf("verify: %s", err)
	}
	p.Scenarios = e.catalog // once is enough
	Register(&p)
	ginkgo.ReportAfterSuite("judges at least one exchange", mustJudge)
	suite, reporter := ginkgo.GinkgoConfiguration()
	suite.FailOnEmpty = true
	ginkgo.RunSpecs(t, "contract", suite, reporter)
}

// Register adds the suite's containers to the Ginkgo tree that is under construction. Of p, Scenarios is read now and
// all else when the first spec runs, so Target may be set in a BeforeSuite. Params that make no sense fail the specs.
// Specs carry the labels operation, scenario, kind, status, check and level, for filters such as "scenario: containsAny
// status=FAILED"; what Ginkgo allows in no label is a dash there.
func Register(p *Params) {
	catalog, err := catalogOf(p)
	if err != nil {
		ginkgo.It("loads the contract", func() { ginkgo.Fail(err.Error()) })
		return
	}
	cases, err := plan(catalog)
	title := catalog.Contract().Title()
	if err != nil {
		ginkgo.Describe(title, func() {
			ginkgo.It("has a contract without faults", func() { ginkgo.Fail(err.Error()) })
		})
		return
	}
	s := &suite{params: p, catalog: catalog, cases: make([]memo, len(cases))}
	ginkgo.Describe(title, func() {
		ginkgo.It("reaches at least one scenario", ginkgo.Label(label("check", "reached")), func(ctx ginkgo.SpecContext) {
			s.mustReach(ctx, cases)
		})
		for start := 0; start < len(cases); {
			end := start
			for end < len(cases) && cases[end].operation == cases[start].operation {
				end++
			}
			s.describeOperation(cases, start, end)
			start = end
		}
	})
}

// suite plays cases when specs ask for them, each once, in whatever order and selection they run.
type suite struct {
	params  *Params
	catalog *scenarios.Catalog
	once    sync.Once
	engine  *engine
	err     error
	cases   []memo
}

type memo struct {
	once sync.Once
	done Case
}

// play returns the case that was planned at index i. Exchanges and polls have their own time limits, so specs need none.
func (s *suite) play(ctx context.Context, i int) *Case {
	ginkgo.GinkgoHelper()
	s.once.Do(func() { //nolint:contextcheck // loading is from memory, and bounded
		p := *s.params
		p.Scenarios = s.catalog // the specs are of this one
		s.engine, s.err = newEngine(&p)
	})
	if s.err != nil {
		ginkgo.Fail("verify: " + s.err.Error())
	}
	s.cases[i].once.Do(func() { s.cases[i].done = s.engine.play(ctx, s.engine.cases[i]) })
	return &s.cases[i].done
}

// mustReach fails when no scenario can be reached, because a suite that could not run is not green.
func (s *suite) mustReach(ctx context.Context, cases []*planned) {
	reason := "the contract has no scenarios"
	for i, one := range cases {
		if one.kind == KindProbe {
			continue
		}
		c := s.play(ctx, i)
		if judged(c) {
			return
		}
		reason = c.Scenario + ": " + string(c.Outcome) + ": " + c.Reason
	}
	ginkgo.Fail("no scenario was reached; the last is " + printable(reason))
}

// mustJudge fails a run whose specs were all skipped: filters may leave out the spec that calls mustReach.
func mustJudge(r ginkgo.Report) {
	for i := range r.SpecReports {
		if one := &r.SpecReports[i]; one.LeafNodeType.Is(types.NodeTypeIt) && one.State.Is(types.SpecStatePassed|types.SpecStateFailureStates) {
			return
		}
	}
	ginkgo.Fail("none of the selected specs had an exchange to judge; the skipped ones say why")
}

func (s *suite) describeOperation(cases []*planned, start, end int) {
	o := cases[start].operation
	ginkgo.Describe(o.ID(), ginkgo.Label(label("operation", o.ID())), func() {
		for i := start; i < end; i++ {
			s.describeCase(cases[i], i)
		}
	})
}

// describeCase makes one container: its specs judge one exchange, or the polls of one resource. It is ordered so that parallel processes do not each make it.
func (s *suite) describeCase(p *planned, i int) {
	labels := ginkgo.Label(label("scenario", p.name), label("kind", p.kind), label("status", strconv.Itoa(p.status)))
	ginkgo.Describe(p.name, ginkgo.Ordered, ginkgo.ContinueOnFailure, labels, func() {
		for j := range p.checks {
			c := &p.checks[j]
			text := c.sentence
			if strings.Contains(c.id, "/") { // a rule's sentence or a lifecycle's may be that of another
				text = c.id + ": " + c.sentence
			}
			ginkgo.It(text, ginkgo.Label(label("check", c.id), label("level", c.level.String())), func(ctx ginkgo.SpecContext) {
				assert(s.play(ctx, i), j)
			})
		}
	})
}

// assert turns one check of a played case into the outcome of a spec.
func assert(c *Case, check int) {
	ginkgo.GinkgoHelper()
	switch c.Outcome {
	case SetupError:
		ginkgo.Fail(printable(fmt.Sprintf("setup error: %s\n\n%s", c.Reason, c.Curl)))
	case Unreachable, Disabled:
		ginkgo.Skip(printable(fmt.Sprintf("%s: %s", c.Outcome, c.Reason)))
	default:
	}
	ginkgo.AddReportEntry("exchange", exchangeText(c.Exchange), ginkgo.ReportEntryVisibilityFailureOrVerbose)
	r := &c.Checks[check]
	switch r.Outcome {
	case Fail:
		ginkgo.Fail(failureText(c, r))
	case Warn:
		ginkgo.AddReportEntry("warning", failureText(c, r))
	case Vacuous:
		ginkgo.Skip("vacuous: nothing to judge in what was answered")
	default:
	}
}

// label makes one label. Ginkgo's filter language takes some characters for itself.
func label(name, value string) string {
	return name + ":" + strings.Map(func(r rune) rune {
		if strings.ContainsRune("&|!,()/", r) {
			return '-'
		}
		return r
	}, value)
}
