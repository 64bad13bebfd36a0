package server

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func at(tb testing.TB, text string) time.Time {
	tb.Helper()
	result, err := time.Parse(time.RFC3339, text)
	if err != nil {
		tb.Fatal(err)
	}
	return result
}

// A clock is told by what it reads while the machine's goes on: one line per change, at seconds after nine.
func TestClock(t *testing.T) {
	t.Parallel()
	start := at(t, "2026-01-05T09:00:00Z")
	type change func(c clock, machine time.Time) (clock, error)
	freeze := func(c clock, machine time.Time) (clock, error) { return c.freeze(machine), nil }
	unfreeze := func(c clock, machine time.Time) (clock, error) { return c.unfreeze(machine), nil }
	advance := func(by time.Duration) change {
		return func(c clock, machine time.Time) (clock, error) { return c.advance(machine, by) }
	}
	set := func(to string) change {
		return func(c clock, machine time.Time) (clock, error) { return c.set(machine, at(t, to)) }
	}
	type step struct {
		after  time.Duration // on the machine's clock, since the start
		change change
	}
	for name, tc := range map[string]struct {
		steps []step
		after time.Duration
		want  string
	}{
		"the machine's":         {nil, 1500 * time.Millisecond, "2026-01-05T09:00:01.5Z"},
		"whole milliseconds":    {nil, 1999999 * time.Nanosecond, "2026-01-05T09:00:00.001Z"},
		"frozen":                {[]step{{time.Second, freeze}}, time.Hour, "2026-01-05T09:00:01Z"},
		"frozen twice":          {[]step{{time.Second, freeze}, {time.Minute, freeze}}, time.Hour, "2026-01-05T09:00:01Z"},
		"frozen and not":        {[]step{{time.Second, freeze}, {time.Minute, unfreeze}}, time.Minute + time.Second, "2026-01-05T09:00:02Z"},
		"never frozen":          {[]step{{time.Second, advance(time.Hour)}, {time.Second, unfreeze}}, 2 * time.Second, "2026-01-05T10:00:02Z"},
		"ahead":                 {[]step{{time.Second, advance(2 * time.Second)}}, time.Second, "2026-01-05T09:00:03Z"},
		"ahead, and goes on":    {[]step{{0, advance(time.Hour)}, {0, advance(time.Hour)}}, time.Second, "2026-01-05T11:00:01Z"},
		"ahead in the ice":      {[]step{{time.Second, freeze}, {time.Minute, advance(2 * time.Second)}}, time.Hour, "2026-01-05T09:00:03Z"},
		"small changes add up":  {[]step{{0, freeze}, {0, advance(500 * time.Microsecond)}, {0, advance(500 * time.Microsecond)}}, 0, "2026-01-05T09:00:00.001Z"},
		"set":                   {[]step{{time.Second, set("2026-01-05T10:00:00+01:00")}}, 0, "refused"},
		"set to what it reads":  {[]step{{time.Second, set("2026-01-05T09:00:01Z")}}, 2 * time.Second, "2026-01-05T09:00:02Z"},
		"set and goes on":       {[]step{{time.Second, set("2027-01-01T00:00:00Z")}}, 3 * time.Second, "2027-01-01T00:00:02Z"},
		"set in the ice":        {[]step{{0, freeze}, {time.Hour, set("2026-01-05T09:00:05+00:00")}}, 2 * time.Hour, "2026-01-05T09:00:05Z"},
		"far away":              {[]step{{0, set("9990-12-31T23:59:58Z")}, {time.Second, freeze}}, time.Hour, "9990-12-31T23:59:59Z"},
		"far away, and goes on": {[]step{{0, set("8000-01-01T00:00:00Z")}, {time.Second, freeze}, {time.Minute, unfreeze}}, 2 * time.Minute, "8000-01-01T00:01:01Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var c clock
			for _, step := range tc.steps {
				next, err := step.change(c, start.Add(step.after))
				if err != nil {
					if tc.want != "refused" || next != c {
						t.Errorf("want %s, got %v, from %v to %v", tc.want, err, c, next)
					}
					return
				}
				c = next
			}
			if got := instant(c.now(start.Add(tc.after))); got != tc.want {
				t.Errorf("want %s, got %s", tc.want, got)
			}
		})
	}
}

