package contracttest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/contracttest"
)

// TestConformToHidesKeys looks for a key, which stands in no Authorization header, in the request and where a provider repeats it.
func TestConformToHidesKeys(t *testing.T) {
	t.Parallel()
	for scheme, x := range map[string]*contract.Exchange{
		"{type: apiKey, in: header, name: X-Key}": {RequestHeader: http.Header{"X-Key": {"s3cr3t"}}, URL: &url.URL{Path: "/things/1"}},
		"{type: apiKey, in: query, name: key}":    {URL: &url.URL{Path: "/things/1", RawQuery: "key=s3cr3t"}},
		"{type: apiKey, in: cookie, name: key}":   {RequestHeader: http.Header{"Cookie": {"key=s3cr3t"}}, URL: &url.URL{Path: "/things/1"}},
	} {
		x.Method, x.Status, x.Header, x.Body = http.MethodGet, http.StatusOK, http.Header{"Content-Type": {"application/json"}}, []byte(`"s3cr3t"`)
		m := contracttest.ConformTo(catalog(t, fmt.Sprintf(guarded, scheme)).Contract().Operation("getThing"))
		if ok, err := m.Match(x); ok || err != nil {
			t.Fatalf("%s: matched %t, %v", scheme, ok, err)
		}
		for _, message := range []string{m.FailureMessage(x), m.NegatedFailureMessage(x)} {
			if strings.Contains(message, "s3cr3t") || !strings.Contains(message, "< 200 OK") {
				t.Errorf("%s: want the exchange without its key:\n%s", scheme, message)
			}
		}
	}
}

func TestConformTo(t *testing.T) {
	t.Parallel()
	operation := embedded(t).Contract().Operation("getAsyncProcess")
	exchange := func(body string) *contract.Exchange {
		return &contract.Exchange{
			Method: http.MethodGet, URL: &url.URL{Path: "/manage/v2/asyncProcesses/" + doneID}, Status: http.StatusOK,
			RequestHeader: http.Header{"Authorization": {"Basic s3cr3t"}},
			Header:        http.Header{"Content-Type": {"application/json"}, "X-Odd": {"\x1b[2J"}}, Body: []byte(body),
		}
	}
	right, wrong := exchange(`{"status":"NOT_STARTED"}`), exchange(`{"status":"DONE","name":7}`)
	g := gomega.NewWithT(t)
	g.Expect(right).To(contracttest.ConformTo(operation))
	g.Expect(wrong).NotTo(contracttest.ConformTo(operation))

	m := contracttest.ConformTo(operation)
	if ok, err := m.Match(wrong); ok || err != nil {
		t.Fatalf("matched %t, %v", ok, err)
	}
	message := m.FailureMessage(wrong)
	for _, want := range []string{"does not conform to getAsyncProcess", "/name: want string, got", "/status: want one of", "> GET /manage/v2/", "< X-Odd: ·[2J", "[redacted]", "< 200 OK"} {
		if !strings.Contains(message, want) {
			t.Errorf("the message lacks %q:\n%s", want, message)
		}
	}
	if strings.Contains(message, "s3cr3t") {
		t.Error("the message shows a secret")
	}
	if !strings.Contains(m.NegatedFailureMessage(right), "the exchange conforms to getAsyncProcess") {
		t.Error(m.NegatedFailureMessage(right))
	}
	for _, actual := range []any{nil, 7, (*contract.Exchange)(nil)} {
		if _, err := m.Match(actual); err == nil {
			t.Errorf("%v: want an error", actual)
		}
	}
	if m.FailureMessage(7) == "" || m.FailureMessage(&contract.Exchange{}) == "" {
		t.Error("no message")
	}
}
