package contracttest

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
)

// pipe dials a handler in this process. Each connection is one in memory with a real HTTP server at its other end, so
// that a handler which lies about its length, hangs up or panics does to the suite what it would do to any client.
func pipe(handler http.Handler) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		server := &http.Server{ //nolint:gosec // the only client is ours, and its exchanges have a time limit
			Handler:  handler,
			ErrorLog: log.New(io.Discard, "", 0), // a panic shows as a connection that ends
		}
		go func() {
			_ = server.Serve(&single{conn: far}) // ends with io.EOF after the one connection
		}()
		return near, nil
	}
}

// single is a listener with one connection. The server keeps serving it after Accept has said that there are no more.
type single struct {
	mu   sync.Mutex
	conn net.Conn
}

// Accept returns the connection, then io.EOF.
func (s *single) Accept() (net.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn == nil {
		return nil, io.EOF
	}
	conn := s.conn
	s.conn = nil
	return conn, nil
}

// Close has nothing to close: the connection belongs to its two ends.
func (s *single) Close() error { return nil }

// Addr names the network.
func (s *single) Addr() net.Addr { return memory{} }

// memory is the address of a handler in this process.
type memory struct{}

// Network is "memory".
func (memory) Network() string { return "memory" }

// String is "handler".
func (memory) String() string { return "handler" }
