package contract_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestJudgePathParameters(t *testing.T) {
	tests := map[string][]string{
		petID:                                  {},
		"6F1C2B8E-3F0A-4C57-9A39-2B1D7C9E4F01": {},
		"00000000-0000-0000-0000-000000000000": {},
		"7":                                    {`must parameter/format | getPet: request path /petId: want format uuid, got "7"`},
		"6f1c2b8e3f0a4c579a392b1d7c9e4f01":     {`must parameter/format | getPet: request path /petId: want format uuid, got "6f1c2b8e3f0a4c579a392b1d7c9e4f01"`},
		"{" + petID + "}":                      {`must parameter/format | getPet: request path /petId: want format uuid, got "{` + petID + `}"`},
		petID + "x":                            {`must parameter/format | getPet: request path /petId: want format uuid, got "` + petID + `x"`},
		"6f1c2b8e-3f0a-4c57-9a39-2b1d7c9e4f0g": {`must parameter/format | getPet: request path /petId: want format uuid, got "6f1c2b8e-3f0a-4c57-9a39-2b1d7c9e4f0g"`},
		"6f1c2b8e-3f0a-4c57-9a392-b1d7c9e4f01": {`must parameter/format | getPet: request path /petId: want format uuid, got "6f1c2b8e-3f0a-4c57-9a392-b1d7c9e4f01"`},
		"' OR 1=1 --":                          {`must parameter/format | getPet: request path /petId: want format uuid, got "' OR 1=1 --"`},
		"":                                     {`must parameter/empty | getPet: request path /petId: want a value, got ""`},
	}
	o := pets(t).Operation("getPet")
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			got := render(o.JudgeParameters(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil), []string{text}))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
	if got := o.JudgeParameters(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil), nil); len(got) != 1 {
		t.Errorf("no value at all: want one violation, got %v", got)
	}
}

