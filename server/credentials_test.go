package server_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/understudy-dev/understudy/server"
)

func loadCredentials(t *testing.T, text string) (*server.Credentials, error) {
	t.Helper()
	return server.LoadCredentials(fstest.MapFS{"who.yaml": {Data: []byte(text)}}, "who.yaml")
}

func TestListedPrincipals(t *testing.T) {
	t.Parallel()
	list, err := loadCredentials(t, `
principals:
  - {user: reader, password: "p:w", scopes: [manage.async.process.read]}
  - {user: guest, password: guest}
`)
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(t, catalog(t), server.WithCredentials(list))
	for sent, status := range map[string]int{
		"reader:p:w":   200,
		"reader:wrong": 401,
		"reader:":      401,
		"Reader:p:w":   401,
		"nobody:p:w":   401,
		"guest:guest":  403,
		"guest:p:w":    401,
	} {
		w := ask(t, s, "GET", process, nil, "Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(sent)))
		if w.Code != status {
			t.Errorf("%s: want %d, got %d", sent, status, w.Code)
		}
	}
	if shown := fmt.Sprintf("%v %+v %s", list, list, list); strings.Contains(shown, "reader") || !strings.Contains(shown, "2 principals") {
		t.Errorf("want no names, got %s", shown)
	}
}

func TestBadCredentialsFiles(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		text string
		want []string
	}{
		"empty list":   {"principals: []", []string{"who.yaml:1:1", "no principals"}},
		"unknown key":  {"principals:\n  - {usr: a, password: b}\n", []string{"who.yaml:2:", "usr", "user"}},
		"number":       {"principals:\n  - {user: a, password: 1234}\n", []string{"who.yaml:2:"}},
		"no password":  {"principals:\n  - {user: a}\n", []string{"who.yaml:2:", "user and password go together"}},
		"two kinds":    {"principals:\n  - {token: a, key: b}\n", []string{"who.yaml:2:", "one kind", "got 2"}},
		"none":         {"principals:\n  - {scopes: [a]}\n", []string{"who.yaml:2:", "got 0"}},
		"token + pass": {"principals:\n  - {token: a, password: b}\n", []string{"who.yaml:2:", "go together"}},
		"colon":        {"principals:\n  - {user: 'a:b', password: c}\n", []string{"who.yaml:2:", "colon"}},
		"empty token":  {"principals:\n  - {token: ''}\n", []string{"who.yaml:2:", "empty"}},
		"twice":        {"principals:\n  - {user: a, password: b}\n  - {user: a, password: c}\n", []string{"who.yaml:3:", "twice"}},
		"all at once":  {"principals:\n  - {user: a}\n  - {key: b, token: c}\n", []string{"who.yaml:2:", "who.yaml:3:"}},
		"empty file":   {"", []string{"who.yaml"}},
		"a list":       {"- a\n", []string{"who.yaml:1:"}},
		"null":         {"principals:\n  - null\n", []string{"who.yaml:2:"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list, err := loadCredentials(t, tc.text)
			if err == nil {
				t.Fatalf("want an error, got %v", list)
			}
			containsAll(t, err.Error(), tc.want...)
		})
	}
	if _, err := server.LoadCredentials(fstest.MapFS{}, "../who.yaml"); err == nil {
		t.Error("want an error for a file outside")
	}
}
