package contract_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func basic(text string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(text))
}

func TestCredentials(t *testing.T) {
	const noBasic = `getPet: request credentials /Authorization: want basic credentials (basic), got `
	const noBearer = `addPet: request credentials /Authorization: want bearer credentials (login), got `
	tests := []struct {
		name, operation string
		header          map[string]string
		query           string
		want            string // credentials, or the violation
	}{
		{name: "basic", operation: "getPet", header: map[string]string{"Authorization": basic("demo:s:cret")}, want: `basic basic "demo" "s:cret" [reader]`},
		{name: "basic without password", operation: "getPet", header: map[string]string{"Authorization": basic("demo:")}, want: `basic basic "demo" "" [reader]`},
		{name: "scheme in any case", operation: "getPet", header: map[string]string{"Authorization": strings.Replace(basic("a:b"), "Basic ", "bAsIc  ", 1)}, want: `basic basic "a" "b" [reader]`},
		{name: "absent", operation: "getPet", want: noBasic + "none"},
		{name: "empty header", operation: "getPet", header: map[string]string{"Authorization": ""}, want: noBasic + "an empty Authorization header"},
		{name: "scheme alone", operation: "getPet", header: map[string]string{"Authorization": "Basic"}, want: noBasic + "empty basic credentials"},
		{name: "scheme and a space", operation: "getPet", header: map[string]string{"Authorization": "Basic "}, want: noBasic + "empty basic credentials"},
		{name: "not base64", operation: "getPet", header: map[string]string{"Authorization": "Basic s3cret!"}, want: noBasic + "basic credentials that are not base64"},
		{name: "no padding", operation: "getPet", header: map[string]string{"Authorization": strings.TrimRight(basic("demo:demo"), "=") + "!"}, want: noBasic + "basic credentials that are not base64"},
		{name: "no colon", operation: "getPet", header: map[string]string{"Authorization": basic("s3cret")}, want: noBasic + "basic credentials without a colon"},
		{name: "no user", operation: "getPet", header: map[string]string{"Authorization": basic(":s3cret")}, want: noBasic + "basic credentials without a user"},
		{name: "control characters", operation: "getPet", header: map[string]string{"Authorization": basic("a\x00:b")}, want: noBasic + "basic credentials with control characters"},
		{name: "another scheme", operation: "getPet", header: map[string]string{"Authorization": "Bearer s3cret"}, want: noBasic + "credentials of another scheme"},
		{name: "no scheme", operation: "getPet", header: map[string]string{"Authorization": "s3cret"}, want: noBasic + "credentials of another scheme"},
		{name: "bearer", operation: "addPet", header: map[string]string{"Authorization": "Bearer a.b-c_d~e+f/1=="}, want: `login bearer "" "a.b-c_d~e+f/1==" [write]`},
		{name: "empty bearer", operation: "addPet", header: map[string]string{"Authorization": "Bearer "}, want: noBearer + "empty bearer credentials"},
		{name: "bearer with a space", operation: "addPet", header: map[string]string{"Authorization": "Bearer s3cret x"}, want: noBearer + "a token with characters that no token has"},
		{name: "nothing asked", operation: "GET /pets/mine", want: `  "" "" []`},
		{name: "optional at the root", operation: "listPets", want: `  "" "" []`},
		{name: "both of a pair", operation: "feedPet", header: map[string]string{"Authorization": basic("a:b"), "X-Key": "k"}, want: `basic basic "a" "b" []`},
		{name: "one of a pair", operation: "feedPet", header: map[string]string{"Authorization": basic("a:b")}, want: `feedPet: request credentials /Authorization: want digest credentials (digest), got credentials of another scheme`},
		{name: "cookie", operation: "feedPet", header: map[string]string{"Cookie": "session=k"}, want: `cookie apiKey "" "k" []`},
		{name: "empty cookie", operation: "feedPet", header: map[string]string{"Cookie": "session="}, want: `feedPet: request credentials /session: want apiKey credentials (cookie), got an empty key`},
		{name: "query", operation: "feedPet", query: "token=k", want: `query apiKey "" "k" []`},
		{name: "two in the query", operation: "feedPet", query: "token=k&token=l", want: `feedPet: request credentials /token: want apiKey credentials (query), got 2 keys`},
		{name: "other scheme of HTTP", operation: "feedPet", header: map[string]string{"Authorization": `Digest username="a"`}, want: `digest digest "" "username=\"a\"" []`},
	}
	c := pets(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?"+test.query, nil)
			for name, value := range test.header {
				r.Header[name] = []string{value}
			}
			credentials, violation := c.Operation(test.operation).Credentials(r)
			got := fmt.Sprintf("%s %s %q %q %v", credentials.Scheme, credentials.Kind, credentials.User, credentials.Secret, credentials.Required)
			if violation != nil {
				if credentials.Scheme != "" || violation.Rule != "credentials" {
					t.Errorf("got credentials %v beside %+v", credentials, violation)
				}
				got, _, _ = strings.Cut(violation.String(), " (pets.yaml")
			}
			if got != test.want {
				t.Errorf("want %s\ngot  %s", test.want, got)
			}
			if violation != nil && strings.Contains(violation.String(), "s3cret") {
				t.Errorf("the violation shows the secret: %v", violation)
			}
		})
	}
}

func TestCredentialsLevel(t *testing.T) {
	c := pets(t)
	_, guessed := c.Operation("getPet").Credentials(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	_, stated := c.Operation("addPet").Credentials(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	if guessed.Level.String() != "should" || guessed.Inferred != "a guess" || stated.Level.String() != "must" {
		t.Errorf("got %v [%s] and %v", guessed.Level, guessed.Inferred, stated.Level)
	}
}

func TestTwoAuthorizationHeaders(t *testing.T) {
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	r.Header["Authorization"] = []string{basic("a:b"), basic("c:d")}
	if _, violation := pets(t).Operation("getPet").Credentials(r); violation == nil || violation.Got != "2 Authorization headers" {
		t.Errorf("got %v", violation)
	}
}

func TestCredentialsHideTheSecret(t *testing.T) {
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	r.Header.Set("Authorization", basic("demo:s3cret"))
	credentials, violation := pets(t).Operation("getPet").Credentials(r)
	if violation != nil {
		t.Fatal(violation)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%t"} {
		for _, value := range []any{credentials, &credentials, []any{credentials}} {
			if got := fmt.Sprintf(verb, value); strings.Contains(got, "s3cret") || strings.Contains(got, fmt.Sprintf("%x", "s3cret")) {
				t.Errorf("%s shows the secret: %s", verb, got)
			}
		}
	}
	if got, err := json.Marshal(credentials); err != nil || strings.Contains(string(got), "s3cret") {
		t.Errorf("JSON shows the secret: %s %v", got, err)
	}
}