func TestJudgeParameters(t *testing.T) {
	const base = "sort=name&empty="
	tests := []struct {
		name, query, shop, theme string
		want                     []string
	}{
		{name: "least", query: base},
		{name: "all", query: base + "&limit=7&tags=cat&tags=dog&ids=1,2&sold=true&weight=-1.5e3&filter=%7B%22color%22:1%7D&near[x]=1", theme: "dark"},
		{name: "nothing", query: "", want: []string{
			`must parameter/required | listPets: request query /empty: want present, got absent`,
			`must parameter/required | listPets: request query /sort: want present, got absent`,
		}},
		{name: "empty text", query: "sort=&empty=&limit=&tags=", want: []string{
			`must parameter/empty | listPets: request query /sort: want a value, got ""`,
		}},
		{name: "twice", query: base + "&sort=age", want: []string{
			`must parameter/repeated | listPets: request query /sort: want one value, got 2 values`,
		}},
		{name: "enum", query: "sort=size&empty=", want: []string{
			`must parameter/enum | listPets: request query /sort: want one of "name", "age", got "size"`,
		}},
		{name: "not an integer", query: base + "&limit=ten", want: []string{
			`must parameter/type | listPets: request query /limit: want integer, got string "ten"`,
		}},
		{name: "not a JSON number", query: base + "&limit=0x10&weight=%2B1", want: []string{
			`must parameter/type | listPets: request query /limit: want integer, got string "0x10"`,
			`must parameter/type | listPets: request query /weight: want number, got string "+1"`,
		}},
		{name: "fraction", query: base + "&limit=1.5", want: []string{
			`must parameter/type | listPets: request query /limit: want integer, got number 1.5`,
		}},
		{name: "bounds", query: base + "&limit=101", want: []string{
			`must parameter/maximum | listPets: request query /limit: want <= 100, got 101`,
		}},
		{name: "not null", query: base + "&limit=null&sold=null", want: []string{
			`must parameter/type | listPets: request query /limit: want integer, got string "null"`,
			`must parameter/type | listPets: request query /sold: want boolean, got string "null"`,
		}},
		{name: "array", query: base + "&tags=cat&tags=cow,dog", want: []string{
			`must parameter/enum | listPets: request query /tags/1: want one of "cat", "dog", got "cow,dog"`,
		}},
		{name: "array with commas", query: base + "&ids=1,x,3", want: []string{
			`must parameter/maxItems | listPets: request query /ids: want at most 2 items, got 3 items`,
			`must parameter/type | listPets: request query /ids/1: want integer, got string "x"`,
		}},
		{name: "content", query: base + "&filter=%7B%7D", want: []string{
			`must parameter/required | listPets: request query /filter/color: want present, got absent`,
		}},
		{name: "content that is not JSON", query: base + "&filter=%7B", want: []string{
			`must parameter/type | listPets: request query /filter: want object, got string "{"`,
		}},
		{name: "header", query: base, shop: "Berlin", want: []string{
			`must parameter/pattern | listPets: request header /X-Shop: want a match of "^[a-z]+$", got "Berlin"`,
		}},
		{name: "cookie", query: base, theme: "midnight", want: []string{
			`should parameter/maxLength [seen in traffic] | listPets: request cookie /theme: want at most 5 characters, got 8 characters`,
		}},
	}
	o := pets(t).Operation("listPets")
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/pets?"+test.query, nil)
			r.Header.Set("X-Shop", "berlin")
			if test.shop != "" {
				r.Header.Set("X-Shop", test.shop)
			}
			if test.theme != "" {
				r.AddCookie(&http.Cookie{Name: "theme", Value: test.theme})
			}
			got := render(o.JudgeParameters(r, nil))
			if test.want == nil {
				test.want = []string{}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

// TestJudgeArrayStyles reads one array in every style that has no names in its text (OpenAPI 3.1, "Style Examples").
func TestJudgeArrayStyles(t *testing.T) {
	tests := []struct{ in, style, explode, text string }{
		{"path", "simple", "false", "1,2"},
		{"path", "simple", "true", "1,2"},
		{"path", "label", "false", ".1,2"},
		{"path", "label", "true", ".1.2"},
		{"path", "matrix", "false", ";p=1,2"},
		{"path", "matrix", "true", ";p=1;p=2"},
		{"query", "form", "false", "1,2"},
		{"query", "spaceDelimited", "false", "1%202"},
		{"query", "pipeDelimited", "false", "1|2"},
		{"header", "simple", "false", "1,2"},
		{"header", "simple", "false", "1 , 2"},
		{"cookie", "form", "false", "1,2"},
	}
	for _, test := range tests {
		path := "/"
		if test.in == "path" {
			path = "/{p}"
		}
		c := load(t, `{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"`+path+`": {"get": {
			"operationId": "get", "responses": {"200": {"description": "OK"}}, "parameters": [{"name": "p", "in": "`+test.in+`", "required": true,
			"style": "`+test.style+`", "explode": `+test.explode+`, "schema": {"type": "array", "minItems": 2, "items": {"type": "integer"}}}]}}}}`)
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		switch test.in {
		case "query":
			r.URL.RawQuery = "p=" + test.text
		case "header":
			r.Header.Set("P", test.text)
		case "cookie":
			r.Header.Set("Cookie", "p="+test.text)
		}
		if got := c.Operation("get").JudgeParameters(r, []string{test.text}); len(got) > 0 {
			t.Errorf("%v: got %v", test, got)
		}
	}
}

// TestJudgeReadings has schemas that allow several types: a text is right when one way to read it is.
func TestJudgeReadings(t *testing.T) {
	tests := []struct {
		schema, query string
		want          []string
	}{
		{`{"anyOf": [{"type": "integer"}, {"type": "null"}]}`, "p=5", []string{}},
		{`{"anyOf": [{"type": "integer"}, {"type": "null"}]}`, "p=x", []string{`must parameter/type | get: request query /p: want integer or null, got string "x" (contract.yaml:2:126)`}},
		{`{"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "integer"}, "minItems": 2}]}`, "p=5", []string{}},
		{`{"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "integer"}, "minItems": 2}]}`, "p=5&p=6", []string{}},
		{`{"oneOf": [{"type": "boolean"}, {"const": "auto"}]}`, "p=true", []string{}},
		{`{"type": ["integer", "string"], "maximum": 5, "maxLength": 1}`, "p=7", []string{}},
		{`{"type": ["integer", "string"], "maximum": 5, "maxLength": 1}`, "p=77", []string{`must parameter/maximum | get: request query /p: want <= 5, got 77 (contract.yaml:2:157)`}},
		{`{"type": ["array", "string"], "items": {"type": "integer"}}`, "p=x", []string{}},
		{`{"anyOf": [{"type": "integer"}, {"type": "object"}]}`, "p=a,1", []string{}},
		{`{"oneOf": [{"$ref": "#/components/schemas/Self"}, {"$ref": "#/components/schemas/Self"}, {"type": "integer"}]}`, "p=5", []string{}},
		{`{"type": "array", "items": {"anyOf": [{"type": "integer"}, {"type": "null"}]}}`, "p=5&p=6", []string{}},
		{`{"type": "integer"}`, "p=5%20", []string{`must parameter/type | get: request query /p: want integer, got string "5 " (contract.yaml:2:126)`}},
		{`{}`, "p=1&p=2", []string{}},
	}
	for _, test := range tests {
		c := load(t, `{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/": {"get": {
			"operationId": "get", "responses": {"200": {"description": "OK"}}, "parameters": [{"name": "p", "in": "query", "schema": `+test.schema+`}]}}},
			"components": {"schemas": {"Self": {"oneOf": [{"type": "boolean"}, {"items": {"$ref": "#/components/schemas/Self"}, "type": "array"}]}}}}`)
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?"+test.query, nil)
		if diff := cmp.Diff(test.want, render(c.Operation("get").JudgeParameters(r, nil))); diff != "" {
			t.Errorf("%s with %s (-want +got):\n%s", test.schema, test.query, diff)
		}
	}
}

// TestJudgeRepeatedContent has a parameter of a media type, of which there is one text.
func TestJudgeRepeatedContent(t *testing.T) {
	c := load(t, `{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/": {"get": {
		"operationId": "get", "responses": {"200": {"description": "OK"}},
		"parameters": [{"name": "p", "in": "query", "content": {"application/json": {"schema": {"type": "array"}}}}]}}}}`)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?p=[1]&p=2", nil)
	want := []string{`must parameter/repeated | get: request query /p: want one value, got 2 values (contract.yaml:3:18)`}
	if diff := cmp.Diff(want, render(c.Operation("get").JudgeParameters(r, nil))); diff != "" {
		t.Errorf("violations (-want +got):\n%s", diff)
	}
}

// TestJudgeAnyParameter has schemas that allow everything.
func TestJudgeAnyParameter(t *testing.T) {
	for _, form := range []string{`"schema": {}`, `"schema": true`, `"content": {"text/plain": {}}`, `"content": {"application/json": {}}`} {
		c := load(t, `{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/": {"get": {
			"operationId": "get", "responses": {"200": {"description": "OK"}}, "parameters": [{"name": "p", "in": "query", `+form+`}]}}}}`)
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?p=%7B", nil)
		if got := c.Operation("get").JudgeParameters(r, nil); len(got) > 0 {
			t.Errorf("%s: got %v", form, got)
		}
	}
}
