package expression_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-dev/understudy/internal/expression"
)

const process = `{"self": {
	"status": "COMPLETED", "startTime": "2024-05-01T10:00:00Z", "endTime": null, "retries": 1, "ratio": 0.5, "one": 1.0,
	"big": 18446744073709551615, "huge": 123456789012345678901234567890, "tooBig": 1e999,
	"steps": [{"order": 1, "status": "COMPLETED"}, {"order": 2, "status": "FAILED"}], "business": {"type": "DEALER"}},
	"path": {"x-id": "7"}}`

func TestEval(t *testing.T) {
	vars := decode(t, process)
	tests := map[string]any{
		// One name, and the same through CEL.
		"self.status":                     "COMPLETED",
		"self.endTime":                    nil,
		"self.retries":                    int64(1),
		"dyn(self.retries)":               int64(1),
		"self.ratio":                      0.5,
		"dyn(self.ratio)":                 0.5,
		"self.big":                        uint64(math.MaxUint64),
		"dyn(self.big)":                   uint64(math.MaxUint64),
		"self.huge":                       123456789012345678901234567890.0,
		"dyn(self.huge)":                  123456789012345678901234567890.0,
		"self.business":                   map[string]any{"type": "DEALER"},
		"dyn(self.business)":              map[string]any{"type": "DEALER"},
		"self.steps.map(s, s.order)":      []any{int64(1), int64(2)},
		"self.steps.filter(s, s.order>1)": []any{map[string]any{"order": int64(2), "status": "FAILED"}},
		`path["x-id"]`:                    "7",
		`path["x-i" + "d"]`:               "7",
		"true":                            true,
		"null":                            nil,
		// Numbers.
		"self.retries + 1 == 2":      true,
		"self.retries == 1.0":        true,
		"self.one == 1":              true,
		"self.ratio < 1":             true,
		"self.big > 1":               true,
		"double(self.retries) * 1.5": 1.5,
		"7u":                         uint64(7),
		"[1, 2] == dyn([1.0, 2.0])":  true,
		"self.status in [self.startTime, 'COMPLETED']":                true,
		"self.retries in [1, 2]":                                      true,
		"size(self.steps)":                                            int64(2),
		"math.greatest(self.retries, 3)":                              int64(3),
		"sets.contains([1, 2, 3], [self.retries])":                    true,
		"self.steps[1].order":                                         int64(2),
		"self.steps[self.retries].order":                              int64(2),
		"self.steps.sortBy(s, -s.order)[0].order":                     int64(2),
		"[1, 2, 3].slice(0, 2)":                                       []any{int64(1), int64(2)},
		"self.status.lowerAscii()":                                    "completed",
		"'%s has %d'.format([self.status, self.retries])":             "COMPLETED has 1",
		"{'a': [1], 'b': {'c': 'd'}}":                                 map[string]any{"a": []any{int64(1)}, "b": map[string]any{"c": "d"}},
		"timestamp(self.startTime)":                                   "2024-05-01T10:00:00Z",
		"timestamp('2024-05-01T10:00:00.5+02:00')":                    "2024-05-01T08:00:00.5Z",
		"timestamp(self.startTime) + duration('90s')":                 "2024-05-01T10:01:30Z",
		"timestamp(self.startTime).getHours()":                        int64(10),
		"duration('1.5s')":                                            "1.5s",
		"b'abc'":                                                      "YWJj",
		"self.?absent.orValue('x')":                                   "x",
		"self.?status":                                                "COMPLETED",
		"has(self.endTime)":                                           true,
		"has(self.absent)":                                            false,
		"self.absent == 1 || self.status == 'COMPLETED'":              true,
		"self.status == 'COMPLETED' || self.absent == 1":              true,
		"self.absent == 1 && self.status == 'FAILED'":                 false,
		"self.steps.all(s, s.order > 0)":                              true,
		"self.steps.exists_one(s, s.status == 'FAILED')":              true,
		"self.status in ['COMPLETED', 'FAILED'] ? 'done' : self.none": "done",
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			got, err := compile(t, text).Eval(t.Context(), vars)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if diff := cmp.Diff(decode(t, process), vars); diff != "" {
		t.Errorf("vars changed:\n%s", diff)
	}
}

func TestEvalMissing(t *testing.T) {
	tests := map[string]string{
		"self.none":                        `no such key: "self.none"`,
		"self.none == 1":                   `no such key: "none"`,
		"self.business.none.deeper":        `no such key: "self.business.none.deeper"`,
		"self.status.x":                    `no such key: "self.status.x"`,
		"self.status.x == 1":               `no such key: "x"`,
		"self.endTime.x":                   `no such key: "self.endTime.x"`,
		"self.endTime.x == 1":              `no such key: "x"`,
		"self.steps.x":                     `no such key: "self.steps.x"`,
		"self.steps.x == 1":                "no such key: unsupported index type 'string' in list",
		"has(self.none.x)":                 `no such key: "none"`,
		"self[self.status]":                `no such key: "COMPLETED"`,
		"self[self.status + 'x\\n']":       `no such key: "COMPLETEDx\n"`,
		"self.steps[2]":                    "no such key: index out of bounds: 2",
		"self.steps[-1]":                   "no such key: index out of bounds: -1",
		"self.steps.map(s, s)[2]":          "no such key: index out of bounds: 2",
		"(self.steps + self.steps)[9]":     "no such key: index out of bounds: 9",
		"self.business[0]":                 `no such key: "0"`,
		"{'a': 1}.b":                       `no such key: "b"`,
		"self.steps.all(s, s.none == 1)":   `no such key: "none"`,
		"self.steps.map(s, s.none)":        `no such key: "none"`,
		"self.none && self.other":          `no such key: "none"`,
		"request":                          `no such key: "request"`,
		"request.id":                       `no such key: "request.id"`,
		"request.id == 1":                  `no such key: "request"`,
		"self.?none":                       "no such key: the optional result is absent",
		"self.none == 1 || self.none == 2": `no such key: "none"`,
		"size(self.none)":                  `no such key: "none"`,
	}
	vars := decode(t, process)
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			got, err := compile(t, text).Eval(t.Context(), vars)
			if !errors.Is(err, expression.ErrMissing) {
				t.Fatalf("want ErrMissing, got %v, %v", got, err)
			}
			if err.Error() != want {
				t.Errorf("want %s, got %s", want, err)
			}
			if errors.Is(err, expression.ErrLimit) {
				t.Error("is ErrLimit too")
			}
		})
	}
}

