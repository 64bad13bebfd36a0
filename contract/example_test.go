package contract_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing/fstest"

	"github.com/understudy-dev/understudy/contract"
)

const petstore = `openapi: 3.1.0
info: {title: Pets, version: "1.0"}
servers: [{url: https://example.com/v1}]
paths:
  /pets/{id}:
    get:
      operationId: getPet
      security: [{login: []}]
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}}
      responses:
        "200":
          description: OK
          content:
            application/json:
              schema:
                type: object
                required: [id]
                properties:
                  id: {type: integer}
                  tags: {type: array, items: {type: string}}
                x-validations:
                  - id: has-tags
                    level: should
                    rule: size(self.tags) > 0
                    message: a pet has a tag
components:
  securitySchemes:
    login: {type: http, scheme: basic}
`

func loadPetstore() *contract.Contract {
	c, err := contract.Load(fstest.MapFS{"petstore.yaml": {Data: []byte(petstore)}}, "petstore.yaml")
	if err != nil {
		panic(err)
	}
	return c
}

func ExampleLoad() {
	files := fstest.MapFS{"petstore.yaml": {Data: []byte(`openapi: 3.1.0
info: {title: Pets, version: "1.0"}
paths:
  /pets/{id}:
    get:
      operationID: getPet
      responses: {"200": {$ref: "#/components/responses/Pet"}}
components:
  responses: {Pets: {description: OK}}
`)}}
	_, err := contract.Load(files, "petstore.yaml")
	fmt.Println(err)
	// Output:
	// petstore.yaml:5:5: operation "GET /pets/{id}": path parameter "id" of "/pets/{id}" is not declared
	// petstore.yaml:6:7: operation "GET /pets/{id}": unknown key "operationID"; closest is "operationId"
	// petstore.yaml:7:33: $ref "#/components/responses/Pet" leads nowhere; closest is "Pets"
}

func ExampleEmbedded() {
	c, err := contract.Embedded()
	if err != nil {
		panic(err)
	}
	for _, o := range c.Operations() {
		fmt.Println(o.ID(), o.Method(), o.Path())
	}
	// Output: getAsyncProcess GET /manage/v2/asyncProcesses/{asyncProcessesUuid}
}

func ExampleOperation_LifecycleResponse() {
	c, err := contract.Embedded()
	if err != nil {
		panic(err)
	}
	described := c.Operation("getAsyncProcess").LifecycleResponse()
	fmt.Println(described.Status, described.Content[0].Type)
	fmt.Println(loadPetstore().Operation("getPet").LifecycleResponse() == nil)
	// Output:
	// 200 application/json
	// true
}

func ExampleContract_Match() {
	c := loadPetstore()
	if m, ok := c.Match(http.MethodGet, "/v1/pets/7"); ok {
		fmt.Println(m.Operation.ID(), m.Values)
	}
	if m, ok := c.Match(http.MethodPut, "/v1/pets/7"); ok {
		fmt.Println(m.Operation == nil, m.Allow)
	}
	if _, ok := c.Match(http.MethodGet, "/v1/pet/7"); !ok {
		fmt.Println(c.Nearest("/v1/pet/7"))
	}
	// Output:
	// getPet [7]
	// true [GET]
	// /v1/pets/{id}
}

func ExampleOperation_JudgeResponse() {
	o := loadPetstore().Operation("getPet")
	judgement := o.JudgeResponse(context.Background(), &contract.Exchange{
		Method: http.MethodGet,
		URL:    &url.URL{Path: "/v1/pets/7"},
		Status: http.StatusOK,
		Header: http.Header{"Content-Type": {"application/json"}},
		Body:   []byte(`{"id": "7", "tags": []}`),
	})
	for _, violation := range judgement.Violations {
		fmt.Println(violation.Level, violation)
	}
	// Output:
	// must getPet 200: response body /id: want integer, got string "7" (petstore.yaml:20:24)
	// should getPet 200: response body: a pet has a tag (petstore.yaml:23:21)
}

func ExampleOperation_JudgeParameters() {
	o := loadPetstore().Operation("getPet")
	for _, violation := range o.JudgeParameters(httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/v1/pets/tom", nil), []string{"tom"}) {
		fmt.Println(violation)
	}
	// Output: getPet: request path /id: want integer, got string "tom" (petstore.yaml:10:57)
}

func ExampleOperation_JudgeBody() {
	o := loadPetstore().Operation("getPet")
	fmt.Println(len(o.JudgeBody(http.Header{}, nil)))
	// Output: 0
}

func ExampleOperation_Credentials() {
	o := loadPetstore().Operation("getPet")
	r := httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/v1/pets/7", nil)
	_, violation := o.Credentials(r)
	fmt.Println(violation)
	r.SetBasicAuth("demo", "s3cret")
	credentials, _ := o.Credentials(r)
	fmt.Println(credentials)
	// Output:
	// getPet: request credentials /Authorization: want basic credentials (login), got none (petstore.yaml:8:19)
	// login basic credentials of user "demo"
}

func ExampleLifecycle_Course() {
	c, err := contract.Embedded()
	if err != nil {
		panic(err)
	}
	l := c.Operations()[0].Lifecycle()
	fmt.Println(l.Course(l.Outcomes.State(contract.OutcomeFailure)))
	fmt.Println(l.Course(l.Outcomes.State(contract.OutcomeSkipped)))
	// Output:
	// [NOT_STARTED IN_PROGRESS FAILED]
	// [NOT_STARTED NOT_NEEDED]
}
