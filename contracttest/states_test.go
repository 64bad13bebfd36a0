package contracttest_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-dev/understudy/contracttest"
)

func TestLoadStatesRefuses(t *testing.T) {
	t.Parallel()
	const id = "{asyncProcessesUuid: " + doneID + "}"
	for name, test := range map[string]struct{ yaml, want string }{
		"nothing":     {"states: []", `s.yaml:1:1: states file: it names no states; list them under "states"`},
		"unknown key": {"state: []", `s.yaml:1:1: states file: unknown key "state"; closest is "states"`},
		"unknown key in a state": {
			"states: [{scenaro: x, path: " + id + "}]", `s.yaml:1:11: state: unknown key "scenaro"; closest is "scenario"`,
		},
		"no scenario": {"states: [{path: " + id + "}]", `s.yaml:1:10: state: it names no scenario`},
		"unknown scenario": {
			"states: [{scenario: status=COMPLETE, path: " + id + "}]",
			`s.yaml:1:21: state "status=COMPLETE": scenario "status=COMPLETE" does not exist; closest is "status=COMPLETED"`,
		},
		"unknown operation": {
			"states: [{scenario: full, operation: getAsync, path: " + id + "}]",
			`s.yaml:1:38: state "full": operation "getAsync" is not in the contract; there are: getAsyncProcess`,
		},
		"a scenario that is not for providers": {
			"states: [{scenario: flaky-then-done, path: " + id + "}]",
			`s.yaml:1:21: state "flaky-then-done": no provider is asked for this scenario: it leaves the contract, or answers call by call`,
		},
		"no path":      {"states: [{scenario: full}]", `s.yaml:1:10: state "full": there is no value for the path parameter "asyncProcessesUuid"`},
		"another type": {"states: [{scenario: full, path: 7}]", `s.yaml:1:33: state "full": /path: want mapping, got number 7`},
		"a list for an id": {
			"states: [{scenario: full, path: {asyncProcessesUuid: [a]}}]", `s.yaml:1:54: state "full": want text or a number, got sequence`,
		},
		"two for one, and an unknown parameter": {
			"states:\n- {scenario: full, path: " + id + "}\n- {scenario: full, path: " + id + "}\n- {scenario: minimal, path: {uuid: x, asyncProcessesUuid: y}, query: {q: 1}}",
			`s.yaml:3:14: state "full": the scenario has a resource already
s.yaml:4:30: state "minimal": unknown parameter "uuid"; there are: asyncProcessesUuid
s.yaml:4:71: state "minimal": unknown parameter "q"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := contracttest.LoadStates(fstest.MapFS{"s.yaml": {Data: []byte(test.yaml)}}, "s.yaml", embedded(t))
			if err == nil {
				t.Fatal("want an error")
			}
			if diff := cmp.Diff(test.want, err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
	if _, err := contracttest.LoadStates(fstest.MapFS{}, "s.yaml", embedded(t)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

const pets = `
openapi: 3.1.0
info: {title: Pets, version: "3"}
paths:
  /pets/{id}:
    get:
      operationId: getPet
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer, minimum: 1}}
        - {name: shop, in: query, schema: {type: string, enum: [north, south]}}
      responses:
        "200": {description: ok, content: {application/json: {schema: {type: object, properties: {kind: {type: string, enum: [cat, dog]}}}}}}
        "400": {description: bad}
  /shops/{id}:
    get:
      operationId: getShop
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: ok}}
`

func TestLoadStatesOfTwoOperations(t *testing.T) {
	t.Parallel()
	c := catalog(t, pets)
	for yaml, want := range map[string]string{
		"states: [{scenario: response-200, path: {id: 7}}]":                                            "2 operations have this scenario; add an operation, such as getPet",
		"states: [{scenario: response-200, operation: getPet, path: {id: rex}}]":                       "request path /id: want integer",
		"states: [{scenario: kind=cat, path: {id: 7}, query: {shop: east}}]":                           `request query /shop: want one of "north", "south"`,
		"states: [{scenario: kind=cat, path: {id: 7}, query: {shop: south}}]":                          "",
		"states: [{scenario: response-200, operation: getShop, path: {id: 7}}]":                        "",
		"states: [{scenario: kind=cat, path: {id: 7}}, {scenario: response-400, path: {id: \"999\"}}]": "",
	} {
		_, err := contracttest.LoadStates(fstest.MapFS{"s.yaml": {Data: []byte(yaml)}}, "s.yaml", c)
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", yaml, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: got %v, want %s", yaml, err, want)
		}
	}
}

func FuzzLoadStates(f *testing.F) {
	f.Add(twoStates)
	f.Add("states: [{scenario: full, path: {asyncProcessesUuid: [a]}}]")
	f.Add("states: {a: 1}")
	f.Add("- &a [*a]")
	c := embedded(f)
	f.Fuzz(func(_ *testing.T, yaml string) {
		_, _ = contracttest.LoadStates(fstest.MapFS{"s.yaml": {Data: []byte(yaml)}}, "s.yaml", c)
	})
}
