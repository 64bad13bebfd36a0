package scenarios_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/scenarios"
)

// overTime loads an archive whose contract has one operation.
func overTime(t *testing.T, name string) (*scenarios.Catalog, *contract.Operation) {
	t.Helper()
	load, _ := overTimeCatalogs.LoadOrStore(name, sync.OnceValues(func() (*scenarios.Catalog, error) {
		archive, err := txtar.ParseFile("testdata/" + name + ".txtar")
		if err != nil {
			return nil, err
		}
		return loadArchive(archive)
	}))
	c, err := load.(func() (*scenarios.Catalog, error))()
	if err != nil {
		t.Fatal(err)
	}
	return c, c.Contract().Operations()[0]
}

// overTimeCatalogs holds each catalog once loaded: none ever changes.
var overTimeCatalogs sync.Map

func choose(t *testing.T, c *scenarios.Catalog, op *contract.Operation, names string) *scenarios.Answer {
	t.Helper()
	a, err := c.Select(op, names)
	if err != nil {
		t.Fatalf("%s: %v", names, err)
	}
	return a
}

// states shows a line for each frame: when it begins, and the states in it.
func states(t *testing.T, op *contract.Operation, a *scenarios.Answer) []string {
	t.Helper()
	in := inputs(op, 1, someID)
	var lines []string
	for i, begin := range a.Begins(in) {
		shown := decode(t, string(a.Frames()[i].Bind(in).Append(nil, requestID)))
		line := []string{begin.String()}
		for _, item := range append([]any{shown}, listOf(shown)...) {
			resource := item.(map[string]any)
			state, ok := resource["status"]
			if !ok {
				state = resource["state"]
			}
			line = append(line, fmt.Sprint(state))
		}
		lines = append(lines, strings.Join(line, " "))
	}
	return lines
}

func listOf(resource map[string]any) []any {
	for _, key := range []string{"steps", "parcels"} {
		if list, ok := resource[key].([]any); ok {
			return list
		}
	}
	return nil
}

// Each line is a selection and the two of its names that do not go together.
func TestMotionConflicts(t *testing.T) {
	c, op := overTime(t, "over_time")
	const stillAndMoving = "one shows a single moment, the other plays over time"
	for _, test := range []struct{ names, a, b, what string }{
		{"status=FAILED, lifecycle", "status=FAILED", "lifecycle", stillAndMoving},
		{"lifecycle, failed", "lifecycle", "failed", stillAndMoving},
		{"lifecycle, minimal", "lifecycle", "minimal", stillAndMoving},
		{"minimal, fails-at-2", "minimal", "fails-at-2", stillAndMoving},
		{"status=FAILED, slow", "status=FAILED", "slow", stillAndMoving},
		{"status=FAILED, polled", "status=FAILED", "polled", stillAndMoving},
		{"status=FAILED, errors", "status=FAILED", "errors", stillAndMoving},
		{"full, slow", "full", "slow", stillAndMoving},
		{"full, timed", "full", "timed", stillAndMoving},
		{"full, errors", "full", "errors", stillAndMoving},
		{"slow, failed", "slow", "failed", stillAndMoving},
		{"polled, failed", "polled", "failed", stillAndMoving},
		{"errors, failed", "errors", "failed", stillAndMoving},
		{"slow, least", "slow", "least", stillAndMoving},
		{"timed, least", "timed", "least", stillAndMoving},
		{"errors, least", "errors", "least", stillAndMoving},
		{"lifecycle, lifecycle-stuck", "lifecycle", "lifecycle-stuck", "each plays another course over time"},
		{
			"lifecycle-failed-at-step-1, lifecycle-failed-at-step-2", "lifecycle-failed-at-step-1", "lifecycle-failed-at-step-2",
			"each plays another course over time",
		},
		{"slow, slower", "slow", "slower", "one has the pace 4s, the other 8s"},
		{"slower, jittery", "slower", "jittery", "one has the pace 8s, the other 20s, wait 10s, step 2 40s, jitter 0.25"},
		{"polled, timed", "polled", "timed", "one advances by poll, the other by time"},
		{"errors, other-errors", "errors", "other-errors", "both put answers in between"},
		{"ready, done", "ready", "done", "both have patches for states"},
		{"lifecycle, ready, done", "lifecycle, ready", "done", "both have patches for states"},
	} {
		_, err := c.Select(op, test.names)
		var e *scenarios.SelectError
		want := fmt.Sprintf("%q and %q do not go together: %s", test.a, test.b, test.what)
		if !errors.As(err, &e) || e.Code != "scenario-conflict" || e.Detail != want {
			t.Errorf("%s: got %v, want %s", test.names, err, want)
		}
	}
}

