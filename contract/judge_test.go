package contract_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-dev/understudy/contract"
)

const petID = "6f1c2b8e-3f0a-4c57-9a39-2b1d7c9e4f01"

func exchange(method, target string, status int, contentType, body string) *contract.Exchange {
	u, err := url.Parse(target)
	if err != nil {
		panic(err) // a mistake in the test
	}
	header := http.Header{}
	if contentType != "" {
		header.Set("Content-Type", contentType)
	}
	return &contract.Exchange{Method: method, URL: u, RequestHeader: http.Header{}, Status: status, Header: header, Body: []byte(body)}
}

// render is one line for each violation: level, rule, source, and the text without the position.
func render(violations []contract.Violation) []string {
	lines := []string{}
	for _, v := range violations {
		line := v.Level.String() + " " + v.Rule
		if v.Inferred != "" {
			line += " [" + v.Inferred + "]"
		}
		text, _, _ := strings.Cut(v.String(), " (pets.yaml")
		lines = append(lines, line+" | "+text)
	}
	return lines
}

func TestJudgeResponse(t *testing.T) {
	good := `{"id": "` + petID + `"}`
	tests := []struct {
		name        string
		method      string
		status      int
		contentType string
		body        string
		header      map[string]string
		want        []string
	}{
		{name: "right", status: 200, contentType: "application/json", body: good},
		{name: "charset", status: 200, contentType: "application/json; charset=UTF-8", body: good},
		{name: "letter case", status: 200, contentType: "Application/JSON", body: good},
		{name: "undocumented status", status: 418, body: "tea", want: []string{
			`must status | getPet 418: response status: want one of 200, 404, got 418`,
		}},
		{name: "wrong media type", status: 200, contentType: "text/html", body: "<p>", want: []string{
			`must media-type | getPet 200: response header /Content-Type: want application/json, got "text/html"`,
		}},
		{name: "no media type", status: 200, body: `{}`, want: []string{
			`must media-type | getPet 200: response header /Content-Type: want application/json, got ""`,
			`must schema/required | getPet 200: response body /id: want present, got absent`,
			`should rule/any-status | getPet 200: response body: a body is never empty`,
		}},
		{name: "other charset", status: 200, contentType: "application/json; charset=latin-1", body: good, want: []string{
			`must media-type | getPet 200: response header /Content-Type: want charset utf-8, got "application/json; charset=latin-1"`,
		}},
		{name: "other JSON", status: 200, contentType: "application/problem+json", body: good, want: []string{
			`must media-type | getPet 200: response header /Content-Type: want application/json, got "application/problem+json"`,
		}},
		{name: "no body", status: 200, contentType: "application/json", want: []string{
			`must body | getPet 200: response body: want application/json, got no body`,
		}},
		{name: "HEAD", method: "HEAD", status: 200, contentType: "application/json"},
		{name: "truncated", status: 200, contentType: "application/json", body: good[:10], want: []string{
			`must json | getPet 200: response body: want JSON, got not JSON: unexpected end of JSON input at 1:11`,
		}},
		{name: "trailing bytes", status: 200, contentType: "application/json", body: good + "\n}", want: []string{
			`must json | getPet 200: response body: want JSON, got not JSON: invalid character '}' after top-level value at 2:1`,
		}},
		{name: "byte order mark", status: 200, contentType: "application/json", body: "\uFEFF" + good, want: []string{
			`must json | getPet 200: response body: want JSON, got a byte order mark before the JSON at 1:1`,
		}},
		{name: "invalid UTF-8", status: 200, contentType: "application/json", body: "{\"name\": \"\xff\"}", want: []string{
			`must json | getPet 200: response body: want JSON, got the text is not UTF-8 at 1:11`,
		}},
		{name: "duplicate key", status: 200, contentType: "application/json", body: `{"id": 1, "id": 2}`, want: []string{
			`must json | getPet 200: response body: want JSON, got key "id" is given twice at 1:11`,
		}},
		{name: "deep nesting", status: 200, contentType: "application/json", body: strings.Repeat("[", 5000) + strings.Repeat("]", 5000), want: []string{
			`must json | getPet 200: response body: want JSON, got nested deeper than 500 at 1:501`,
		}},
		{name: "YAML", status: 200, contentType: "application/json", body: `id: x`, want: []string{
			`must json | getPet 200: response body: want JSON, got not JSON: invalid character 'i' looking for beginning of value at 1:1`,
		}},
		{
			name: "schema", status: 200, contentType: "application/json",
			body: `{"id": "7", "kind": "cow", "age": 1.5, "born": "yesterday", "toys": [{}, {"price": "2"}]}`,
			want: []string{
				`must rule/asked-for | getPet 200: response body: the id is the one that was asked for`,
				`must schema/type | getPet 200: response body /age: want integer, got number 1.5`,
				`must schema/format | getPet 200: response body /id: want format uuid, got "7"`,
				`must schema/enum | getPet 200: response body /kind: want one of "cat", "dog", got "cow"`,
				`must schema/type | getPet 200: response body /toys/1/price: want number, got string "2"`,
				`should schema/format [seen in traffic] | getPet 200: response body /born: want format date, got "yesterday"`,
			},
		},
		{name: "null", status: 200, contentType: "application/json", body: `{"id": "` + petID + `", "name": null}`, want: []string{
			`must schema/type | getPet 200: response body /name: want string, got null`,
		}},
		{
			name: "headers", status: 200, contentType: "application/json", body: good,
			header: map[string]string{"X-Request-Id": "7", "X-Count": "many", "X-List": "1, x"},
			want: []string{
				`must header/type | getPet 200: response header /X-List/1: want integer, got string "x"`,
				`must header/format | getPet 200: response header /X-Request-Id: want format uuid, got "7"`,
				`should header/type [seen in traffic] | getPet 200: response header /X-Count: want integer, got string "many"`,
			},
		},
		{
			name: "header is missing", status: 200, contentType: "application/json", body: good, header: map[string]string{"X-Request-Id": ""},
			want: []string{
				`must header/required | getPet 200: response header /X-Request-Id: want present, got absent`,
			},
		},
		{
			name: "rules at depth", status: 200, contentType: "application/json",
			body: `{"id": "` + petID + `", "toys": [{"price": 2, "cost": 1}, {"price": 1, "cost": 2}, {"price": 1}]}`,
			want: []string{
				`should rule/no-loss [common sense] | getPet 200: response body /toys/1: no toy is sold at a loss`,
			},
		},
		{
			name: "rule that cannot be evaluated", status: 200, contentType: "application/json",
			body: `{"id": "` + petID + `", "kind": "dog", "age": 1, "name": "Rex"}`,
			want: []string{
				`must rule/broken | getPet 200: response body: adds up, got no such overload`,
			},
		},
		{name: "other status", status: 404, contentType: "application/json", body: `{}`, want: []string{
			`should rule/any-status | getPet 404: response body: a body is never empty`,
		}},
	}
	c := pets(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x := exchange("GET", "http://example.com/elsewhere/pets/"+petID, test.status, test.contentType, test.body)
			if test.method != "" {
				x.Method = test.method
			}
			x.Header.Set("X-Request-Id", petID)
			for name, value := range test.header {
				x.Header.Set(name, value)
				if value == "" {
					x.Header.Del(name)
				}
			}
			got := render(c.Operation("getPet").JudgeResponse(t.Context(), x).Violations)
			if test.want == nil {
				test.want = []string{}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

func TestJudgeResponseOfOtherContent(t *testing.T) {
	tests := []struct {
		name   string
		status int
		media  string
		body   string
		want   []string
	}{
		{name: "no content", status: 201},
		{name: "a body where none is documented", status: 201, media: "text/plain", body: "done", want: []string{
			`should body | addPet 201: response body: want no body, got 4 bytes`,
		}},
		{name: "text", status: 202, media: "text/plain", body: "{"},
		{name: "range of types", status: 202, media: "application/pdf", body: "%PDF"},
		{name: "JSON of a range of types", status: 202, media: "application/json", body: "{", want: []string{
			`must json | addPet 202: response body: want JSON, got not JSON: unexpected end of JSON input at 1:2`,
		}},
		{name: "neither", status: 202, media: "image/png", body: "x", want: []string{
			`must media-type | addPet 202: response header /Content-Type: want one of text/plain, application/*, got "image/png"`,
		}},
		{name: "range of statuses", status: 409, media: "application/problem+json", body: "{}", want: []string{
			`must schema/required | addPet 409: response body /title: want present, got absent`,
		}},
		{name: "default", status: 500, media: "", body: ""},
	}
	c := pets(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := render(c.Operation("addPet").JudgeResponse(t.Context(), exchange("POST", "/v1/pets", test.status, test.media, test.body)).Violations)
			if test.want == nil {
				test.want = []string{}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRuleResults(t *testing.T) {
	o := pets(t).Operation("getPet")
	x := exchange("GET", "/v1/pets/"+petID+"?sort=name", 200, "application/json",
		`{"id": "`+petID+`", "kind": "cat", "toys": [{"price": 2, "cost": 1}, {"price": 1, "cost": 2}, {"price": 1}]}`)
	x.Header.Set("X-Request-Id", petID)
	x.RequestHeader.Set("X-Shop", "berlin")
	var got []string
	for _, result := range o.JudgeResponse(t.Context(), x).Rules {
		got = append(got, fmt.Sprintf("%s at %q: %d applied, %d broken", result.Rule.ID, result.Rule.At, result.Applied, result.Broken))
	}
	want := []string{
		`any-status at "": 1 applied, 0 broken`,
		`asked-for at "": 1 applied, 0 broken`,
		`broken at "": 0 applied, 0 broken`,
		`header at "": 1 applied, 0 broken`,
		`no-loss at "/toys/*": 2 applied, 1 broken`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
}

func TestRules(t *testing.T) {
	rules, err := pets(t).Operation("getPet").Rules()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rules {
		got = append(got, fmt.Sprintf("%s %q %q %s %v %q", r.ID, r.Status, r.At, r.Level, r.Transition, r.Inferred))
	}
	want := []string{
		`any-status "" "" should false ""`,
		`asked-for "200" "" must false ""`,
		`broken "200" "" must false ""`,
		`header "200" "" must false ""`,
		`never-younger "200" "" must true ""`,
		`no-loss "200" "/toys/*" should false "common sense"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
}

// TestJudgeResponseStops ends the context before the rules: that is told, not passed over.
func TestJudgeResponseStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	x := exchange("GET", "/v1/pets/"+petID, 404, "application/json", `{"a": 1}`)
	got := render(pets(t).Operation("getPet").JudgeResponse(ctx, x).Violations)
	want := []string{`should rule/any-status | getPet 404: response body: a body is never empty, got cost limit: context canceled`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("violations (-want +got):\n%s", diff)
	}
}

func TestJudgeBody(t *testing.T) {
	tests := map[string]struct {
		operation, media, body string
		want                   []string
	}{
		"right":      {operation: "addPet", media: "application/json", body: `{"id": "` + petID + `"}`},
		"none":       {operation: "addPet", media: "application/json", want: []string{`must body | addPet: request body: want application/json, got no body`}},
		"wrong type": {operation: "addPet", media: "text/xml", body: "<a/>", want: []string{`must media-type | addPet: request header /Content-Type: want application/json, got "text/xml"`}},
		"not JSON":   {operation: "addPet", media: "application/json", body: "{", want: []string{`must json | addPet: request body: want JSON, got not JSON: unexpected end of JSON input at 1:2`}},
		"schema":     {operation: "addPet", media: "application/json", body: "{}", want: []string{`must schema/required | addPet: request body /id: want present, got absent`}},
		"no matter":  {operation: "getPet", media: "text/plain", body: "x"},
	}
	c := pets(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := render(c.Operation(test.operation).JudgeBody(http.Header{"Content-Type": {test.media}}, []byte(test.body)))
			if test.want == nil {
				test.want = []string{}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

// TestOneWayProperties requires properties that only one side sends, also below a reference and in a list.
func TestOneWayProperties(t *testing.T) {
	o := load(t, `{"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {"/": {"post": {"operationId": "add",
		"requestBody": {"content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/User"}}}}},
		"responses": {"200": {"description": "OK", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/User"}}}}}}}},
		"components": {"schemas": {"User": {"required": ["id", "name", "password"], "properties": {
			"id": {"type": "integer", "readOnly": true}, "name": {"type": "string"}, "password": {"type": "string", "writeOnly": true}}}}}}`).Operation("add")
	got := render(o.JudgeBody(http.Header{"Content-Type": {"application/json"}}, []byte(`[{}]`)))
	want := []string{
		"must schema/required | add: request body /0/name: want present, got absent (contract.yaml:4:39)",
		"must schema/required | add: request body /0/password: want present, got absent (contract.yaml:4:39)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	got = render(o.JudgeResponse(t.Context(), exchange("POST", "/", 200, "application/json", `{}`)).Violations)
	want = []string{
		"must schema/required | add 200: response body /id: want present, got absent (contract.yaml:4:39)",
		"must schema/required | add 200: response body /name: want present, got absent (contract.yaml:4:39)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("response (-want +got):\n%s", diff)
	}
}

func TestViolationString(t *testing.T) {
	v := contract.Violation{
		Operation: "getPet", Status: 200, Where: "response body", Pointer: "/tags/1", Want: "integer", Got: `string "x"`,
		Position: contract.Position{File: "petstore.yaml", Line: 88, Column: 17},
	}
	want := `getPet 200: response body /tags/1: want integer, got string "x" (petstore.yaml:88:17)`
	if got := v.String(); got != want {
		t.Errorf("want %s, got %s", want, got)
	}
}