func TestEvalErrors(t *testing.T) {
	tests := map[string]string{
		"self.status > 3":                "no such overload",
		"self.retries / 0":               "division by zero",
		"9223372036854775807 + 1":        "integer overflow",
		"double(self.retries) / 0.0":     "result +Inf is not a JSON number",
		"[0.0 / 0.0]":                    "result NaN is not a JSON number",
		"self.tooBig":                    `"1e999" is not a number that a float64 holds`,
		"self.tooBig > 1":                `"1e999" is not a number that a float64 holds`,
		"[self.tooBig]":                  `"1e999" is not a number that a float64 holds`,
		"type(self)":                     "result of type type is not a JSON value",
		"{1: 2}":                         "result holds a map with a key that is not a string",
		"self.status.matches(self.s)":    "no such key: \"s\"",
		"self.status.matches('(' + '')":  "error parsing regexp: missing closing ): `(`",
		"timestamp(self.status)":         "invalid RFC 3339 timestamp \"COMPLETED\"",
		"timestamp(self.status + '\\n')": "invalid RFC 3339 timestamp \"COMPLETED\\n\"",
		"lists.range(10001)":             "lists.range: size 10001 exceeds maximum allowed (10000)",
		"'abc'.charAt(9)":                "index out of range: 9",
	}
	vars := decode(t, process)
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			got, err := compile(t, text).Eval(t.Context(), vars)
			if err == nil {
				t.Fatalf("want an error, got %v", got)
			}
			if err.Error() != want {
				t.Errorf("want %s, got %s", want, err)
			}
			if errors.Is(err, expression.ErrMissing) != strings.HasPrefix(want, "no such key") || errors.Is(err, expression.ErrLimit) {
				t.Errorf("%v is of the wrong kind", err)
			}
		})
	}
}

