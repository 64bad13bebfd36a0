package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing/fstest"

	"github.com/understudy-dev/understudy/scenarios"
	"github.com/understudy-dev/understudy/server"
)

// The whole mock in five lines of a test.
func Example() {
	catalog, _ := scenarios.Embedded()
	mock, _ := server.New(catalog, server.WithoutAuth(), server.WithScenario("response-500"))
	listening := httptest.NewServer(mock)
	defer listening.Close()
	answer, err := http.Get(listening.URL + "/manage/v2/asyncProcesses/8d5f0f6e-2a55-4c80-9e0c-6b7a3c1d9e42") //nolint:noctx // as short as a reader would write it
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = answer.Body.Close() }()
	fmt.Println(answer.StatusCode, answer.Header.Get(server.HeaderScenario))
	// Output: 500 response-500
}

func ExampleLoadCredentials() {
	files := fstest.MapFS{"who.yaml": {Data: []byte(`
principals:
  - {user: demo, password: demo, scopes: [manage.async.process.read]}
  - {user: guest, password: guest}
`)}}
	list, err := server.LoadCredentials(files, "who.yaml")
	fmt.Println(list, err)
	// Output: 2 principals <nil>
}

func ExampleServer_Reset() {
	catalog, _ := scenarios.Embedded()
	mock, err := server.New(catalog)
	if err != nil {
		fmt.Println(err)
		return
	}
	mock.Reset() // between tests: scenarios that answer call by call start again
	fmt.Println("ready")
	// Output: ready
}
