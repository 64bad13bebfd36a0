package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// patience bounds every wait for something that should be soon.
const patience = 30 * time.Second

const process = "/manage/v2/asyncProcesses/3f1c0c62-7f0e-4a51-9d3b-5d8a4c1b2e77"

// firstLines hands over what was written once it has so many lines, and keeps the rest.
type firstLines struct {
	count int
	lines chan string
	text  bytes.Buffer
}

func newFirstLines(count int) *firstLines {
	return &firstLines{count: count, lines: make(chan string, 1)}
}

func (f *firstLines) Write(data []byte) (int, error) {
	before := bytes.Count(f.text.Bytes(), []byte("\n"))
	f.text.Write(data)
	if after := bytes.Count(f.text.Bytes(), []byte("\n")); before < f.count && after >= f.count {
		f.lines <- f.text.String()
	}
	return len(data), nil
}

// serving is a mock that runs in this process.
type serving struct {
	origin string // http://127.0.0.1:PORT
	said   string // the lines by which it announced itself
	stop   func() outcome
}

// startServe runs "serve" on a free port until stop, or the end of the test.
func startServe(t *testing.T, environ []string, args ...string) serving {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	stdout, stderr := newFirstLines(2), &bytes.Buffer{}
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{"serve", "--addr", "127.0.0.1:0"}, args...), environ, stdout, stderr)
	}()
	stopped := false
	s := serving{stop: func() outcome {
		t.Helper()
		cancel()
		stopped = true
		select {
		case code := <-ended:
			return outcome{code, stdout.text.String(), stderr.String()}
		case <-time.After(patience):
			t.Fatal("serve does not stop")
			return outcome{}
		}
	}}
	t.Cleanup(func() {
		if !stopped {
			s.stop()
		}
	})
	select {
	case s.said = <-stdout.lines:
	case code := <-ended:
		stopped = true
		t.Fatalf("serve ended with %d: %s", code, stderr)
	case <-time.After(patience):
		t.Fatal("serve does not start")
	}
	_, after, _ := strings.Cut(s.said, "http://")
	s.origin = "http://" + strings.SplitN(after, "/", 2)[0]
	return s
}

// answer is what ask got.
type answer struct {
	status int
	header http.Header
	body   string
}

// ask makes one request with credentials.
func ask(t *testing.T, url string, header ...string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth("demo", "demo")
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	client := &http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, response.Body)
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(body)}
}

// closing closes what a test has done with.
func closing(t *testing.T, c io.Closer) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// dial opens a connection that cannot hang for ever.
func dial(t *testing.T, address string) (net.Conn, error) {
	t.Helper()
	dialer := net.Dialer{Deadline: time.Now().Add(patience)}
	connection, err := dialer.DialContext(t.Context(), "tcp", address)
	if err != nil {
		return nil, err
	}
	return connection, connection.SetDeadline(time.Now().Add(patience))
}

// waitRefused waits until nothing listens there.
func waitRefused(t *testing.T, address string) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		connection, err := dial(t, address)
		if err != nil {
			return
		}
		closing(t, connection)
	}
	t.Fatal("it still listens")
}
