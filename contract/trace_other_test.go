package contract_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// otherTraces describes a boolean state without steps, steps one level down, and rules in several places.
const otherTraces = `
openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /operations/{name}:
    parameters: [{name: name, in: path, required: true, schema: {type: string}}]
    get:
      operationId: getOperation
      x-inferred: {x-lifecycle: seen in traffic}
      x-lifecycle:
        state: /done
        transitions: {false: [true]}
        outcomes: {success: true}
        constant: [/tags/*/id, /pair/1, /any]
      responses:
        200:
          description: OK
          content:
            application/json:
              schema:
                type: object
                properties:
                  done: {type: boolean}
                  tags: {type: object, additionalProperties: {type: object, properties: {id: {type: string}}}}
                  any: true
                  pair: {type: array, items: {type: integer}}
        202: {description: Without a body}
        default: {description: Error, content: {application/json: {schema: {type: object}}}}
  /jobs/{name}:
    parameters: [{name: name, in: path, required: true, schema: {type: string}}]
    get:
      operationId: getJob
      x-lifecycle:
        state: /state
        transitions: {Creating: [Succeeded, Failed]}
        outcomes: {success: Succeeded, failure: Failed}
        steps:
          items: /progress/steps
          order: /number
          key: /id
          state: /done
          transitions: {false: [true]}
          outcomes: {success: true}
          endedAt: /times/end
      x-validations:
        - {id: grows, rule: self.percent >= oldSelf.percent, message: progress is never lost}
      responses:
        200: {description: OK, content: {application/json: {schema: {$ref: "#/components/schemas/Job"}}}}
        202:
          description: Not yet
          x-validations:
            - {id: waits-less, when: oldSelf.wait > 0, rule: self.wait < oldSelf.wait, message: the wait becomes shorter}
          content: {application/json: {schema: {type: object, properties: {state: {type: string}, wait: {type: integer}}}}}
  /plain:
    get:
      operationId: getPlain
      responses: {200: {description: OK, content: {application/json: {schema: {type: object}}}}}
components:
  schemas:
    Job:
      type: object
      properties:
        state: {type: string}
        percent: {type: integer}
        progress:
          type: object
          properties:
            steps:
              type: array
              items:
                type: object
                properties:
                  id: {type: string}
                  number: {type: integer}
                  done: {type: boolean}
                  tries: {type: integer}
                  times: {type: object, properties: {end: {type: string}}}
                x-validations:
                  - {id: tries-grow, rule: self.tries >= oldSelf.tries, message: tries are counted up}
        logs:
          type: array
          items:
            type: object
            x-validations:
              - {id: log-stays, rule: self.text == oldSelf.text, message: a line of the log stays}
`

