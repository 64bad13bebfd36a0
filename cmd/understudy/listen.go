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
	headerTimeout  = 10 * time.Second
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
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	go func() { ended <- httpServer.Serve(listener) }()
	ready(listener.Addr())
	giveBack()
	select {
	case err := <-ended:
		return &failure{err: fmt.Errorf("serve: %w", err), code: exitTarget}
	case <-ctx.Done():
	}
	release()                         // from here on a signal ends the process at once
	p.drain(httpServer, drainTimeout) //nolint:contextcheck // the context has ended
	return nil
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