func TestEvalRefusesWhatIsNotJSON(t *testing.T) {
	vars := map[string]any{"self": map[string]any{"a": map[string]string{"b": "c"}, "d": struct{}{}}}
	for _, text := range []string{"self.a.b", "self.d", "self"} {
		_, err := compile(t, text).Eval(t.Context(), vars)
		if err == nil || errors.Is(err, expression.ErrMissing) || !strings.Contains(err.Error(), "not decoded JSON") {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func TestEvalSharesNothingWithVars(t *testing.T) {
	for _, text := range []string{"self", "true ? self : 1"} {
		vars := decode(t, `{"self": {"a": [{"b": "c"}]}}`)
		value, err := compile(t, text).Eval(t.Context(), vars)
		if err != nil {
			t.Fatal(err)
		}
		value.(map[string]any)["a"].([]any)[0].(map[string]any)["b"] = "changed"
		if diff := cmp.Diff(decode(t, `{"self": {"a": [{"b": "c"}]}}`), vars); diff != "" {
			t.Errorf("%s: vars changed:\n%s", text, diff)
		}
	}
}

// runaway loops over 2000 items cubed.
const runaway = "self.all(a, self.all(b, self.all(c, a + b + c >= 0)))"

func items() map[string]any {
	list := make([]any, 2000)
	for i := range list {
		list[i] = int64(i)
	}
	return map[string]any{"self": list}
}

func TestEvalLimit(t *testing.T) {
	for _, text := range []string{
		runaway,
		runaway + " || true",
		"size('aaaaaaaaaaaaaaaa'" + strings.Repeat(".replace('a', 'aaaaaaaaaaaaaaaa')", 20) + ") > 0",
	} {
		value, err := compile(t, text).Eval(t.Context(), items())
		if !errors.Is(err, expression.ErrLimit) || errors.Is(err, expression.ErrMissing) {
			t.Errorf("want ErrLimit, got %v, %v", value, err)
		}
	}
}

func TestEvalEndsWithTheContext(t *testing.T) {
	cause := errors.New("client left")
	ended, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	program := compile(t, "self.all(a, a >= 0)")
	if _, err := program.Eval(ended, items()); !errors.Is(err, expression.ErrLimit) || !errors.Is(err, cause) {
		t.Errorf("want ErrLimit and the cause, got %v", err)
	}
	if value, err := compile(t, "seed").Eval(ended, map[string]any{"seed": true}); err != nil || value != true {
		t.Errorf("a name is read whatever the context says: got %v, %v", value, err)
	}
}

// endsLater is a context that has ended the second time it is asked, so that the end falls into the evaluation.
type endsLater struct {
	context.Context
	asked int
	done  chan struct{}
}

func (c *endsLater) Err() error {
	c.asked++
	if c.asked == 1 {
		return nil
	}
	return context.DeadlineExceeded
}

func (c *endsLater) Done() <-chan struct{} { return c.done }

func TestEvalIsInterrupted(t *testing.T) {
	ctx := &endsLater{Context: t.Context(), done: make(chan struct{})}
	close(ctx.done)
	value, err := compile(t, "self.all(a, a >= 0)").Eval(ctx, items())
	if !errors.Is(err, expression.ErrLimit) {
		t.Errorf("want ErrLimit, got %v, %v", value, err)
	}
}

func TestBool(t *testing.T) {
	vars := decode(t, process)
	for text, want := range map[string]string{
		"self.status":     "want bool, got string",
		"self.endTime":    "want bool, got null",
		"self.steps":      "want bool, got list",
		"self.business":   "want bool, got map",
		"self.retries":    "want bool, got number",
		"7u":              "want bool, got number",
		"self.none":       `no such key: "self.none"`,
		"self.retries==2": "false",
		"self.retries==1": "true",
	} {
		holds, err := compile(t, text).Bool(t.Context(), vars)
		got := map[bool]string{true: "true", false: "false"}[holds]
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: want %s, got %s", text, want, got)
		}
	}
}

func TestProgramsAndEnvAreShared(t *testing.T) {
	env := expression.New(variables()...)
	rule, err := env.Compile("self.status != 'COMPLETED' || self.steps.all(s, s.order >= self.retries)")
	if err != nil {
		t.Fatal(err)
	}
	vars := decode(t, process)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				if holds, err := rule.Bool(t.Context(), vars); err != nil || !holds {
					t.Errorf("got %v, %v", holds, err)
				}
				if _, err := env.Compile("self.a == 1 && slef"); err == nil {
					t.Error("want an error")
				}
				if _, err := env.Template("a ${self.a} ${self.b + 1}"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
}

func TestCompileOfABareNameNeedsNoCEL(t *testing.T) {
	allocations := testing.AllocsPerRun(100, func() {
		if _, err := expression.New("self").Compile("self.business.type"); err != nil {
			t.Fatal(err)
		}
	})
	if allocations > 10 {
		t.Errorf("want at most 10 allocations for Env and Program, got %v", allocations)
	}
}

// A list that holds another one eight times, ten levels deep, is small to CEL; a copy of it would be 8 GB.
func TestResultIsBounded(t *testing.T) {
	text := "[1]" + strings.Repeat(".map(a, [a, a, a, a, a, a, a, a])", 10)
	value, err := compile(t, text).Eval(t.Context(), nil)
	if !errors.Is(err, expression.ErrLimit) {
		t.Errorf("want ErrLimit, got %T, %v", value, err)
	}
}

func TestLimitsHoldInTime(t *testing.T) {
	start := time.Now()
	text := strings.Repeat("self.?a.optMap(x, ", 40) + "1" + strings.Repeat(")", 40)
	if _, err := compile(t, text).Eval(t.Context(), items()); err == nil {
		t.Error("want an error: a list has no keys")
	}
	if _, err := compile(t, runaway).Eval(t.Context(), items()); err == nil {
		t.Error("want an error")
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}