func TestJudgeOtherTraces(t *testing.T) {
	tests := map[string]struct {
		operation string
		polls     []string
		want      []string
	}{
		"done at last":               {operation: "getOperation", polls: []string{`{"done": false}`, `{"done": false}`, `{"done": true}`}},
		"false left out":             {operation: "getOperation", polls: []string{`{"done": false}`, `{}`, `{"done": null}`, `{"done": true}`}},
		"default documents no state": {operation: "getOperation", polls: []string{`{"done": true}`, `201 {"done": false}`, `500 {"done": false}`}},
		"no body is documented":      {operation: "getOperation", polls: []string{`{"done": true}`, `202 {"done": false}`}},
		"done, then not": {operation: "getOperation", polls: []string{`{"done": true}`, `{"done": false}`, `{"done": true}`, `{}`, `{"done": true}`, `{"done": "true"}`}, want: []string{
			`should lifecycle/terminal /done | poll 1 to 2: a terminal state is final | want true | got false`,
			`should lifecycle/terminal /done | poll 3 to 4: a terminal state is final | want true | got absent`,
		}},
		"constants of many places": {operation: "getOperation", polls: []string{
			`{"tags": {"a": {"id": "1"}}, "pair": [1, 2]}`, `{"tags": {"a": {"id": "1"}, "b": {"id": "2"}}, "pair": [3, 2]}`, `{"tags": {"a": {"id": "1"}, "b": {}}, "pair": [3, 3]}`,
		}, want: []string{
			`should lifecycle/constant /pair/1 | poll 2 to 3: what is constant does not change | want 2 | got 3`,
			`should lifecycle/constant /tags/b/id | poll 2 to 3: what is constant does not change | want "2" | got absent`,
		}},
		"equal numbers": {operation: "getOperation", polls: []string{
			`{"any": [1, 100, 0.5, -2, 0, 1e400, 1e30, {"a": 1.0}, 1e99999999999999999999]}`, `{"any": [1.0, 1e2, 5E-1, -2.00, -0.0, 10e399, 1E+30, {"a": 1}, 1e99999999999999999999]}`,
		}},
		"a list that changes": {operation: "getOperation", polls: []string{`{"any": [1, 2]}`, `{"any": [1]}`, `{"any": {"0": 1}}`, `{"any": "1"}`, `{"any": 1e99999999999999999999}`, `{"any": 1}`}, want: []string{
			`should lifecycle/constant /any | poll 1 to 2: what is constant does not change | want [1,2] | got [1]`,
			`should lifecycle/constant /any | poll 2 to 3: what is constant does not change | want [1,2] | got {"0":1}`,
			`should lifecycle/constant /any | poll 3 to 4: what is constant does not change | want [1,2] | got "1"`,
			`should lifecycle/constant /any | poll 4 to 5: what is constant does not change | want [1,2] | got 1e99999999999999999999`,
			`should lifecycle/constant /any | poll 5 to 6: what is constant does not change | want [1,2] | got 1`,
		}},
		"a long value": {operation: "getOperation", polls: []string{`{"any": []}`, `{"any": [` + strings.Repeat("1,", 99) + `1]}`}, want: []string{
			`should lifecycle/constant /any | poll 1 to 2: what is constant does not change | want [] | got [` + strings.Repeat("1,", 39) + `1…`,
		}},
		"steps that are no list": {operation: "getJob", polls: []string{
			`{"progress": {"steps": {"-1": {"tries": 2}, "0": {"tries": 2}}}}`, `{"progress": {"steps": {"-1": {"tries": 2}, "0": {"tries": 2}}}}`, `{"progress": 3}`,
		}},
		"a key that is no text": {operation: "getJob", polls: []string{`{"progress": {"steps": [{"id": {}}, 7]}}`, `{"progress": {"steps": [{"id": {}}, 8]}}`}},
		"number and null": {operation: "getOperation", polls: []string{`{"pair": [0, 9007199254740992]}`, `{"pair": [0, 9007199254740993]}`, `{"pair": [0, null]}`}, want: []string{
			`should lifecycle/constant /pair/1 | poll 1 to 2: what is constant does not change | want 9007199254740992 | got 9007199254740993`,
			`should lifecycle/constant /pair/1 | poll 2 to 3: what is constant does not change | want 9007199254740992 | got null`,
		}},
		"nested steps": {operation: "getJob", polls: []string{
			`{"state": "Creating", "percent": 1}`,
			`{"state": "Creating", "percent": 1, "progress": {"steps": [{"id": "a", "number": 1, "done": false, "tries": 1}, {"id": "b", "number": 2, "done": false, "tries": 7}]}}`,
			`{"state": "Succeeded", "percent": 1, "progress": {"steps": [{"id": "a", "number": 1, "done": true, "tries": 1, "times": {"end": "x"}}, {"id": "b", "number": 2, "done": true, "tries": 8}]}}`,
		}},
		"nested steps, wrong": {operation: "getJob", polls: []string{
			`{"progress": {"steps": [{"id": "a", "number": 1, "done": true, "tries": 1, "times": {"end": "x"}}, {"id": "b", "number": 2, "done": false, "tries": 7}]}}`,
			`{"progress": {"steps": [{"id": "b", "number": 2, "done": false, "tries": 6}, {"id": "a", "number": 3, "done": false, "tries": 1}]}}`,
		}, want: []string{
			`must rule/tries-grow /progress/steps/0 | poll 1 to 2: tries are counted up | want  | got `,
			`must lifecycle/steps-order /progress/steps/1 | poll 1 to 2: the order of the steps does not change | want /id "a" before /id "b" | got after it`,
			`must lifecycle/step-terminal /progress/steps/1/done | poll 1 to 2: a terminal state is final | want true | got false`,
			`must lifecycle/steps-order /progress/steps/1/number | poll 1 to 2: the order of the steps does not change | want 1 | got 3`,
			`must lifecycle/step-stamp /progress/steps/1/times/end | poll 1 to 2: a time that is set neither moves nor vanishes | want "x" | got absent`,
		}},
		"steps without key, by order": {operation: "getJob", polls: []string{
			`{"progress": {"steps": [{"number": 1, "done": true}, {"number": 2, "done": false}]}}`,
			`{"progress": {"steps": [{"number": 2, "done": false}]}}`,
		}, want: []string{`must lifecycle/steps-stay /progress/steps | poll 1 to 2: no step appears or vanishes | want /number 1 | got absent`}},
		"steps without key and order, by place": {operation: "getJob", polls: []string{
			`{"progress": {"steps": [{"done": true}, {"done": false}]}}`, `{"progress": {"steps": [{"done": true}]}}`,
		}, want: []string{`must lifecycle/steps-stay /progress/steps | poll 1 to 2: no step appears or vanishes | want item 1 | got absent`}},
		"rules keep to their status": {operation: "getJob", polls: []string{
			`202 {"wait": 3, "percent": 5}`, `{"wait": 9, "percent": 5}`, `202 {"wait": 3, "percent": 4}`, `202 {"wait": 0, "percent": 4}`, `202 {"wait": 1, "percent": 4}`,
		}, want: []string{
			`must rule/grows  | poll 2 to 3: progress is never lost | want  | got `,
			`must rule/waits-less  | poll 1 to 3: the wait becomes shorter | want  | got `,
		}},
		"rules on other lists go by place": {operation: "getJob", polls: []string{`{"logs": [{"text": "x"}, {"text": "y"}]}`, `{"logs": [{"text": "x"}, {"text": "z"}, {"text": "n"}]}`}, want: []string{
			`must rule/log-stays /logs/1 | poll 1 to 2: a line of the log stays | want  | got `,
		}},
		"no lifecycle": {operation: "getPlain", polls: []string{`{"a": 1}`, `{"a": 2}`}},
	}
	c := load(t, otherTraces)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := c.Operation(test.operation).JudgeTrace(t.Context(), traceOf(test.polls...))
			if diff := cmp.Diff(append([]string{}, test.want...), renderTrace(got.Violations)); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

func TestJudgeEndOfOthers(t *testing.T) {
	c := load(t, otherTraces)
	if got := c.Operation("getOperation").JudgeEnd(traceOf(`{"done": true}`), true); got != nil {
		t.Errorf("got %q", renderTrace(got))
	}
	if got := c.Operation("getPlain").JudgeEnd(nil, true); got != nil {
		t.Errorf("got %q", renderTrace(got))
	}
	want := []string{`should lifecycle/end /done | poll 1: an end is reached | want true | got false`}
	if diff := cmp.Diff(want, renderTrace(c.Operation("getOperation").JudgeEnd(traceOf(`{"done": false}`), true))); diff != "" {
		t.Errorf("violations (-want +got):\n%s", diff)
	}
}
