package server_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/scenarios"
	"github.com/understudy-dev/understudy/server"
)

// process is the path of one process of the embedded contract.
const process = "/manage/v2/asyncProcesses/8d5f0f6e-2a55-4c80-9e0c-6b7a3c1d9e42"

// demo is "demo:demo" as Basic credentials.
const demo = "Basic ZGVtbzpkZW1v"

// pets is a contract with what the embedded one lacks: other methods, schemes, bodies and statuses.
const pets = `
openapi: 3.1.0
info: {title: 'Pets "R" Us', version: "1"}
paths:
  /pets/{petId}:
    get:
      operationId: getPet
      parameters:
        - {name: petId, in: path, required: true, schema: {type: integer, minimum: 1}}
        - {name: view, in: query, schema: {type: string, enum: [short, long]}}
      responses:
        "200":
          description: a pet
          headers: {X-Rate: {schema: {type: string}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
        "404":
          description: none
          content: {application/json: {schema: {$ref: '#/components/schemas/Error'}}}
    delete:
      operationId: deletePet
      security: [{token: [pets.write]}]
      parameters:
        - {name: petId, in: path, required: true, schema: {type: integer, minimum: 1}}
      responses:
        "204": {description: gone}
        "401":
          description: who are you
          content: {application/json: {schema: {$ref: '#/components/schemas/Error'}}}
        "403":
          description: not you
          content: {application/json: {schema: {$ref: '#/components/schemas/Error'}}}
  /pets:
    post:
      operationId: addPet
      security: [{key: []}]
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
      responses:
        "201":
          description: added
          content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
        "400":
          description: bad
          content: {application/json: {schema: {$ref: '#/components/schemas/Error'}}}
components:
  securitySchemes:
    token: {type: http, scheme: bearer}
    key: {type: apiKey, in: header, name: X-Key}
  schemas:
    Pet:
      type: object
      required: [name]
      properties: {id: {type: integer}, name: {type: string}, kind: {type: string, enum: [CAT, DOG]}}
    Error:
      type: object
      required: [message]
      properties: {message: {type: string}}
`

const petFixtures = `
fixture: cat
operation: getPet
status: 200
default: true
headers: {X-Rate: "${path.petId} per hour"}
body: {id: 1, name: Tom, kind: CAT}
`

const petScenarios = `
scenario: flaky
operations:
  getPet:
    calls:
      - {use: response-404, times: 2}
      - {use: response-200}
    then: exhausted
---
scenario: hundred
operations:
  getPet:
    calls:
      - {use: response-404, times: 100}
      - {use: response-200, times: 100}
    then: exhausted
`

// catalog is that of the embedded contract.
func catalog(tb testing.TB) *scenarios.Catalog {
	tb.Helper()
	c, err := scenarios.Embedded()
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// petCatalog is that of the pets.
func petCatalog(tb testing.TB) *scenarios.Catalog {
	tb.Helper()
	return load(tb, pets, petFixtures, petScenarios)
}

func load(tb testing.TB, document, fixture, scenario string) *scenarios.Catalog {
	tb.Helper()
	c, err := contract.Load(fstest.MapFS{"api.yaml": {Data: []byte(document)}}, "api.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	files := fstest.MapFS{}
	if fixture != "" {
		files["fixtures.yaml"] = &fstest.MapFile{Data: []byte(fixture)}
	}
	fx, err := fixtures.Load(files)
	if err != nil {
		tb.Fatal(err)
	}
	declared := fstest.MapFS{}
	if scenario != "" {
		declared["scenarios.yaml"] = &fstest.MapFile{Data: []byte(scenario)}
	}
	result, err := scenarios.Load(declared, c, fx)
	if err != nil {
		tb.Fatal(err)
	}
	return result
}

func newServer(tb testing.TB, c *scenarios.Catalog, options ...server.Option) *server.Server {
	tb.Helper()
	s, err := server.New(c, options...)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// ask sends one request; headers are name, value, name, value.
func ask(tb testing.TB, h http.Handler, method, target string, body io.Reader, headers ...string) *httptest.ResponseRecorder {
	tb.Helper()
	r := httptest.NewRequestWithContext(tb.Context(), method, target, body)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// get asks for the process with good credentials.
func get(tb testing.TB, h http.Handler, headers ...string) *httptest.ResponseRecorder {
	tb.Helper()
	return ask(tb, h, http.MethodGet, process, nil, append([]string{"Authorization", demo}, headers...)...)
}

// field reads a JSON pointer's worth of a body without a library: keys and indexes one after the other.
func field(tb testing.TB, body []byte, keys ...any) any {
	tb.Helper()
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		tb.Fatalf("%v in %s", err, body)
	}
	for _, key := range keys {
		switch k := key.(type) {
		case string:
			object, _ := value.(map[string]any)
			value = object[k]
		case int:
			list, _ := value.([]any)
			if k >= len(list) {
				return nil
			}
			value = list[k]
		}
	}
	return value
}

func containsAll(tb testing.TB, text string, parts ...string) {
	tb.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			tb.Errorf("want %q in %s", part, text)
		}
	}
}
