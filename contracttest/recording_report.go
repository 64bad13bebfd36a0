package contracttest

import (
	"net/http"
	"strconv"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// report reads the exchanges of a run's JSON report. A report does not say when they were made: only the polls of one case
// have an order.
func (l *recordingLoader) report(root *strictyaml.Node) {
	l.subject = "recording"
	for i, item := range l.child(root, "cases", strictyaml.Sequence).Items() {
		exchanges := []*strictyaml.Node{l.child(item, "exchange", strictyaml.Mapping)}
		if polls := l.child(item, "polls", strictyaml.Sequence).Items(); len(polls) > 0 && polls[0].Field("exchange") != nil {
			exchanges = nil // it is one of the polls'
			for _, poll := range polls {
				exchanges = append(exchanges, l.child(poll, "exchange", strictyaml.Mapping))
			}
		}
		for _, exchange := range exchanges {
			if exchange == nil {
				continue
			}
			if !l.room(exchange) {
				return
			}
			l.next()
			l.add(l.reported(exchange, i))
		}
	}
	if len(l.recording.entries) == 0 && l.problems.Len() == 0 {
		l.problems.Add(root.KeyPosition("cases"), l.subject, "it has no exchanges", "")
	}
}

func (l *recordingLoader) reported(exchange *strictyaml.Node, run int) *recorded {
	one := &recorded{run: run, noRequestBody: true, exchange: &contract.Exchange{
		Method: l.needed(exchange, "method", strictyaml.String).Text(), Status: l.status(exchange),
		RequestHeader: l.reportHeader(exchange, "requestHeader"), Header: l.reportHeader(exchange, "header"),
	}}
	l.address(one, l.needed(exchange, "url", strictyaml.String))
	body := l.needed(exchange, "body", strictyaml.String).Text()
	one.exchange.Body = []byte(body)
	if length := l.child(exchange, "length", strictyaml.Number).Text(); length != "" && length != strconv.Itoa(len(body)) {
		one.exchange.Body, one.noBody = nil, true // it was cut, or changed: secrets are replaced
	}
	if one.exchange.Status <= 0 {
		one.aside = unanswered
	}
	return one
}

// reportHeader reads headers as a mapping of lists.
func (l *recordingLoader) reportHeader(exchange *strictyaml.Node, key string) http.Header {
	header := http.Header{}
	for _, field := range l.child(exchange, key, strictyaml.Mapping).Fields() {
		if field.Value.Kind() != strictyaml.Sequence {
			l.wrong(field.Value, key, strictyaml.Sequence.String())
		}
		for _, value := range field.Value.Items() {
			if value.Kind() != strictyaml.String {
				l.wrong(value, key, strictyaml.String.String())
			}
			header.Add(field.Key, value.Text())
		}
	}
	return header
}
