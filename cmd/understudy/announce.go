package main

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/understudy-dev/understudy/contract"
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

// try is a curl command that asks the first operation that only reads; "" when there is none.
func try(w *world, origin string, madeUp bool) string {
	for _, operation := range w.contract.Operations() {
		if operation.Method() != http.MethodGet {
			continue
		}
		var values []string
		for _, scenario := range w.catalog.For(operation) {
			if values = scenario.Values(); scenario.Status < http.StatusMultipleChoices {
				break
			}
		}
		options := ""
		if operation.Protected() && madeUp {
			options = credentialOptions(operation)
		}
		return "curl -s " + options + quoteForShell(origin+operation.Expand(values))
	}
	return ""
}

// credentialOptions finds what the operation takes by asking it: the contract judges requests, and keeps its schemes to itself.
func credentialOptions(operation *contract.Operation) string {
	basic := &http.Request{URL: &url.URL{Path: "/"}, Header: http.Header{}}
	basic.SetBasicAuth("demo", "demo")
	if _, lacks := operation.Credentials(basic); lacks == nil {
		return "-u demo:demo "
	}
	bearer := &http.Request{URL: basic.URL, Header: http.Header{"Authorization": {"Bearer demo"}}}
	if _, lacks := operation.Credentials(bearer); lacks == nil {
		return "-H 'Authorization: Bearer demo' "
	}
	return ""
}

// quoteForShell leaves alone what every shell leaves alone.
func quoteForShell(text string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./:_-"
	if strings.Trim(text, plain) == "" {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
