package contracttest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/contract"
)

// minCookie is the length from which a cookie is looked for in what was answered: shorter ones are switches and languages.
const minCookie = 8

// discretion knows what in recorded traffic is nobody's business.
type discretion struct{ keys []contract.APIKey }

func newDiscretion(c *contract.Contract) discretion { return discretion{c.APIKeys()} }

// private says whether a header or a query parameter is a secret by its name, whatever the contract says.
func private(name string) bool {
	name = strings.ToLower(name)
	if strings.HasPrefix(name, strings.ToLower(mockPrefix)) {
		return false // a session of a mock is none
	}
	for _, word := range []string{
		"authorization", "cookie", "token", "secret", "api-key", "api_key", "apikey", "x-auth", "session", "signature", "passw", "credential", "jwt",
	} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// masked says whether somebody has taken a value out before.
func masked(value string) bool {
	lower := strings.ToLower(value)
	return strings.Contains(lower, "redacted") || strings.Contains(lower, "***")
}

// credentials are those that the request carries: in Authorization, and where the contract's API keys stand.
func (d discretion) credentials(x *contract.Exchange) []credential {
	var list []credential
	r := &http.Request{Header: x.RequestHeader}
	if text := x.RequestHeader.Get("Authorization"); text != "" {
		scheme, token, _ := strings.Cut(text, " ")
		user, password, basic := r.BasicAuth()
		switch {
		case basic:
			list = append(list, credential{place: inBasic, user: user, secret: password, hidden: true})
		case strings.EqualFold(scheme, "Bearer"):
			list = append(list, credential{place: inBearer, secret: token, hidden: true})
		default:
			list = append(list, credential{place: inHeader, name: "Authorization", secret: text, hidden: true})
		}
	}
	query := x.URL.Query()
	for _, key := range d.keys {
		one := credential{name: key.Name, hidden: true}
		switch key.In {
		case "header":
			one.place, one.secret = inHeader, r.Header.Get(key.Name)
		case "query":
			one.place, one.secret = inQuery, query.Get(key.Name)
		default:
			one.place = inCookie
			if cookie, err := r.Cookie(key.Name); err == nil {
				one.secret = cookie.Value
			}
		}
		if one.secret != "" {
			list = append(list, one)
		}
	}
	return list
}

// carries says whether the request has credentials of any kind.
func (d discretion) carries(x *contract.Exchange) bool { return len(d.credentials(x)) > 0 }

// of finds the secrets of exchanges, to take them out of all that is shown.
func (d discretion) of(exchanges ...*contract.Exchange) *veil {
	v := &veil{discretion: d}
	var secrets []credential
	add := func(secret string) {
		secrets = append(secrets, credential{place: inText, secret: secret, hidden: true})
	}
	for _, x := range exchanges {
		secrets = append(secrets, d.credentials(x)...)
		password, _ := x.URL.User.Password()
		add(password)
		cookies := (&http.Request{Header: x.RequestHeader}).Cookies()
		for _, cookie := range append(cookies, (&http.Response{Header: x.Header}).Cookies()...) {
			if len(cookie.Value) >= minCookie {
				add(cookie.Value)
			}
		}
		for _, values := range []map[string][]string{x.RequestHeader, x.Header, x.URL.Query()} {
			for name, texts := range values {
				if len(texts) > 0 && len(texts[0]) >= minCookie && v.private(name) {
					add(texts[0])
				}
			}
		}
	}
	v.redactor = newRedactor(secrets)
	return v
}

// veil hides the secrets of some exchanges.
type veil struct {
	redactor

	discretion discretion
}

func (v *veil) private(name string) bool {
	for _, key := range v.discretion.keys {
		if strings.EqualFold(key.Name, name) {
			return true
		}
	}
	return private(name)
}

// exchange is a copy without secrets.
func (v *veil) exchange(x *contract.Exchange) *contract.Exchange {
	out := *x
	address := *x.URL
	address.User = nil
	address.RawQuery = v.query(x.URL, func(string) string { return redacted })
	out.URL = &address
	out.RequestHeader, out.Header, out.RequestBody = x.RequestHeader.Clone(), x.Header.Clone(), nil
	for _, header := range []http.Header{out.RequestHeader, out.Header} {
		for name := range header {
			if v.private(name) {
				header[name] = []string{redacted}
			}
		}
	}
	return v.redactor.exchange(&out)
}

// query is the query as it was written, with other values in place of secret ones; a value of "" drops its parameter.
func (v *veil) query(u *url.URL, replace func(name string) string) string {
	var kept []string
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		name, _, _ := strings.Cut(part, "=")
		unescaped, err := url.QueryUnescape(name)
		if err != nil {
			unescaped = name
		}
		if v.private(unescaped) {
			value := replace(unescaped)
			if value == "" {
				continue
			}
			part = name + "=" + value
		}
		kept = append(kept, part)
	}
	return strings.Join(kept, "&")
}

// request repeats an exchange: with credentials by the variables that hold them, and the headers that a provider may heed.
func (v *veil) request(m *matched) *request {
	address := *m.exchange.URL
	address.User = nil
	credentials := v.discretion.credentials(m.exchange)
	address.RawQuery = v.query(m.exchange.URL, func(name string) string {
		for i := range credentials {
			if credentials[i].place == inQuery && credentials[i].name == name {
				return ""
			}
		}
		return redacted
	})
	address.RawQuery = v.text(address.RawQuery)
	out := &request{method: m.exchange.Method, url: &address, credentials: credentials}
	names := []string{"Accept", "Content-Type"}
	for _, parameter := range m.operation.Parameters() {
		if parameter.In == "header" {
			names = append(names, parameter.Name)
		}
	}
	for name := range m.exchange.RequestHeader {
		if strings.HasPrefix(name, mockPrefix) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if value := m.exchange.RequestHeader.Get(name); value != "" && !v.private(name) {
			out.controls = append(out.controls, control{name, v.text(value)})
		}
	}
	return out
}

// data stands for the request's body, which may hold anything and is therefore not shown.
func (v *veil) data(m *matched) string {
	if len(m.exchange.RequestBody) == 0 && !m.noRequestBody {
		return ""
	}
	if m.exchange.Method == http.MethodGet || m.exchange.Method == http.MethodHead {
		return ""
	}
	return fmt.Sprintf(" --data-binary @entry-%d.body", m.number)
}
