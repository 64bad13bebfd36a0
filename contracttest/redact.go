package contracttest

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/contract"
)

// redacted stands in place of a secret.
const redacted = "[redacted]"

// redactor takes the secrets of one request out of everything that is shown. A provider may repeat what it was sent, so
// answers are searched as well.
type redactor struct{ replacer *strings.Replacer }

func newRedactor(credentials []credential) redactor {
	var secrets []string
	for i := range credentials {
		secrets = append(secrets, credentials[i].spellings()...)
	}
	secrets = slices.DeleteFunc(secrets, func(s string) bool { return s == "" })
	// The longest first: a secret may hold another one.
	slices.SortFunc(secrets, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b)) })
	pairs := make([]string, 0, 2*len(secrets))
	for _, s := range slices.Compact(secrets) {
		pairs = append(pairs, s, redacted)
	}
	return redactor{strings.NewReplacer(pairs...)}
}

func (r redactor) text(s string) string { return r.replacer.Replace(s) }

func (r redactor) header(h http.Header) http.Header {
	out := h.Clone()
	for _, values := range out {
		for i := range values {
			values[i] = r.text(values[i])
		}
	}
	return out
}

// exchange is a copy without secrets.
func (r redactor) exchange(x *contract.Exchange) *contract.Exchange {
	out := *x
	address := *x.URL
	address.RawQuery = r.text(address.RawQuery)
	out.URL = &address
	out.RequestHeader, out.Header = r.header(x.RequestHeader), r.header(x.Header)
	for _, name := range []string{"Authorization", "Proxy-Authorization"} {
		if out.RequestHeader.Get(name) != "" {
			out.RequestHeader.Set(name, redacted)
		}
	}
	out.Body = []byte(r.text(string(x.Body)))
	return &out
}

// checks takes the secrets out of the violations of these very checks.
func (r redactor) checks(list []Result) []Result {
	for i := range list {
		for j := range list[i].Violations {
			list[i].Violations[j] = r.violation(list[i].Violations[j])
		}
	}
	return list
}

func (r redactor) violation(v contract.Violation) contract.Violation {
	v.Pointer, v.Want, v.Got = r.text(v.Pointer), r.text(v.Want), r.text(v.Got)
	return v
}
