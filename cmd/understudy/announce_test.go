package main

import (
	"net"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
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
		"http, scheme: basic":          "curl -s -u demo:demo http://a/pets",
		"http, scheme: bearer":         "curl -s -H 'Authorization: Bearer demo' http://a/pets",
		"apiKey, in: header, name: id": "curl -s http://a/pets",
	}
	for scheme, want := range tests {
		writeFiles(t, []txtar.File{{Name: "openapi.yaml", Data: []byte(strings.Replace(document, "SCHEME", scheme, 1))}})
		from := sources{contract: "openapi.yaml"}
		w, err := from.catalog()
		if err != nil {
			t.Fatal(err)
		}
		if got := try(w, "http://a", true); got != want {
			t.Errorf("%s: want %s, got %s", scheme, want, got)
		}
		if got := try(w, "http://a", false); got != "curl -s http://a/pets" {
			t.Errorf("%s: want no made-up credentials, got %s", scheme, got)
		}
	}
}

func TestQuoteForShell(t *testing.T) {
	for text, want := range map[string]string{"http://a:1/b-c": "http://a:1/b-c", "a b": "'a b'", "it's": `'it'\''s'`, "a&b": "'a&b'"} {
		if got := quoteForShell(text); got != want {
			t.Errorf("%q: want %s, got %s", text, want, got)
		}
	}
}
