package contracttest

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/contract"
)

// Principal holds credentials: User and Password for HTTP Basic, Token for bearer and API keys. No way of printing it
// shows a secret. The zero value has none.
type Principal struct {
	User     string
	Password string `json:"-"`
	Token    string `json:"-"`
}

// String names the user and says which secrets there are.
func (p Principal) String() string {
	var kinds []string
	if p.User != "" {
		kinds = append(kinds, fmt.Sprintf("user %q", p.User))
	}
	if p.Token != "" {
		kinds = append(kinds, "a token")
	}
	if kinds == nil {
		return "no principal"
	}
	return "a principal with " + strings.Join(kinds, " and ")
}

// GoString is String.
func (p Principal) GoString() string { return p.String() }

// Format writes String for every verb, because %d would print the fields one by one.
func (p Principal) Format(state fmt.State, _ rune) {
	_, _ = io.WriteString(state, p.String()) // fmt has no place for an error
}

// madeUp is who asks a mock when nobody is configured: a mock lets any well-formed credentials in.
func madeUp() Principal {
	return Principal{User: "understudy", Password: "understudy", Token: "understudy"}
}

// place is where a credential stands in a request.
type place int

const (
	inBasic  place = iota // Authorization, HTTP Basic
	inBearer              // Authorization, bearer token
	inText                // Authorization, the text as it is
	inHeader
	inQuery
	inCookie
)

// credential is one credential of a request.
type credential struct {
	place  place
	name   string // of the header, the query parameter or the cookie
	user   string // inBasic
	secret string
	hidden bool // shown as the variable that holds it
}

func (c *credential) apply(r *http.Request) {
	switch c.place {
	case inBasic:
		r.SetBasicAuth(c.user, c.secret)
	case inBearer:
		r.Header.Set("Authorization", "Bearer "+c.secret)
	case inText:
		r.Header.Set("Authorization", c.secret)
	case inHeader:
		r.Header.Set(c.name, c.secret)
	case inQuery:
		query := r.URL.Query()
		query.Set(c.name, c.secret)
		r.URL.RawQuery = query.Encode()
	case inCookie:
		// As it is, like curl: http.Request.AddCookie would put quotes around some values and drop parts of others.
		cookie := c.name + "=" + c.secret
		if others := r.Header.Get("Cookie"); others != "" {
			cookie = others + "; " + cookie
		}
		r.Header.Set("Cookie", cookie)
	}
}

// spellings are the forms in which a provider may repeat the secret.
func (c *credential) spellings() []string {
	if !c.hidden {
		return nil
	}
	list := []string{c.secret, url.QueryEscape(c.secret), url.PathEscape(c.secret)}
	for _, quoted := range []string{jsonText(c.secret), strconv.Quote(c.secret)} {
		list = append(list, quoted[1:len(quoted)-1])
	}
	if c.place == inBasic {
		list = append(list, base64.StdEncoding.EncodeToString([]byte(c.user+":"+c.secret)))
	}
	return list
}

// bare is a request for the operation that carries nothing but some credentials, for the contract to judge.
func bare(o *contract.Operation, credentials []credential) *http.Request {
	r := &http.Request{Method: o.Method(), URL: &url.URL{Path: "/"}, Header: http.Header{}}
	for i := range credentials {
		credentials[i].apply(r)
	}
	return r
}

// maxSchemes bounds how many schemes one operation may combine.
const maxSchemes = 8

// credentialsFor chooses what of the principal the operation asks for. The violation says what the principal lacks.
func (p Principal) credentialsFor(o *contract.Operation, hidden bool) ([]credential, *contract.Violation) {
	var chosen []credential
	for {
		_, lacks := o.Credentials(bare(o, chosen))
		if lacks == nil || len(chosen) == maxSchemes {
			return chosen, lacks
		}
		next := p.satisfy(o, chosen, lacks, hidden)
		if next == nil {
			return nil, lacks
		}
		chosen = append(chosen, *next)
	}
}

// satisfy finds the credential that mends a violation, by trying: the contract judges requests, and keeps its schemes to itself.
func (p Principal) satisfy(o *contract.Operation, chosen []credential, lacks *contract.Violation, hidden bool) *credential {
	name := strings.TrimPrefix(lacks.Pointer, "/")
	var candidates []credential
	if p.User != "" {
		candidates = append(candidates, credential{place: inBasic, user: p.User, secret: p.Password, hidden: hidden})
	}
	if p.Token != "" {
		candidates = append(candidates,
			credential{place: inBearer, secret: p.Token, hidden: hidden},
			credential{place: inHeader, name: name, secret: p.Token, hidden: hidden},
			credential{place: inQuery, name: name, secret: p.Token, hidden: hidden},
			credential{place: inCookie, name: name, secret: p.Token, hidden: hidden})
	}
	for i := range candidates {
		with := slices.Concat(chosen, candidates[i:i+1])
		_, left := o.Credentials(bare(o, with))
		if left == nil || left.Want != lacks.Want {
			return &candidates[i]
		}
	}
	return nil
}
