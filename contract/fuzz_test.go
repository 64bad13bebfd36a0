package contract_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/understudy-dev/understudy/contract"
)

// FuzzLoad puts text into the parts of a document that are read by hand: path, reference, status, media type, rule, pointer.
func FuzzLoad(f *testing.F) {
	f.Add("/a/{b}", "#/components/schemas/A", "200", "application/json", "self.a == 1", "/a")
	f.Add("/{a}{b", "x.yaml#/%zz", "4XX", "a/*", "", "~2")
	f.Add("//", "//host/x", "2xx", ";", "self.", "")
	f.Fuzz(func(t *testing.T, path, ref, status, media, rule, pointer string) {
		text := fmt.Sprintf(`{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {%s: {"get": {"responses": {%s: {"description": "OK",
			"x-validations": [{"id": "r", "rule": %s, "message": "m"}], "content": {%s: {"schema": {"$ref": %s}}}}},
			"x-lifecycle": {"state": %s, "transitions": {"A": ["B"]}, "outcomes": {"success": "B"}}}}},
			"components": {"schemas": {"A": {"type": "object", "properties": {"a": {"type": "string"}}}}}}`,
			jsonText(path), jsonText(status), jsonText(rule), jsonText(media), jsonText(ref), jsonText(pointer))
		c, err := contract.Load(fstest.MapFS{"contract.json": {Data: []byte(text)}}, "contract.json")
		if err != nil {
			for line := range strings.Lines(err.Error()) {
				if !strings.HasPrefix(line, "contract.json:") {
					t.Fatalf("no position: %q", err)
				}
			}
			return
		}
		for _, o := range c.Operations() {
			o.JudgeResponse(t.Context(), exchange(http.MethodGet, "/", http.StatusOK, media, `{"a": "b"}`))
		}
	})
}

func FuzzCredentials(f *testing.F) {
	o := pets(f).Operation("getPet")
	for _, text := range []string{"", "Basic", "Basic " + base64.StdEncoding.EncodeToString([]byte("a:b")), "basic ====", "Bearer x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Header["Authorization"] = []string{text}
		credentials, violation := o.Credentials(r)
		if strings.Contains(text, "  ") {
			return // RFC 9110 allows several spaces, net/http does not
		}
		user, password, ok := r.BasicAuth()
		if violation == nil && (!ok || credentials.User != user || credentials.Secret != password) {
			t.Fatalf("%q: net/http reads %q %q %v, we read %q %q", text, user, password, ok, credentials.User, credentials.Secret)
		}
	})
}

func jsonText(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // text can always be quoted
	}
	return string(quoted)
}
