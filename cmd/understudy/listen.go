package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os/signal"
	"syscall"
	"time"
)

// The limits of a connection. A client that is slower than this, or says more, is not worth its memory.
const (
	readTimeout    = 30 * time.Second
	writeTimeout   = 60 * time.Second
	idleTimeout    = 2 * time.Minute
	maxHeaderBytes = 64 << 10
	drainTimeout   = 10 * time.Second
)

// listenAndServe serves until ctx ends or a signal comes, and calls ready once the address is open.
func (p *program) listenAndServe(ctx context.Context, address string, handler http.Handler, logger *slog.Logger, ready func(net.Addr)) error {
	ctx, release := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer release()
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return cannotListen(err)
	}
	httpServer := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: readTimeout, // as long as ReadTimeout, so that a request sets one deadline, not two
		ReadTimeout:       readTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	giveBack()
	ended := make(chan error, 1)
	go func() { ended <- httpServer.Serve(patient{listener}) }()
	ready(listener.Addr())
	select {
	case err := <-ended:
		return &failure{err: fmt.Errorf("serve: %w", err), code: exitTarget}
	case <-ctx.Done():
	}
	release()                         // from here on a signal ends the process at once
	p.drain(httpServer, drainTimeout) //nolint:contextcheck // the context has ended
	return nil
}

// patient bounds how long a client may take to read its answers, also one that sends requests without ever reading. The
// deadline moves once per half of the time: a new one for each request (http.Server.WriteTimeout) would cost each request.
type patient struct{ net.Listener }

func (p patient) Accept() (net.Conn, error) {
	conn, err := p.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &patientConn{Conn: conn}, nil
}

type patientConn struct {
	net.Conn
	deadline time.Time // of writes
}

// Write waits for the client between half of writeTimeout and all of it.
func (c *patientConn) Write(data []byte) (int, error) {
	if now := time.Now(); c.deadline.Sub(now) < writeTimeout/2 {
		c.deadline = now.Add(writeTimeout)
		if err := c.SetWriteDeadline(c.deadline); err != nil {
			return 0, err
		}
	}
	return c.Conn.Write(data)
}

// drain lets the requests under way end, for a while.
func (p *program) drain(httpServer *http.Server, timeout time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	if err := httpServer.Shutdown(ctx); err != nil {
		p.say("warning", fmt.Sprintf("requests that were still under way after %s are cut off", timeout))
		_ = httpServer.Close() // it is cutting off what Shutdown left, and there is nothing else to do about it
	}
}

func cannotListen(err error) error {
	hint := "choose another address with --addr HOST:PORT"
	if errors.Is(err, syscall.EADDRINUSE) {
		hint = "something listens there already; choose another address with --addr HOST:PORT, port 0 takes a free one"
	}
	return wrongUsage(hint, "%w", err)
}
