package server

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/understudy-dev/understudy/contract"
)

// challenges are the WWW-Authenticate values of an operation's 401 (RFC 9110 section 11.6.1), one for each kind of
// credentials that it would take. Nil when it asks for none, or for a kind that has no challenge.
func challenges(o *contract.Operation, title string) []string {
	if !o.Protected() {
		return nil
	}
	var values []string
	for _, probe := range []struct{ kind, name, credentials string }{
		{kindBasic, "Basic", "Basic dXNlcjpwYXNzd29yZA=="},
		{kindBearer, "Bearer", "Bearer token"},
	} {
		r := &http.Request{Method: o.Method(), URL: &url.URL{Path: "/"}, Header: http.Header{"Authorization": {probe.credentials}}}
		if taken, violation := o.Credentials(r); violation == nil && taken.Kind == probe.kind {
			values = append(values, probe.name+` realm="`+quotedText(title)+`"`)
		}
	}
	return values
}

// quotedText makes text fit a quoted-string (RFC 9110 section 5.6.4) of printable ASCII.
func quotedText(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r > '~':
			b.WriteByte('?')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
