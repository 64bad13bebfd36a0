package contracttest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/contract"
)

// probe is a request that the contract wants refused. It never carries scenario headers.
type probe struct {
	level    contract.Level // of the refusal
	sentence string
	where    string // the part of the request that is wrong, and its pointer
	pointer  string
	position contract.Position
	// valid says that the principal's credentials are sent; else these are.
	valid       bool
	credentials []credential
	parameter   int    // which path parameter is replaced by malformed
	malformed   string // "" replaces none
}

// probes lists those of an operation whose refusal the contract documents; values are path values that play its default on a mock.
func probes(o *contract.Operation, values []string) []*planned {
	var list []*planned
	if documents(o, http.StatusUnauthorized) {
		list = append(list, credentialProbes(o, values)...)
	}
	if documents(o, http.StatusBadRequest) {
		list = append(list, parameterProbes(o, values)...)
	}
	return list
}

// documents says whether the contract names this very status. A range or a default promises nothing about one error.
func documents(o *contract.Operation, status int) bool {
	return slices.ContainsFunc(o.Responses(), func(r *contract.Response) bool { return r.Status == strconv.Itoa(status) })
}

func credentialProbes(o *contract.Operation, values []string) []*planned {
	var list []*planned
	add := func(name string, credentials []credential) {
		_, refused := o.Credentials(bare(o, credentials))
		if refused == nil {
			return // the contract lets such a request in
		}
		list = append(list, &planned{
			operation: o, name: "probe/credentials-" + name, kind: KindProbe, status: http.StatusUnauthorized, values: values,
			probe: &probe{
				level: refused.Level, where: refused.Where, pointer: refused.Pointer, position: refused.Position,
				sentence: fmt.Sprintf("answers %d to %s credentials", http.StatusUnauthorized, name), credentials: credentials,
			},
		})
	}
	add("absent", nil)
	right, lacks := madeUp().credentialsFor(o, false)
	if lacks != nil || len(right) == 0 {
		return list
	}
	empty, malformed := spoil(right[0])
	add("empty", append([]credential{empty}, right[1:]...))
	if malformed.secret != "" {
		add("malformed", append([]credential{malformed}, right[1:]...))
	}
	return list
}

// spoil makes empty and malformed credentials of right ones. Any text is a well-formed key, so there is no malformed one.
func spoil(right credential) (empty, malformed credential) {
	switch right.place {
	case inBasic:
		// RFC 7617 section 2: base64 of user, colon and password; here of the colon alone.
		return authorization("Basic Og=="), authorization("Basic not-base64")
	case inBearer:
		return authorization("Bearer"), authorization("Bearer not a token")
	default:
		return credential{place: right.place, name: right.name}, credential{}
	}
}

func authorization(text string) credential { return credential{place: inText, secret: text} }

// malformedTexts are tried in turn: the first that the contract refuses is sent.
func malformedTexts() []string {
	return []string{"malformed", "-1", "1.5", "~", strings.Repeat("x", 300)}
}

func parameterProbes(o *contract.Operation, values []string) []*planned {
	var list []*planned
	asked := &http.Request{Method: o.Method(), URL: &url.URL{Path: "/"}, Header: http.Header{}}
	for i, parameter := range o.PathParameters() {
		if i >= len(values) {
			break
		}
		for _, text := range malformedTexts() {
			given := slices.Clone(values)
			given[i] = text
			violations := o.JudgeParameters(asked, given)
			refused := slices.IndexFunc(violations, func(v contract.Violation) bool {
				return v.Where == "request path" && v.Pointer == "/"+parameter.Name
			})
			if refused < 0 {
				continue
			}
			v := violations[refused]
			list = append(list, &planned{
				operation: o, name: "probe/parameter-malformed/" + parameter.Name, kind: KindProbe, status: http.StatusBadRequest, values: values,
				probe: &probe{
					level: v.Level, where: v.Where, pointer: v.Pointer, position: v.Position, valid: true, parameter: i, malformed: text,
					sentence: fmt.Sprintf("answers %d to a malformed %s", http.StatusBadRequest, parameter.Name),
				},
			})
			break
		}
	}
	return list
}
