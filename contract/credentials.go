package contract

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// Credentials are what a request carried for one of the operation's security schemes. No way of printing them shows Secret.
type Credentials struct {
	Scheme   string   // name in components.securitySchemes
	Kind     string   // basic, bearer, apiKey, mutualTLS, or another scheme of the Authorization header
	User     string   // basic only
	Secret   string   `json:"-"` // password, token or key
	Required []string // scopes or roles that the operation asks of this scheme; do not modify
}

// String names scheme, kind and user.
func (c Credentials) String() string {
	return fmt.Sprintf("%s %s credentials of user %q", c.Scheme, c.Kind, c.User)
}

// GoString is String.
func (c Credentials) GoString() string { return c.String() }

// Format writes String for every verb, because %d would print the fields one by one.
func (c Credentials) Format(state fmt.State, _ rune) {
	_, _ = io.WriteString(state, c.String()) // fmt has no place for an error
}

// Credentials reads the request's credentials. An operation without a requirement, or with an optional one that the request
// does not meet, gives none and nil. Absent, empty or malformed ones give a violation (rule "credentials"). Of several alternatives the first that
// is met counts; of one that combines schemes all are read, and those of the first are returned. A client certificate (mutualTLS) is the
// business of whoever listens: it always counts as met.
func (o *Operation) Credentials(r *http.Request) (Credentials, *Violation) {
	var refused *Violation
	for _, needs := range o.security.alternatives {
		credentials, problem := readNeeds(r, needs)
		if problem == nil {
			return credentials, nil
		}
		// A scheme that the request tried says more than one that it never meant.
		if refused == nil || (refused.Got == absent && problem.got != absent) {
			refused = o.refusal(problem)
		}
	}
	if o.security.optional {
		return Credentials{}, nil
	}
	return Credentials{}, refused
}

// absent is what is got when a request tries no credentials of a scheme.
const absent = "none"

// credentialProblem says what is wrong with the credentials of one scheme, without any of their text.
type credentialProblem struct {
	need    need
	pointer string
	got     string
}

func (o *Operation) refusal(problem *credentialProblem) *Violation {
	s := problem.need.scheme
	return &Violation{
		Operation: o.id, Level: levelOf(o.security.inferred), Where: inCredentials, Pointer: problem.pointer, Rule: "credentials",
		Want: fmt.Sprintf("%s credentials (%s)", s.kind, s.name), Got: problem.got,
		Inferred: o.security.inferred, Position: problem.need.position,
	}
}

func readNeeds(r *http.Request, needs []need) (Credentials, *credentialProblem) {
	var first Credentials
	for i, n := range needs {
		credentials := Credentials{Scheme: n.scheme.name, Kind: n.scheme.kind, Required: n.required}
		pointer, got := n.scheme.read(r, &credentials)
		if got != "" {
			return Credentials{}, &credentialProblem{need: n, pointer: pointer, got: got}
		}
		if i == 0 {
			first = credentials
		}
	}
	return first, nil
}

// read fills in what the request carries for the scheme; got says what is wrong, "" when nothing is.
func (s *scheme) read(r *http.Request, into *Credentials) (pointer, got string) {
	switch s.kind {
	case "mutualTLS":
		return "", ""
	case "apiKey":
		into.Secret, got = s.readKey(r)
		return "/" + s.key, got
	}
	text, got := authorization(r, s.kind)
	if got == "" && text == "" {
		got = "empty " + s.kind + " credentials"
	}
	if got != "" {
		return "/Authorization", got
	}
	switch s.kind {
	case "basic":
		into.User, into.Secret, got = readBasic(text)
	case "bearer":
		if into.Secret = text; !isToken68(text) {
			into.Secret, got = "", "a token with characters that no token has"
		}
	default:
		into.Secret = text
	}
	return "/Authorization", got
}

// authorization returns what stands behind the scheme's name in the one Authorization header (RFC 9110 section 11.6.2).
func authorization(r *http.Request, kind string) (text, got string) {
	values := r.Header["Authorization"]
	switch {
	case len(values) == 0:
		return "", absent
	case len(values) > 1:
		return "", fmt.Sprintf("%d Authorization headers", len(values))
	}
	name, text, _ := strings.Cut(values[0], " ")
	switch {
	case values[0] == "":
		return "", "an empty Authorization header"
	case !strings.EqualFold(name, kind):
		return "", "credentials of another scheme"
	}
	return strings.TrimLeft(text, " "), ""
}

// readBasic decodes user-id and password (RFC 7617 section 2).
func readBasic(text string) (user, password, got string) {
	decoded, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return "", "", "basic credentials that are not base64"
	}
	user, password, ok := strings.Cut(string(decoded), ":")
	switch {
	case !ok:
		return "", "", "basic credentials without a colon"
	case user == "":
		return "", "", "basic credentials without a user"
	case strings.ContainsFunc(string(decoded), func(r rune) bool { return r < 0x20 || r == 0x7f }):
		return "", "", "basic credentials with control characters"
	}
	return user, password, ""
}

// isToken68 checks the form of a bearer token (RFC 6750 section 2.1).
func isToken68(text string) bool {
	body := strings.TrimRight(text, "=")
	for i := range len(body) {
		b := body[i]
		switch {
		case b|0x20 >= 'a' && b|0x20 <= 'z', b >= '0' && b <= '9', strings.IndexByte("-._~+/", b) >= 0:
		default:
			return false
		}
	}
	return body != ""
}

func (s *scheme) readKey(r *http.Request) (key, got string) {
	var values []string
	switch s.in {
	case "header":
		values = r.Header.Values(s.key)
	case "query":
		values = r.URL.Query()[s.key]
	case "cookie":
		for _, cookie := range r.CookiesNamed(s.key) {
			values = append(values, cookie.Value)
		}
	}
	switch {
	case len(values) == 0:
		return "", absent
	case slices.Contains(values, ""):
		return "", "an empty key"
	case len(values) > 1:
		return "", fmt.Sprintf("%d keys", len(values))
	}
	return values[0], ""
}
