package contracttest

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/understudy-dev/understudy/contract"
)

// ConformTo matches a *contract.Exchange that breaks no must of the operation's contract: status, media type, headers,
// schema and rules. Anything but an exchange is an error. Its failure text is the violations and the exchange, without
// the credentials that the contract asks for.
func ConformTo(operation *contract.Operation) types.GomegaMatcher {
	return &conformance{operation: operation}
}

// conformance is one use of the matcher.
type conformance struct {
	operation *contract.Operation
	broken    []contract.Violation
}

// Match judges the exchange.
func (m *conformance) Match(actual any) (bool, error) {
	x, ok := actual.(*contract.Exchange)
	if !ok || x == nil {
		return false, fmt.Errorf("want a *contract.Exchange, got %T", actual)
	}
	m.broken = nil
	for _, v := range m.operation.JudgeResponse(context.Background(), x).Violations {
		if v.Level == contract.Must {
			m.broken = append(m.broken, v)
		}
	}
	return len(m.broken) == 0, nil
}

// FailureMessage lists what is broken.
func (m *conformance) FailureMessage(actual any) string {
	var text strings.Builder
	fmt.Fprintf(&text, "the exchange does not conform to %s\n", m.operation.ID())
	for i := range m.broken {
		text.WriteString(m.broken[i].String() + "\n")
	}
	return printable(m.hide(actual).text(text.String())) + "\n" + m.shown(actual)
}

// NegatedFailureMessage says that nothing is broken.
func (m *conformance) NegatedFailureMessage(actual any) string {
	return fmt.Sprintf("the exchange conforms to %s\n\n%s", m.operation.ID(), m.shown(actual))
}

// hide takes out the credentials of the exchange.
func (m *conformance) hide(actual any) redactor {
	x, ok := actual.(*contract.Exchange)
	if !ok || x.URL == nil {
		return newRedactor(nil)
	}
	who, _ := m.operation.Credentials(&http.Request{Method: x.Method, URL: x.URL, Header: x.RequestHeader})
	return newRedactor([]credential{{place: inBasic, user: who.User, secret: who.Secret, hidden: true}})
}

func (m *conformance) shown(actual any) string {
	x, ok := actual.(*contract.Exchange)
	if ok && x.URL != nil {
		x = m.hide(x).exchange(x)
	}
	return exchangeText(x)
}
