package contracttest_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/understudy-dev/understudy/contracttest"
)

const numbered = `
openapi: 3.1.0
info: {title: Numbered, version: "1"}
paths:
  /things/{id}:
    get:
      operationId: getThing
      parameters: [{name: id, in: path, required: true, schema: {type: string, maxLength: 40}}]
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema:
                type: object
                required: [code]
                properties: {code: {enum: [100, 200]}, list: {type: array, items: {type: integer, maximum: 3}}}
`

// listen answers each request with the bytes that answer returns, whether they are HTTP or not.
func listen(t *testing.T, answer func(*http.Request) string) string {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // closed
			}
			go func() {
				defer func() { _ = conn.Close() }()
				if r, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					_, _ = conn.Write([]byte(answer(r)))
				}
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

// TestOddAnswers plays what no net/http server sends: a right answer passes in each of its forms, a wrong one gives a short report.
func TestOddAnswers(t *testing.T) {
	t.Parallel()
	const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	long := strings.Repeat("x", 50<<10)
	c := catalog(t, numbered)
	states, err := contracttest.LoadStates(fstest.MapFS{"s.yaml": {Data: []byte("states: [{scenario: code=100, path: {id: a}}]")}}, "s.yaml", c)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		answer string
		code   int
		want   string
	}{
		"HTTP/1.0":              {"HTTP/1.0 200\r\ncontent-type: application/json\r\n\r\n{\"code\":100}", 0, ""},
		"chunked":               {head + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"cod\r\n7;x=y\r\ne\":100}\r\n0\r\n\r\n", 0, ""},
		"an early hint":         {"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + head + "\r\n{\"code\":100}", 0, ""},
		"a fraction":            {head + "\r\n{\"code\":100.0}", 0, ""},
		"an exponent":           {head + "\r\n{\"code\":1e2}", 0, ""},
		"another number":        {head + "\r\n{\"code\":2e2}", 1, "want     100\n  got      number 2e2"},
		"a number as text":      {head + "\r\n{\"code\":\"100\"}", 1, "want     100\n  got      string \"100\""},
		"a redirect to nowhere": {"HTTP/1.1 302 Found\r\nLocation: http://[::\r\nContent-Length: 0\r\n\r\n", 1, "got      302 Found"},
		"no HTTP":               {long + "\r\n\r\n", 3, "malformed HTTP response"},
		"an odd content coding": {head + "Content-Encoding: " + long + "\r\n\r\n{}", 1, "no content coding"},
		"endless headers":       {head + strings.Repeat("x: y\r\n", 100_000), 3, "response headers"},
		"a mock's odd error":    {head + "X-Mock-Error: " + long + "\r\n\r\n{}", 3, "the mock cannot play"},
		"a mock's odd scenario": {head + "X-Mock-Scenario: " + long + "\r\n\r\n{}", 3, "the mock was asked for"},
		"a list of faults":      {head + "\r\n{\"code\":100,\"list\":[" + strings.Repeat("9,", 5000) + "9]}", 1, "and      980 more in schema"},
	} {
		target := listen(t, func(r *http.Request) string {
			if r.Header.Get("Accept-Encoding") != "identity" {
				return head + "Content-Encoding: gzip\r\n\r\nzipped"
			}
			return test.answer
		})
		given := states
		if strings.Contains(test.answer, "X-Mock-") {
			given = nil
		}
		report := run(t, contracttest.Params{Target: target, Scenarios: c, States: given})
		shown := text(t, report)
		if report.ExitCode() != test.code || !strings.Contains(shown, test.want) || len(shown) > 10_000 {
			t.Errorf("%s: exit code %d, want %d and %q in at most 10,000 bytes, got %d:\n%.3000s", name, report.ExitCode(), test.code, test.want, len(shown), shown)
		}
	}
}

// TestLargeBodyIsNotKept looks at what stays in memory of a body for as long as the report does.
func TestLargeBodyIsNotKept(t *testing.T) {
	t.Parallel()
	c := catalog(t, numbered)
	body := `{"code":100,"pad":"` + strings.Repeat("x", 1<<20) + `"}`
	report := run(t, contracttest.Params{Scenarios: c, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Mock-Scenario", r.Header.Get("X-Mock-Scenario"))
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(body))
	})})
	one := find(t, report, "code=100")
	if one.Outcome != contracttest.Pass || cap(one.Exchange.Body) > 100_000 || !strings.HasPrefix(body, string(one.Exchange.Body)) {
		t.Errorf("%s, and %d bytes are kept", one.Outcome, cap(one.Exchange.Body))
	}
	data, err := json.Marshal(one)
	if err != nil || !strings.Contains(string(data), fmt.Sprintf(`"length":%d`, len(body))) {
		t.Errorf("want the length of the whole body in JSON, got %.300s, %v", data, err)
	}
}
