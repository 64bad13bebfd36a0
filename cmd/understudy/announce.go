package main

import (
	"cmp"
	"context"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/scenarios"
)

// announce says where the API is, and how to try it.
func (p *program) announce(w *world, origin string, flags *serveFlags) {
	printf(p.stdout, "understudy: serving %s %s on %s%s\n", w.contract.Title(), w.contract.Version(), origin, w.contract.BasePath())
	if command := try(w, origin, flags.auth.value == "on" && flags.credentials == ""); command != "" {
		printf(p.stdout, "understudy: try: %s\n", command)
	}
}

// origin is the URL of a listener as a client on the same machine reaches it.
func origin(address net.Addr) string {
	host, port, err := net.SplitHostPort(address.String())
	if err != nil {
		return "http://" + address.String()
	}
	return "http://" + net.JoinHostPort(reachable(host), port)
}

// reachable replaces the address that means every interface, which one can listen on but not always connect to.
func reachable(host string) string {
	ip := net.ParseIP(host)
	switch {
	case host == "", ip.Equal(net.IPv4zero):
		return "127.0.0.1"
	case ip.Equal(net.IPv6unspecified):
		return "::1"
	}
	return host
}

// try is a curl command that asks the first operation that only reads, one that needs no more than a path if there is
// any; "" when none reads.
func try(w *world, origin string, madeUp bool) string {
	first := ""
	for _, operation := range w.contract.Operations() {
		if operation.Method() != http.MethodGet {
			continue
		}
		values := defaultValues(w, operation)
		options := ""
		if operation.Protected() && madeUp {
			options = credentialOptions(operation)
		}
		command := "curl -s " + options + quoteForShell(origin+operation.Expand(values))
		if len(operation.JudgeParameters(emptyRequest(), values)) == 0 {
			return command
		}
		first = cmp.Or(first, command)
	}
	return first
}

// defaultValues are path values that play the operation's default.
func defaultValues(w *world, operation *contract.Operation) []string {
	name := ""
	if answer, err := w.catalog.Default(operation); err == nil {
		name = answer.Scenario
	}
	list := w.catalog.For(operation)
	if i := slices.IndexFunc(list, func(s *scenarios.Scenario) bool { return s.Name == name }); i >= 0 {
		return list[i].Values()
	}
	return nil
}

func emptyRequest() *http.Request {
	return &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/"}, Header: http.Header{}}
}

// maxSchemes bounds how many schemes one operation may combine.
const maxSchemes = 8

// credentialOptions finds what the operation takes by trying: the contract judges requests, and keeps its schemes to itself.
func credentialOptions(operation *contract.Operation) string {
	request, options := emptyRequest(), ""
	_, lacks := operation.Credentials(request)
	for range maxSchemes {
		if lacks == nil {
			return options
		}
		found := false
		for _, c := range credentialsNamed(strings.TrimPrefix(lacks.Pointer, "/")) {
			with := request.Clone(context.Background())
			c.apply(with)
			if _, left := operation.Credentials(with); left == nil || left.Want != lacks.Want {
				request, options, lacks, found = with, options+c.option+" ", left, true
				break
			}
		}
		if !found {
			break
		}
	}
	return "" // half of them would be of no use
}

// credential is one that any mock takes, and how curl is told to send it.
type credential struct {
	option string
	apply  func(*http.Request)
}

// credentialsNamed are the credentials that may stand in a place of this name.
func credentialsNamed(name string) []credential {
	return []credential{
		{"-u demo:demo", func(r *http.Request) { r.SetBasicAuth("demo", "demo") }},
		{"-H 'Authorization: Bearer demo'", func(r *http.Request) { r.Header.Set("Authorization", "Bearer demo") }},
		{"-H " + quoteForShell(name+": demo"), func(r *http.Request) { r.Header.Set(name, "demo") }},
		{"-G -d " + quoteForShell(url.QueryEscape(name)+"=demo"), func(r *http.Request) {
			query := r.URL.Query()
			query.Set(name, "demo")
			r.URL.RawQuery = query.Encode()
		}},
		{"-b " + quoteForShell(name+"=demo"), func(r *http.Request) { r.AddCookie(&http.Cookie{Name: name, Value: "demo"}) }}, //nolint:gosec // a request's cookie has no attributes
	}
}

// quoteForShell leaves alone what every shell leaves alone.
func quoteForShell(text string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./:_-"
	if strings.Trim(text, plain) == "" {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
