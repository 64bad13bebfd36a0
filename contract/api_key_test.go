package contract_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-dev/understudy/contract"
)

func TestAPIKeys(t *testing.T) {
	t.Parallel()
	const document = `
openapi: 3.1.0
info: {title: Keys, version: "1"}
components:
  securitySchemes:
    query: {type: apiKey, in: query, name: key}
    header: {type: apiKey, in: header, name: X-Key}
    again: {type: apiKey, in: header, name: X-Key}
    basic: {type: http, scheme: basic}
paths:
  /things:
    get: {responses: {"200": {description: ok}}}
`
	c, err := contract.Load(fstest.MapFS{"api.yaml": {Data: []byte(document)}}, "api.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]contract.APIKey{{In: "header", Name: "X-Key"}, {In: "query", Name: "key"}}, c.APIKeys()); diff != "" {
		t.Error(diff)
	}
}
