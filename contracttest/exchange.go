package contracttest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/contract"
)

const (
	maxBody   = 10 << 20 // bytes of a body that are read
	maxHeader = 64 << 10 // bytes of all response headers
)

// sender makes exchanges within limits: of time, of what is read, and of where it goes. It is a transport and no client, which
// would follow redirects, and look at them even where it does not follow.
type sender struct {
	transport *http.Transport
	timeout   time.Duration
}

// newSender makes one for a handler in this process, or for the network when handler is nil.
func newSender(handler http.Handler, timeout time.Duration) *sender {
	transport := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: timeout}).DialContext,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    timeout,
		MaxResponseHeaderBytes: maxHeader,
		DisableCompression:     true,
		// A connection per exchange, so that one that goes wrong cannot hurt the next.
		DisableKeepAlives: true,
	}
	if handler != nil {
		transport.Proxy = nil
		transport.DialContext = pipe(handler)
	}
	return &sender{timeout: timeout, transport: transport}
}

// received is an exchange, and what kept its body from being read in full.
type received struct {
	exchange *contract.Exchange
	fault    *contract.Violation // nil when the body is whole
}

// send makes one exchange. The error says why there was no answer, or none in time.
func (s *sender) send(ctx context.Context, r *request) (*received, error) {
	limited, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	out, err := r.build(limited)
	if err != nil {
		return nil, err
	}
	response, err := s.transport.RoundTrip(out)
	if err != nil {
		return nil, s.explain(ctx, limited, err, "no answer")
	}
	defer func() { _ = response.Body.Close() }() // all that was wanted is read
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil && limited.Err() != nil {
		return nil, s.explain(ctx, limited, err, fmt.Sprintf("status %d, but no end of the body", response.StatusCode))
	}
	got := &received{exchange: &contract.Exchange{
		Method: r.method, URL: out.URL, RequestHeader: out.Header,
		Status: response.StatusCode, Header: response.Header, Body: body,
	}}
	got.fault = bodyFault(response.Header, body, err)
	if len(body) > maxBody {
		got.exchange.Body = body[:maxBody]
	}
	return got, nil
}

// explain says what became of an exchange in the words of a report.
func (s *sender) explain(ctx, limited context.Context, err error, what string) error {
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("interrupted: %w", ctx.Err())
	case errors.Is(limited.Err(), context.DeadlineExceeded):
		return fmt.Errorf("%s within %s", what, s.timeout)
	}
	return fmt.Errorf("%s: %w", what, err)
}

// bodyFault is what is wrong with a body before anybody looks into it.
func bodyFault(header http.Header, body []byte, err error) *contract.Violation {
	v := &contract.Violation{Where: "response body", Rule: "body"}
	coding := strings.ToLower(strings.TrimSpace(strings.Join(header.Values("Content-Encoding"), ", ")))
	switch {
	case coding != "" && coding != "identity":
		v.Where, v.Pointer, v.Rule = "response header", "/Content-Encoding", "content-encoding"
		v.Want, v.Got = "no content coding, because the request accepts none", fmt.Sprintf("%q", cut(coding))
	case err != nil:
		v.Want, v.Got = "a whole body", fmt.Sprintf("%d bytes, then %s", len(body), err)
	case len(body) > maxBody:
		v.Want, v.Got = fmt.Sprintf("at most %d MiB", maxBody>>20), "more"
	default:
		return nil
	}
	return v
}
