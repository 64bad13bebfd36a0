package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestServeOccupied(t *testing.T) {
	taken := httptest.NewServer(http.NotFoundHandler())
	defer taken.Close()
	address := strings.TrimPrefix(taken.URL, "http://")
	got := play(t, nil, "serve", "--addr", address)
	want := outcome{Code: exitUsage, Stderr: "understudy: error: listen tcp " + address + ": bind: address already in use\n" +
		"understudy: hint: something listens there already; choose another address with --addr HOST:PORT, port 0 takes a free one\n"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestServeLargeHeader(t *testing.T) {
	s := startServe(t, nil)
	connection, err := dial(t, strings.TrimPrefix(s.origin, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, connection)
	go func() {
		// The server need not read it all.
		_, _ = io.WriteString(connection, "GET "+process+" HTTP/1.1\r\nHost: localhost\r\nX: "+strings.Repeat("x", 2<<20)+"\r\n\r\n")
	}()
	status := make([]byte, len("HTTP/1.1 431"))
	if _, err := io.ReadFull(connection, status); err != nil || string(status) != "HTTP/1.1 431" {
		t.Errorf("want 431, got %q (%v)", status, err)
	}
	if got := ask(t, s.origin+process); got.status != http.StatusOK {
		t.Errorf("the next request: want 200, got %d", got.status)
	}
}

// A request that is under way when the server is told to stop gets its answer.
func TestDrain(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(entered)
		<-leave
		w.WriteHeader(http.StatusTeapot)
	})
	ctx, cancel := context.WithCancel(t.Context())
	opened, ended, status := make(chan net.Addr, 1), make(chan error, 1), make(chan int, 1)
	var stderr bytes.Buffer
	p := &program{stderr: &stderr}
	go func() {
		ended <- p.listenAndServe(ctx, "127.0.0.1:0", handler, slog.New(slog.DiscardHandler), func(a net.Addr) { opened <- a })
	}()
	address := <-opened
	go func() {
		status <- ask(t, origin(address)).status
	}()
	<-entered
	cancel()
	waitRefused(t, address.String())
	select {
	case err := <-ended:
		t.Fatalf("it ended before the request: %v", err)
	default:
	}
	close(leave)
	if got := <-status; got != http.StatusTeapot {
		t.Errorf("want the answer, got status %d", got)
	}
	if err := <-ended; err != nil || stderr.Len() > 0 {
		t.Errorf("want a clean end, got %v and %q", err, stderr.String())
	}
}

// A request that does not end is cut off, which is said.
func TestDrainTimeout(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	hanging := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(entered)
		<-leave
	}))
	defer hanging.Close()
	defer close(leave)
	failed := make(chan error, 1)
	go func() {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, hanging.URL, http.NoBody)
		if err == nil {
			_, err = http.DefaultTransport.RoundTrip(request) //nolint:bodyclose // there is no answer
		}
		failed <- err
	}()
	<-entered
	var stderr bytes.Buffer
	(&program{stderr: &stderr}).drain(hanging.Config, time.Millisecond)
	if err := <-failed; err == nil {
		t.Error("want the request cut off, got an answer")
	}
	if want := "understudy: warning: requests that were still under way after 1ms are cut off\n"; stderr.String() != want {
		t.Errorf("want %q, got %q", want, stderr.String())
	}
}