// What says only how a course goes goes with any course beside it, and with what says the same.
func TestMotionGoesTogether(t *testing.T) {
	c, op := overTime(t, "over_time")
	failing := []string{"0s", "1s", "5s", "9s"} // at four seconds for each step
	atOnce := []string{"0s", "1s", "2.8s", "4.6s"}
	for names, want := range map[string]struct {
		begins         []string
		byPoll, counts bool
		end            string
	}{
		"lifecycle-failed-at-step-2, slow":                   {failing, false, false, "FAILED"},
		"lifecycle-failed-at-step-2, slow, slow-too":         {failing, false, false, "FAILED"},
		"slow, fails-at-2":                                   {failing, false, false, "FAILED"},
		"lifecycle-failed-at-step-2, fails-at-2":             {atOnce, false, false, "FAILED"},
		"lifecycle-failed-at-step-2, timed":                  {atOnce, false, false, "FAILED"},
		"lifecycle-failed-at-step-2, polled":                 {atOnce, true, true, "FAILED"},
		"lifecycle-failed-at-step-2, polled, polled-too":     {atOnce, true, true, "FAILED"},
		"lifecycle-failed-at-step-2, errors":                 {atOnce, false, true, "FAILED"},
		"lifecycle-failed-at-step-2, slow, polled, errors":   {failing, true, true, "FAILED"},
		"errors, fails-at-2":                                 {atOnce, false, true, "FAILED"},
		"polled, fails-at-2":                                 {atOnce, true, true, "FAILED"},
		"slow, polled":                                       {[]string{"0s", "1s", "5s", "9s", "13s", "17s", "21s"}, true, true, "COMPLETED"},
		"lifecycle-skipped, slow":                            {[]string{"0s", "1s"}, false, false, "NOT_NEEDED"},
		"slow":                                               {[]string{"0s", "1s", "5s", "9s", "13s", "17s", "21s"}, false, false, "COMPLETED"},
		"lifecycle, asyncTaskType=UPDATE_DEALER_PRODUCTS":    {[]string{"0s", "1s", "4s", "7s", "10s"}, false, false, "COMPLETED"},
		"asyncTaskType=UPDATE_DEALER_PRODUCTS, slow, errors": {[]string{"0s", "1s", "5s", "9s", "13s"}, false, true, "COMPLETED"},
	} {
		a := choose(t, c, op, names)
		in := inputs(op, 1, someID)
		var begins []string
		for _, begin := range a.Begins(in) {
			begins = append(begins, begin.String())
		}
		if diff := cmp.Diff(want.begins, begins); diff != "" || len(begins) != len(a.Frames()) {
			t.Errorf("%s shows %d frames, and begins (-want +got):\n%s", names, len(a.Frames()), diff)
		}
		if !a.OverTime() || a.ByPoll() != want.byPoll || a.CountsPolls() != want.counts {
			t.Errorf("%s: over time %t, by poll %t, counts polls %t", names, a.OverTime(), a.ByPoll(), a.CountsPolls())
		}
		if between, _ := a.Poll(2); (between != nil) != strings.Contains(names, "errors") {
			t.Errorf("%s: poll 2 is answered by %v", names, between)
		}
		last := a.Frames()[len(a.Frames())-1]
		if end := decode(t, body(t, op, last, 1))["status"]; end != want.end {
			t.Errorf("%s ends %v", names, end)
		}
	}
}

func TestCourseOfAnotherFixture(t *testing.T) {
	c, op := overTime(t, "over_time")
	want := []string{
		"0s NOT_STARTED NOT_STARTED NOT_STARTED NOT_STARTED",
		"1s IN_PROGRESS IN_PROGRESS NOT_STARTED NOT_STARTED",
		"4s IN_PROGRESS COMPLETED IN_PROGRESS NOT_STARTED",
		"7s IN_PROGRESS COMPLETED COMPLETED IN_PROGRESS",
		"10s COMPLETED COMPLETED COMPLETED COMPLETED",
	}
	a := choose(t, c, op, "lifecycle, asyncTaskType=UPDATE_DEALER_PRODUCTS")
	if diff := cmp.Diff(want, states(t, op, a)); diff != "" {
		t.Error(diff)
	}
	for _, frame := range a.Frames() {
		if got := decode(t, body(t, op, frame, 1))["asyncTaskType"]; got != "UPDATE_DEALER_PRODUCTS" {
			t.Errorf("asyncTaskType is %v", got)
		}
	}
}

