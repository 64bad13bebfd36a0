package main

import (
	"net"
	"net/http/httptest"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/understudy-dev/understudy/server"
)

func TestOrigin(t *testing.T) {
	tests := map[string]string{
		"127.0.0.1:80": "http://127.0.0.1:80", "0.0.0.0:80": "http://127.0.0.1:80", "[::]:80": "http://[::1]:80", "10.1.2.3:80": "http://10.1.2.3:80",
	}
	for address, want := range tests {
		resolved, err := net.ResolveTCPAddr("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		if got := origin(resolved); got != want {
			t.Errorf("%s: want %s, got %s", address, want, got)
		}
	}
}

// The command to try takes the credentials that the contract asks for.
func TestTry(t *testing.T) {
	const document = `
openapi: 3.1.0
info: {title: Pets, version: "1"}
paths:
  /pets:
    post: {operationId: addPet, responses: {"204": {description: Added}}}
    get: {operationId: listPets, security: [{who: []}], responses: {"204": {description: None}}}
components: {securitySchemes: {who: {type: SCHEME}}}
`
	t.Chdir(t.TempDir())
	tests := map[string]string{
		"http, scheme: basic":              "curl -s -u demo:demo ORIGIN/pets",
		"http, scheme: bearer":             "curl -s -H 'Authorization: Bearer demo' ORIGIN/pets",
		"apiKey, in: header, name: X-Key":  "curl -s -H 'X-Key: demo' ORIGIN/pets",
		"apiKey, in: query, name: api key": "curl -s -G -d 'api+key=demo' ORIGIN/pets",
		"apiKey, in: cookie, name: key":    "curl -s -b 'key=demo' ORIGIN/pets",
		"http, scheme: digest":             "curl -s ORIGIN/pets",
	}
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Log("there is no curl: the commands are not run")
	}
	for scheme, want := range tests {
		writeFiles(t, []txtar.File{{Name: "openapi.yaml", Data: []byte(strings.Replace(document, "SCHEME", scheme, 1))}})
		from := sources{contract: "openapi.yaml"}
		w, err := from.catalog()
		if err != nil {
			t.Fatal(err)
		}
		mock, err := server.New(w.catalog)
		if err != nil {
			t.Fatal(err)
		}
		listening := httptest.NewServer(mock)
		defer listening.Close()
		got := try(w, listening.URL, true)
		if want = strings.Replace(want, "ORIGIN", listening.URL, 1); got != want {
			t.Errorf("%s: want %s, got %s", scheme, want, got)
		}
		if got := try(w, "http://a", false); got != "curl -s http://a/pets" {
			t.Errorf("%s: want no made-up credentials, got %s", scheme, got)
		}
		if curl == "" || scheme == "http, scheme: digest" || runtime.GOOS == "windows" {
			continue
		}
		pasted := exec.CommandContext(t.Context(), "sh", "-c", got+" -f --noproxy '*'")
		if output, err := pasted.CombinedOutput(); err != nil {
			t.Errorf("%s: pasted, %s gives %v %s", scheme, got, err, output)
		}
	}
}

// Combined schemes are all met, and an operation that needs more than a path is the last choice.
func TestTryWhatWorks(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFiles(t, []txtar.File{{Name: "openapi.yaml", Data: []byte(`
openapi: 3.1.0
info: {title: Pets, version: "1"}
paths:
  /a:
    get:
      operationId: search
      parameters: [{name: q, in: query, required: true, schema: {type: string}}]
      responses: {"204": {description: None}}
  /b:
    get: {operationId: listPets, security: [{app: [], who: []}], responses: {"204": {description: None}}}
components: {securitySchemes: {app: {type: apiKey, in: header, name: X-App}, who: {type: http, scheme: bearer}}}
`)}})
	from := sources{contract: "openapi.yaml"}
	w, err := from.catalog()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := try(w, "http://a", true), "curl -s -H 'X-App: demo' -H 'Authorization: Bearer demo' http://a/b"; got != want {
		t.Errorf("want %s, got %s", want, got)
	}
}

func TestQuoteForShell(t *testing.T) {
	for text, want := range map[string]string{"http://a:1/b-c": "http://a:1/b-c", "a b": "'a b'", "it's": `'it'\''s'`, "a&b": "'a&b'"} {
		if got := quoteForShell(text); got != want {
			t.Errorf("%q: want %s, got %s", text, want, got)
		}
	}
}
