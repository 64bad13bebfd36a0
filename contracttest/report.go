package contracttest

import (
	"slices"

	"github.com/understudy-dev/understudy/contract"
)

// Outcome of a case or a check.
type Outcome string

// The outcomes.
const (
	Pass        Outcome = "pass"
	Fail        Outcome = "fail"
	Warn        Outcome = "warn"        // a should is broken and the run is not strict
	SetupError  Outcome = "setup error" // the exchange could not be made
	Unreachable Outcome = "unreachable" // no state provider can bring the provider into the scenario
	Disabled    Outcome = "disabled"    // a probe whose principal is not configured, or one that might write
	Vacuous     Outcome = "vacuous"     // a check with nothing to judge
)

// The kinds of cases.
const (
	KindScenario  = "scenario"
	KindLifecycle = "lifecycle" // a scenario that is polled over time
	KindProbe     = "probe"
	KindRecorded  = "recorded" // of Judge
)

// How a case was reached.
const (
	ByExistingID     = "existing id"
	ByScenarioHeader = "scenario header"
	ByRequest        = "request" // probes: the request is all it takes
	ByRecording      = "recording"
)

// Report is the outcome of a run. Its JSON adds whether the run is conformant, and counts.
type Report struct {
	Contract string // info.title
	Version  string // info.version
	Digest   string // of the contract's files
	Target   string // the provider's URL with the base path, or "handler"; of Judge the recording's file
	Strict   bool   // a broken should failed the run
	Cases    []Case // in plan order
	// Unverified lists what no exchange and no trace exercised: "operation rule-id" for a rule, "operation lifecycle/…" for what a lifecycle
	// implies, "operation lifecycle" when none of its lifecycles was reached; "operation" alone when none of its scenarios was.
	Unverified []string
	Recorded   *RecordedCounts // what became of a recording's entries; nil unless the report is of Judge
}

// Case is one scenario, lifecycle or probe; or, of recorded traffic, one exchange, or two and more about one resource.
type Case struct {
	Operation string             // its ID
	Scenario  string             // its name; "probe/credentials-absent" and the like for probes, "recorded/#3 GET /path" for the third entry of a recording
	Kind      string             // KindScenario, KindLifecycle, KindProbe or KindRecorded
	Status    int                // the HTTP status that is expected, of a lifecycle from every poll
	Provider  string             // how it was reached: ByExistingID, ByScenarioHeader, ByRequest, ByRecording; "" when it was not
	Outcome   Outcome            // the worst of its checks, or why there are none
	Reason    string             // for setup error, unreachable, disabled
	Checks    []Result           // in the order of the plan; nil when no exchange was made
	Curl      string             // repeats the exchange, secrets replaced; "" when there was nothing to send
	Exchange  *contract.Exchange // secrets replaced, and the body cut at 64 KiB; of a lifecycle the last; nil when no exchange was made
	Polls     []Poll             // of a lifecycle or a recorded resource, in their order; those before a setup error, too

	length int // of the whole body, in bytes
}

// Result is one check on one case.
type Result struct {
	ID         string               // "status-documented", "status-expected", "media-type", "headers", "json", "schema", "expectation", "rule/<id>", "lifecycle/<id>"
	Level      contract.Level       // of the check; a violation may be less binding
	Sentence   string               // a present-tense claim
	Outcome    Outcome              // Pass, Fail, Warn or Vacuous
	Violations []contract.Violation // at most 20; must before should
	Reads      []string             // pointers that a rule looks at, below the pointer of each of its violations; nil for other checks

	omitted int // violations beyond those
}

// OK says whether the run is conformant: at least one scenario was reached, no case failed, none had a setup error.
// Unreachable scenarios are not held against it, but they are counted and never pass.
func (r *Report) OK() bool { return r.ExitCode() == 0 }

// ExitCode is 0 for a conformant run, 1 when a case failed, 3 when one could not be set up or no scenario was reached.
func (r *Report) ExitCode() int {
	counts := r.counts()
	switch {
	case counts[Fail] > 0:
		return 1
	case counts[SetupError] > 0, r.reached() == 0:
		return 3
	}
	return 0
}

// reached counts the scenarios that were judged, lifecycles among them.
func (r *Report) reached() int {
	reached := 0
	for i := range r.Cases {
		if r.Cases[i].Kind != KindProbe && judged(&r.Cases[i]) {
			reached++
		}
	}
	return reached
}

// counts counts the cases by outcome.
func (r *Report) counts() map[Outcome]int {
	counts := map[Outcome]int{}
	for i := range r.Cases {
		counts[r.Cases[i].Outcome]++
	}
	return counts
}

// judged says whether there was an exchange to judge.
func judged(c *Case) bool {
	return slices.Contains([]Outcome{Pass, Warn, Fail}, c.Outcome)
}

// stopped is a case that ended without checks.
func stopped(c Case, outcome Outcome, reason string) Case {
	c.Outcome, c.Reason = outcome, cut(reason)
	return c
}

// worst is the outcome of a case with these checks.
func worst(checks []Result) Outcome {
	found := Pass
	for i := range checks {
		switch checks[i].Outcome {
		case Fail:
			return Fail
		case Warn:
			found = Warn
		default:
		}
	}
	return found
}

// report sums up the cases.
func (e *engine) report(cases []Case) *Report {
	c := e.catalog.Contract()
	return &Report{
		Contract: c.Title(), Version: c.Version(), Digest: c.Digest(), Target: e.targetName(), Strict: e.params.Strict, Cases: cases,
		Unverified: unverified(c, cases),
	}
}