// Patches of a scenario by state come after those of the fixture, and leave other states to it.
func TestStatesOfAScenario(t *testing.T) {
	c, op := overTime(t, "over_time")
	first, end := "Waiting for its turn", "The dealer is ready"
	for names, want := range map[string][2]string{
		"lifecycle": {first, end}, "lifecycle, ready": {first, "Ready for you"}, "ready, plain": {first, "Ready for you"},
		"done, slow": {first, "Done"}, "ready": {"Ready for you", "Ready for you"}, "ready, status=NOT_STARTED": {first, first},
	} {
		frames := choose(t, c, op, names).Frames()
		if frames == nil {
			frames = append(frames, choose(t, c, op, names))
		}
		got := [2]string{}
		for i, frame := range []*scenarios.Answer{frames[0], frames[len(frames)-1]} {
			got[i] = fmt.Sprint(decode(t, body(t, op, frame, 1))["taskDetails"])
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", names, got, want)
		}
	}
}

// A single moment may say so; a course that would change what is constant is refused where it is put together.
func TestCompositionKeepsTheLifecycle(t *testing.T) {
	c, op := overTime(t, "over_time")
	choose(t, c, op, "renamed-at-the-end")
	choose(t, c, op, "renamed-at-the-end, lifecycle-stuck")
	for _, names := range []string{"renamed-at-the-end, lifecycle", "renamed-at-the-end, slow"} {
		_, err := c.Select(op, names)
		var e *scenarios.SelectError
		if !errors.As(err, &e) || e.Code != "scenario-conflict" || !strings.Contains(e.Detail, "what is constant does not change") {
			t.Errorf("%s: got %v", names, err)
		}
	}
}

func TestFailureWithoutAStep(t *testing.T) {
	c, op := overTime(t, "over_time")
	want := []string{
		"0s NOT_STARTED NOT_STARTED NOT_STARTED NOT_STARTED NOT_STARTED NOT_STARTED",
		"1s IN_PROGRESS IN_PROGRESS NOT_STARTED NOT_STARTED NOT_STARTED NOT_STARTED",
		"2.8s FAILED FAILED NOT_STARTED NOT_STARTED NOT_STARTED NOT_STARTED",
	}
	if diff := cmp.Diff(want, states(t, op, choose(t, c, op, "fails"))); diff != "" {
		t.Errorf("steps that can fail: %s", diff)
	}
	c, op = overTime(t, "steps_cannot_fail")
	want = []string{
		"0s placed open open",
		"1s packing open open",
		"3s packing packed open",
		"5s lost packed packed",
	}
	if diff := cmp.Diff(want, states(t, op, choose(t, c, op, "lost"))); diff != "" {
		t.Errorf("steps that cannot: %s", diff)
	}
}

func TestSkippedStepOfAScenario(t *testing.T) {
	c, op := overTime(t, "over_time")
	lines := states(t, op, choose(t, c, op, "skips-2"))
	want := "2.8s IN_PROGRESS COMPLETED NOT_NEEDED IN_PROGRESS NOT_STARTED NOT_STARTED"
	if len(lines) != 6 || lines[2] != want {
		t.Errorf("got %s, want %s", strings.Join(lines, "\n"), want)
	}
}

// A day for each step is the most that there is.
func TestLongestPace(t *testing.T) {
	c, op := overTime(t, "over_time")
	a := choose(t, c, op, "longest-pace")
	for seed := range uint64(20) {
		begins := a.Begins(inputs(op, seed, someID))
		if last := begins[len(begins)-1]; last < 0 || last > 6*2*24*time.Hour {
			t.Errorf("seed %d: it ends after %s", seed, last)
		}
	}
}

// A suite cannot count a provider's polls, nor ask for what leaves the contract.
func TestInSuite(t *testing.T) {
	c, op := overTime(t, "over_time")
	want := map[string]bool{
		"lifecycle": true, "slow": true, "timed": true, "ready": true, "jittery": true, "fails-at-2": true, "failed": true,
		"polled": false, "errors": false, "two-calls": false, "maintenance": false, "gateway": false,
	}
	got := map[string]bool{}
	for _, s := range c.For(op) {
		if _, ok := want[s.Name]; ok {
			got[s.Name] = s.InSuite()
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
