package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHealth(t *testing.T) {
	s := startServe(t, nil)
	address := strings.TrimPrefix(s.origin, "http://")
	_, port, _ := net.SplitHostPort(address)
	for _, environ := range [][]string{{"UNDERSTUDY_ADDR=" + address}, {"UNDERSTUDY_ADDR=:" + port}, {"UNDERSTUDY_ADDR=0.0.0.0:" + port}} {
		if got := play(t, environ, "health"); got != (outcome{Stdout: "alive\n"}) {
			t.Errorf("%s: want it alive, got %+v", environ, got)
		}
	}
	s.stop()
	if got := play(t, nil, "health", "--addr", address); got.Code != exitViolations || !strings.HasPrefix(got.Stderr, "understudy: error: ") || got.Stdout != "" {
		t.Errorf("stopped: want code 1 and an error, got %+v", got)
	}
}

func TestHealthOfAnother(t *testing.T) {
	another := httptest.NewServer(http.NotFoundHandler())
	defer another.Close()
	got := play(t, nil, "health", "--addr", strings.TrimPrefix(another.URL, "http://"))
	if want := (outcome{Code: exitViolations, Stderr: "understudy: error: " + another.URL + "/_mock/health/live: want status 200, got 404\n"}); got != want {
		t.Errorf("want %+v, got %+v", want, got)
	}
}
