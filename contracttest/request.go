package contracttest

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// headerScenario asks a mock for a scenario, and comes back from one that played it, with the seed and the anchor that it counts
// from; headerSession keeps the resources of one case apart, and headerElapsed asks for one moment. Every header of a mock begins
// with mockPrefix; headerError is what it cannot do.
const (
	mockPrefix     = "X-Mock-"
	headerScenario = "X-Mock-Scenario"
	headerSession  = "X-Mock-Session"
	headerElapsed  = "X-Mock-Elapsed"
	headerAnchor   = "X-Mock-Anchor"
	headerSeed     = "X-Mock-Seed"
	headerError    = "X-Mock-Error"
)

// request is an exchange to be made. It is kept apart from http.Request so that its secrets stay known as such.
type request struct {
	method      string
	url         *url.URL // without credentials; no host for a handler
	controls    []control
	body        string // JSON, "" for none
	credentials []credential
}

// control is one X-Mock-* header.
type control struct{ name, value string }

// with is a copy with one more control.
func (r *request) with(name, value string) *request {
	out := *r
	out.controls = append(slices.Clone(r.controls), control{name, value})
	return &out
}

// build makes the request that is sent.
func (r *request) build(ctx context.Context) (*http.Request, error) {
	target := *r.url
	if target.Host == "" {
		target.Host = "localhost"
	}
	var body io.Reader = http.NoBody
	if r.body != "" {
		body = strings.NewReader(r.body)
	}
	out, err := http.NewRequestWithContext(ctx, r.method, target.String(), body)
	if err != nil {
		return nil, err
	}
	if r.body != "" {
		out.Header.Set("Content-Type", "application/json")
	}
	out.Header.Set("Accept", "*/*") // as curl does, so that the line in the report repeats the exchange
	// Without it, any content coding would be acceptable (RFC 9110 section 12.5.3).
	out.Header.Set("Accept-Encoding", "identity")
	out.Header.Set("User-Agent", "understudy")
	for _, c := range r.controls {
		out.Header.Set(c.name, c.value)
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
	for _, c := range r.controls {
		parts = append(parts, "-H "+quote(c.name+": "+c.value))
	}
	if r.body != "" {
		parts = append(parts, "--json "+quote(r.body))
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
