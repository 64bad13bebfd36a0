package server_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/understudy-dev/understudy/server"
)

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	c := catalog(t)
	list, err := server.LoadCredentials(fstest.MapFS{"who.yaml": {Data: []byte("principals: [{token: a}]")}}, "who.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		options []server.Option
		want    []string
	}{
		"unknown default":  {[]server.Option{server.WithScenario("respnse-500")}, []string{"default scenario", "response-500"}},
		"empty default":    {[]server.Option{server.WithScenario(" ")}, []string{"default scenario"}},
		"only commas":      {[]server.Option{server.WithScenario(" , ")}, []string{"default scenario"}},
		"body":             {[]server.Option{server.WithMaxBody(0)}, []string{"largest body"}},
		"nil credentials":  {[]server.Option{server.WithCredentials(nil)}, []string{"credentials"}},
		"nil logger":       {[]server.Option{server.WithLogger(nil)}, []string{"logger"}},
		"precedence":       {[]server.Option{server.WithPrecedence(9)}, []string{"precedence"}},
		"admin host":       {[]server.Option{server.WithAdminHosts("mock:8080")}, []string{`"mock:8080"`}},
		"list without use": {[]server.Option{server.WithCredentials(list), server.WithoutAuth()}, []string{"authentication is off"}},
		"all at once":      {[]server.Option{server.WithMaxBody(-1), server.WithScenario("x=y"), server.WithLogger(nil)}, []string{"largest body", "logger", "x=y"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := server.New(c, tc.options...)
			if err == nil {
				t.Fatal("want an error")
			}
			containsAll(t, err.Error(), tc.want...)
		})
	}
	if _, err := server.New(nil); err == nil {
		t.Error("want an error for no catalog")
	}
}

func TestNewRefusesAdminPaths(t *testing.T) {
	t.Parallel()
	c := load(t, `
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /_mock/scenarios: {get: {operationId: a, responses: {"200": {description: ok}}}}
  /_mock: {get: {operationId: b, responses: {"200": {description: ok}}}}
  /_mocked: {get: {operationId: c, responses: {"200": {description: ok}}}}
`, "", "")
	_, err := server.New(c)
	if err == nil {
		t.Fatal("want an error")
	}
	containsAll(t, err.Error(), "api.yaml:5:", "api.yaml:6:", `path "/_mock/scenarios"`)
	if strings.Contains(err.Error(), "_mocked") {
		t.Errorf("/_mocked is free: %v", err)
	}
}

func TestLogger(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := newServer(t, catalog(t), server.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	get(t, s, "X-Mock-Scenario", "respnse-500")
	ask(t, s, http.MethodGet, process, nil, "Authorization", "Basic c2VjcmV0OnBhc3N3b3Jk!")
	containsAll(t, log.String(), "code=unknown-scenario", "level=INFO msg=refused status=401")
	if strings.Contains(log.String(), "c2VjcmV0") {
		t.Errorf("the log shows credentials: %s", log.String())
	}
}

// failing is a body that breaks in the middle.
type failing struct{ cause any }

func (f failing) Read([]byte) (int, error) {
	if err, ok := f.cause.(error); ok {
		return 0, err
	}
	panic(f.cause)
}

func TestPanicsAndBrokenBodies(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := newServer(t, catalog(t), server.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	w := ask(t, s, http.MethodGet, process, failing{"boom"}, "Authorization", demo)
	if w.Code != 500 || w.Header().Get("X-Mock-Error") != "internal" || strings.Contains(w.Body.String(), "boom") {
		t.Errorf("want a 500 that tells nothing, got %d %s", w.Code, w.Body)
	}
	containsAll(t, log.String(), "msg=panic", "boom")
	w = ask(t, s, http.MethodGet, process, failing{io.ErrUnexpectedEOF}, "Authorization", demo)
	if w.Code != 400 || w.Header().Get("X-Mock-Error") != "body-unreadable" {
		t.Errorf("want 400 body-unreadable, got %d %v", w.Code, w.Header())
	}
	defer func() {
		if cause := recover(); cause == nil {
			t.Error("want http.ErrAbortHandler to pass")
		}
	}()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, process, aborting{})
	if err != nil {
		t.Fatal(err)
	}
	s.ServeHTTP(&discard{}, r)
}

// aborting is a body behind a wrapper that gives up.
type aborting struct{}

func (aborting) Read([]byte) (int, error) { panic(http.ErrAbortHandler) }
