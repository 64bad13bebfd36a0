package contracttest

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// headerScenario asks a mock for a scenario, and comes back from one that played it. Every header of a mock begins with
// mockPrefix; headerError is what it cannot do.
const (
	mockPrefix     = "X-Mock-"
	headerScenario = "X-Mock-Scenario"
	headerError    = "X-Mock-Error"
)

// request is an exchange to be made. It is kept apart from http.Request so that its secrets stay known as such.
type request struct {
	method      string
	url         *url.URL // without credentials; no host for a handler
	scenario    string   // X-Mock-Scenario, or ""
	credentials []credential
}

// build makes the request that is sent.
func (r *request) build(ctx context.Context) (*http.Request, error) {
	target := *r.url
	if target.Host == "" {
		target.Host = "localhost"
	}
	out, err := http.NewRequestWithContext(ctx, r.method, target.String(), http.NoBody)
	if err != nil {
		return nil, err
	}
	out.Header.Set("Accept", "*/*") // as curl does, so that the line in the report repeats the exchange
	// Without it, any content coding would be acceptable (RFC 9110 section 12.5.3).
	out.Header.Set("Accept-Encoding", "identity")
	out.Header.Set("User-Agent", "understudy")
	if r.scenario != "" {
		out.Header.Set(headerScenario, r.scenario)
	}
	for i := range r.credentials {
		r.credentials[i].apply(out)
	}
	return out, nil
}

// safe says whether a method only reads (RFC 9110 section 9.2.1).
func safe(method string) bool {
	return slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace}, method)
}

// curl is the command line that repeats the request. Secrets stand as the variables that hold them, and so does the
// address of a provider that has none.
func (r *request) curl() string {
	parts := []string{"curl -i"}
	if r.method == http.MethodHead {
		parts[0] = "curl -I" // -X HEAD would wait for a body
	} else {
		parts = append(parts, "-X "+r.method)
	}
	if r.url.Host == "" {
		parts = append(parts, `"$UNDERSTUDY_TARGET"`+quote(r.url.RequestURI()))
	} else {
		parts = append(parts, quote(r.url.String()))
	}
	if r.scenario != "" {
		parts = append(parts, "-H "+quote(headerScenario+": "+r.scenario))
	}
	for i := range r.credentials {
		parts = append(parts, r.credentials[i].curl())
	}
	return strings.Join(parts, " ")
}

func (c *credential) curl() string {
	secret := quote(c.secret)
	if c.hidden {
		secret = `"$UNDERSTUDY_TOKEN"`
	}
	switch c.place {
	case inBasic:
		if c.hidden {
			return `-u "$UNDERSTUDY_USER:$UNDERSTUDY_PASSWORD"`
		}
		return "-u " + quote(c.user+":"+c.secret)
	case inBearer:
		return "-H 'Authorization: Bearer '" + secret
	case inText:
		return "-H " + quote("Authorization: "+c.secret)
	case inHeader:
		if c.secret == "" {
			return "-H " + quote(c.name+";") // curl's way to send an empty header
		}
		return "-H " + quote(c.name+": ") + secret
	case inQuery:
		return "-G --data-urlencode " + quote(c.name+"=") + secret
	default:
		return "-b " + quote(c.name+"=") + secret
	}
}

// quote makes one word of a POSIX shell.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