func TestClockRefuses(t *testing.T) {
	t.Parallel()
	machine := at(t, "2026-01-05T09:00:00Z")
	ahead, err := clock{}.advance(machine, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	late, err := clockAt(machine, at(t, "9990-12-31T00:00:00Z"))
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		change    func() (clock, error)
		backwards bool
		want      []string
	}{
		"by nothing":  {func() (clock, error) { return ahead.advance(machine, 0) }, false, []string{"more than 0s, got 0s"}},
		"by less":     {func() (clock, error) { return ahead.advance(machine, -time.Second) }, false, []string{"got -1s"}},
		"too far":     {func() (clock, error) { return late.advance(machine, 48*time.Hour) }, false, []string{"year 1 to 9990", "9991-01-02"}},
		"by the most": {func() (clock, error) { return late.advance(machine, 1<<63-1) }, false, []string{"year 1 to 9990"}},
		"to too late": {func() (clock, error) { return ahead.set(machine, at(t, "9991-01-01T00:00:00Z")) }, false, []string{"9991-01-01T00:00:00Z"}},
		"backwards":   {func() (clock, error) { return ahead.set(machine, machine) }, true, []string{"2026-01-05T10:00:00Z", "2026-01-05T09:00:00Z", "reset"}},
		"to nothing":  {func() (clock, error) { return ahead.set(machine, time.Time{}) }, true, []string{"0001-01-01T00:00:00Z"}},
		"at nothing":  {func() (clock, error) { return clockAt(machine, time.Time{}) }, false, []string{"0001-01-01T00:00:00Z"}},
		"too early":   {func() (clock, error) { return clockAt(machine, time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)) }, false, []string{"year 1 to"}},
	} {
		_, err := tc.change()
		refused, ok := errors.AsType[*clockError](err)
		if !ok || refused.backwards != tc.backwards {
			t.Errorf("%s: want a refusal, backwards %v, got %v", name, tc.backwards, err)
			continue
		}
		for _, part := range tc.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: want %q in %q", name, part, err)
			}
		}
	}
}

func TestParseInstant(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2026-01-05T09:00:00Z":          "2026-01-05T09:00:00Z",
		"2026-01-05T09:00:00.5+02:00":   "2026-01-05T07:00:00.5Z",
		"9990-12-31T23:59:59Z":          "9990-12-31T23:59:59Z",
		"0001-01-01T00:00:00Z":          "", // stands for none
		"0001-01-01T00:00:00+01:00":     "",
		"9991-01-01T00:00:00Z":          "",
		"9990-12-31T23:59:59-01:00":     "",
		"2026-01-05T9:00:00Z":           "",
		"2026-01-05T09:00:00,5Z":        "",
		"2026-01-05 09:00:00Z":          "",
		"2026-01-05":                    "",
		"":                              "",
		"now":                           "",
		"2026-01-05T09:00:00Z\n":        "",
		strings.Repeat("2026-01-05", 9): "",
	} {
		got := ""
		if parsed, ok := parseInstant(text); ok {
			got = instant(parsed)
		}
		if got != want {
			t.Errorf("%q: want %q, got %q", text, want, got)
		}
	}
}

// A system clock that is put right must not move what is under way: the default clock carries a monotonic reading.
func TestSteadyClock(t *testing.T) {
	t.Parallel()
	read := steadyClock()
	first := read()
	if second := read(); second.Before(first) {
		t.Errorf("%v comes before %v", second, first)
	}
	if !strings.Contains(first.String(), " m=") {
		t.Errorf("want a monotonic reading, got %v", first)
	}
}
