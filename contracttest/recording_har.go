package contracttest

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// har reads an HTTP Archive 1.2 (http://www.softwareishard.com/blog/har-12-spec/). Keys beyond it, which all browsers write, mean nothing
// but for "_fromCache" of Chromium.
func (l *recordingLoader) har(root *strictyaml.Node) {
	l.subject = "recording"
	log := l.needed(root, "log", strictyaml.Mapping)
	entries := l.needed(log, "entries", strictyaml.Sequence)
	if entries != nil && len(entries.Items()) == 0 {
		l.problems.Add(entries.Position(), l.subject, "it has no entries", "")
	}
	for _, item := range entries.Items() {
		if !l.room(item) {
			return
		}
		l.next()
		if item.Kind() != strictyaml.Mapping {
			l.wrong(item, "entry", strictyaml.Mapping.String())
			continue
		}
		l.add(l.harEntry(item))
	}
}

func (l *recordingLoader) harEntry(item *strictyaml.Node) *recorded {
	one := &recorded{exchange: &contract.Exchange{}}
	one.at = l.instant(l.child(item, "startedDateTime", strictyaml.String))
	one.took = l.milliseconds(l.child(item, "time", strictyaml.Number))
	if text := item.Field("_fromCache").Text(); text == "disk" || text == "memory" || text == "true" {
		one.aside = cached
	}
	request := l.needed(item, "request", strictyaml.Mapping)
	one.exchange.Method = l.needed(request, "method", strictyaml.String).Text()
	one.exchange.RequestHeader = l.harHeader(request, "Cookie")
	one.exchange.RequestBody, one.noRequestBody = l.posted(request)
	l.address(one, l.needed(request, "url", strictyaml.String))
	response := l.child(item, "response", strictyaml.Mapping)
	one.exchange.Status = l.status(response)
	one.exchange.Header = l.harHeader(response, "Set-Cookie")
	one.exchange.Body, one.noBody = l.harContent(response)
	if one.exchange.Status <= 0 && one.aside == judgeable {
		one.aside = unanswered // blocked, interrupted, or no connection
	}
	return one
}

// instant reads ISO 8601 as RFC 3339 has it; without a time, entries are in the order of the file.
func (l *recordingLoader) instant(n *strictyaml.Node) time.Time {
	if n == nil {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, n.Text())
	if err != nil {
		l.wrong(n, "startedDateTime", "an instant such as 2026-01-02T15:04:05.678Z")
	}
	return at
}

func (l *recordingLoader) milliseconds(n *strictyaml.Node) time.Duration {
	const most = 24 * time.Hour
	ms, err := strconv.ParseFloat(n.Text(), 64)
	if err != nil || math.IsNaN(ms) || ms < 0 {
		return 0 // HAR writes -1 for what it does not know
	}
	return time.Duration(min(ms*float64(time.Millisecond), float64(most)))
}

// status reads a whole number; 0 stands for no answer.
func (l *recordingLoader) status(response *strictyaml.Node) int {
	n := l.child(response, "status", strictyaml.Number)
	if n == nil {
		return 0
	}
	status, err := strconv.Atoi(n.Text())
	if err != nil || status > 999 {
		l.wrong(n, "status", "a status of three digits, or 0")
	}
	return status
}

// harHeader reads the headers of a message. Cookies are kept in an array of their own, and by some writers only there.
func (l *recordingLoader) harHeader(message *strictyaml.Node, cookie string) http.Header {
	header := http.Header{}
	for _, pair := range l.pairs(message, "headers") {
		if !strings.HasPrefix(pair.name, ":") { // of HTTP/2, and no headers
			header.Add(pair.name, pair.value)
		}
	}
	if header.Get(cookie) != "" {
		return header
	}
	for _, pair := range l.pairs(message, "cookies") {
		header.Add(cookie, pair.name+"="+pair.value)
	}
	if all := header.Values(cookie); cookie == "Cookie" && len(all) > 1 {
		header.Set(cookie, strings.Join(all, "; ")) // RFC 6265 section 5.4: one header
	}
	return header
}

type pair struct{ name, value string }

// pairs reads an array of names and values.
func (l *recordingLoader) pairs(message *strictyaml.Node, key string) []pair {
	var list []pair
	for _, item := range l.child(message, key, strictyaml.Sequence).Items() {
		if item.Kind() != strictyaml.Mapping {
			l.wrong(item, key, strictyaml.Mapping.String())
			continue
		}
		list = append(list, pair{
			l.needed(item, "name", strictyaml.String).Text(), l.child(item, "value", strictyaml.String).Text(),
		})
	}
	return list
}

// posted is the request's body; lacking says that there was one, and that it is not here.
func (l *recordingLoader) posted(request *strictyaml.Node) (body []byte, lacking bool) {
	data := l.child(request, "postData", strictyaml.Mapping)
	text := l.child(data, "text", strictyaml.String)
	size := l.child(request, "bodySize", strictyaml.Number).Text()
	if text == nil {
		return nil, data != nil || (size != "" && size != "0" && size != "-1")
	}
	return []byte(text.Text()), false
}

// harContent is the answer's body, without content coding; lacking says that it is not here.
func (l *recordingLoader) harContent(response *strictyaml.Node) (body []byte, lacking bool) {
	content := l.child(response, "content", strictyaml.Mapping)
	text := l.child(content, "text", strictyaml.String)
	size := l.child(content, "size", strictyaml.Number).Text()
	if text == nil {
		return nil, size != "0"
	}
	body = []byte(text.Text())
	switch encoding := l.child(content, "encoding", strictyaml.String); strings.ToLower(encoding.Text()) {
	case "":
	case "base64":
		decoded, err := base64.StdEncoding.DecodeString(text.Text())
		if err != nil {
			l.problems.Add(text.Position(), l.subject, "text: not base64: "+err.Error(), "")
		}
		body = decoded
	default:
		l.wrong(encoding, "encoding", `"base64" or nothing`)
	}
	// Some writers cut bodies, others give the size before decoding: what is whole JSON was not cut.
	if n, err := strconv.Atoi(size); err == nil && n > len(body) && !json.Valid(body) {
		return nil, true
	}
	return body, false
}

// address takes the URL. What is no URL of HTTP is somebody else's: a browser records
// extensions and data as well, and sends paths that are no URL.
func (l *recordingLoader) address(one *recorded, n *strictyaml.Node) {
	u, err := url.Parse(n.Text())
	if err != nil || u.Opaque != "" || (u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "") {
		u = &url.URL{}
		one.aside = foreign
	}
	if password, _ := u.User.Password(); u.User != nil && one.exchange.RequestHeader.Get("Authorization") == "" {
		r := http.Request{Header: one.exchange.RequestHeader}
		r.SetBasicAuth(u.User.Username(), password) // as it was sent
	}
	u.Fragment, u.RawFragment = "", ""
	one.exchange.URL = u
}
