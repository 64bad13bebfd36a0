package contract_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// answering is a contract of one operation without parameters; the lifecycle and the responses are in YAML's flow style.
func answering(version, lifecycle, responses string) string {
	return "openapi: " + version + "\ninfo: {title: T, version: \"1\"}\npaths:\n  /a:\n    get:\n      operationId: getA\n" +
		"      x-lifecycle: " + lifecycle + "\n      responses: " + responses + "\n"
}

func jsonOf(schema string) string {
	return "{description: OK, content: {application/json: {schema: " + schema + "}}}"
}

// TestLifecycleSchemas loads what lies close to what testdata/broken refuses.
func TestLifecycleSchemas(t *testing.T) {
	const moves = "state: /s, transitions: {NEW: [RUN], RUN: [DONE]}, "
	const plain = moves + "outcomes: {success: DONE}"
	const bool31 = "state: /s, transitions: {false: [true]}, outcomes: {success: true}"
	tests := map[string]struct{ version, lifecycle, schema string }{
		"enum with null":    {lifecycle: plain, schema: "{properties: {s: {type: [string, 'null'], enum: [NEW, null, RUN, DONE]}}}"},
		"enum without type": {lifecycle: plain, schema: "{properties: {s: {enum: [NEW, RUN, DONE, null]}}}"},
		"any":               {lifecycle: plain, schema: "{properties: {s: true}}"},
		"branches of text":  {lifecycle: plain, schema: "{properties: {s: {oneOf: [{const: NEW}, {const: RUN}, {const: DONE}, {type: 'null'}]}}}"},
		"boolean or null":   {lifecycle: bool31, schema: "{properties: {s: {type: [boolean, 'null']}}}"},
		"boolean enum":      {lifecycle: bool31, schema: "{properties: {s: {enum: [true, false]}}}"},
		"nullable":          {version: "3.0.3", lifecycle: bool31, schema: "{properties: {s: {type: boolean, nullable: true}}}"},
		"times that are null": {
			lifecycle: plain + ", startedAt: /a, endedAt: /b",
			schema:    "{required: [s, a, b], properties: {s: {type: string}, a: {type: [string, 'null']}, b: {anyOf: [{type: string}, {type: 'null'}]}}}",
		},
		"times in what may be absent": {
			lifecycle: plain + ", startedAt: /t/a, endedAt: /t/b",
			schema:    "{required: [s], properties: {s: {type: string}, t: {required: [a], properties: {a: {type: string}, b: true}}}}",
		},
		"shown, and else null": {
			lifecycle: moves + "outcomes: {success: {state: DONE, shows: [/r, /t/r]}}",
			schema:    "{required: [s, r], properties: {s: {type: string}, r: {type: [string, 'null']}, t: {required: [r], properties: {r: {type: [string, 'null']}}}}}",
		},
		"in branches": {
			lifecycle: "state: /m/s, transitions: {NEW: [DONE]}, outcomes: {success: {state: DONE, shows: [/m/r]}}, endedAt: /m/t",
			schema: "{properties: {m: {anyOf: [{additionalProperties: {type: string}}, {oneOf: [{properties: {t: {type: string}}}, " +
				"{properties: {s: {type: string}, r: {type: string}}}]}]}}}",
		},
		"circles that have a way out": {
			lifecycle: "state: /s, initial: NEW, transitions: {NEW: [NEW, RUN], RUN: [WAIT, DONE], WAIT: [RUN, NEW]}, outcomes: {success: DONE}",
			schema:    "{properties: {s: {type: string}}}",
		},
		"constants beside what moves": {
			lifecycle: plain + ", startedAt: /m/a, constant: [/m/id, '/o/*', '/l/*/id', /l/0/id, /st], steps: {items: /l, state: /s, order: /n, key: /tags/id, " +
				"transitions: {NEW: [DONE]}, outcomes: {success: DONE}, constant: [/n, /tags]}",
			schema: "{properties: {s: {type: string}, st: {type: string}, m: {properties: {a: {type: string}, id: true}}, o: {additionalProperties: true}, " +
				"l: {type: array, items: {properties: {s: {type: string}, n: {type: integer}, id: true, tags: {additionalProperties: {type: string}}}}}}}",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			version := test.version
			if version == "" {
				version = "3.1.0"
			}
			load(t, answering(version, "{"+test.lifecycle+"}", "{200: "+jsonOf(test.schema)+"}"))
		})
	}
}

// TestLifecycleResponse names the response by its code and, in the order of the document, its place.
func TestLifecycleResponse(t *testing.T) {
	right, other := jsonOf("{properties: {s: {type: string}}}"), jsonOf("{properties: {other: {type: string}}}")
	tests := map[string]struct{ responses, want string }{
		"the only one":          {responses: "{404: " + other + ", 200: " + right + "}", want: "200"},
		"the lowest":            {responses: "{202: " + other + ", 200: " + right + ", 201: " + other + "}", want: "200"},
		"the lowest with JSON":  {responses: "{204: {description: None}, 200: {description: Text, content: {text/plain: {schema: {}}}}, 202: " + right + "}", want: "202"},
		"the lowest, described": {responses: "{200: {description: OK, content: {application/json: {}}}, 202: " + right + ", 203: " + other + "}", want: "202"},
		"a range":               {responses: "{default: " + other + ", 2XX: " + right + "}", want: "2XX"},
		"not the range":         {responses: "{2XX: " + other + ", 200: " + right + "}", want: "200"},
		"the range":             {responses: "{201: " + other + ", 2XX: " + right + "}", want: "2XX"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := load(t, answering("3.1.0", "{state: /s, transitions: {NEW: [DONE]}, outcomes: {success: DONE}}", test.responses))
			got := c.Operation("getA").LifecycleResponse()
			if got == nil || got.Status != test.want {
				t.Errorf("want %s, got %+v", test.want, got)
			}
		})
	}
	if pets(t).Operation("getPet").LifecycleResponse() != nil {
		t.Error("want nil without a lifecycle")
	}
}

// TestManyShows judges a lifecycle of a hundred outcomes that share a state and show a hundred places each.
func TestManyShows(t *testing.T) {
	var outcomes, properties, body strings.Builder
	for i := range 99 {
		fmt.Fprintf(&outcomes, "o%d: {state: DONE, shows: [", i)
		for k := range 100 {
			fmt.Fprintf(&outcomes, "/p%d-%d, ", i, k)
			fmt.Fprintf(&properties, "p%d-%d: {}, ", i, k)
			if i == 42 {
				fmt.Fprintf(&body, `, "p%d-%d": 1`, i, k)
			}
		}
		outcomes.WriteString("]}, ")
	}
	o := load(t, answering("3.1.0", "{state: /s, transitions: {NEW: [DONE]}, outcomes: {success: {state: DONE, shows: [/r]}, others: {"+outcomes.String()+"}}}",
		"{200: "+jsonOf("{properties: {s: {type: string}, r: {}, "+properties.String()+"}}")+"}")).Operation("getA")
	polls := []string{`{"s": "NEW"}`}
	for range 100 {
		polls = append(polls, `{"s": "DONE"`+body.String()+`}`)
	}
	start := time.Now()
	if got := o.JudgeTrace(t.Context(), traceOf(polls...)).Violations; len(got) > 0 {
		t.Errorf("got %d violations, the first %+v", len(got), got[0])
	}
	if took := time.Since(start); took > maxTime {
		t.Errorf("judged in %v, want at most %v", took, maxTime)
	}
}
