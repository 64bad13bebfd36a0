package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

var built struct {
	once   sync.Once
	folder string
	err    error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if built.folder != "" {
		_ = os.RemoveAll(built.folder)
	}
	os.Exit(code)
}

// binary builds the program once, when a test first asks for it.
func binary(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds the program")
	}
	if runtime.GOOS == "windows" {
		t.Skip("has no SIGTERM")
	}
	built.once.Do(func() {
		// It outlives the test that asks first.
		if built.folder, built.err = os.MkdirTemp("", "understudy"); built.err != nil { //nolint:usetesting // as said
			return
		}
		build := exec.CommandContext(context.Background(), "go", "build", "-buildvcs=false", "-ldflags", "-X main.version=1.2.3", "-o", built.folder, ".")
		if output, err := build.CombinedOutput(); err != nil {
			built.err = fmt.Errorf("%w: %s", err, output)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return filepath.Join(built.folder, "understudy")
}

// started is "serve" in a process of its own.
type started struct {
	*exec.Cmd
	address string
}

func start(t *testing.T) started {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 4*patience)
	t.Cleanup(cancel)
	s := started{Cmd: exec.CommandContext(ctx, binary(t), "serve")}
	s.Env = []string{"UNDERSTUDY_ADDR=127.0.0.1:0"}
	stdout, err := s.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	if !lines.Scan() {
		t.Fatalf("want an address, got nothing (%v)", lines.Err())
	}
	_, after, found := strings.Cut(lines.Text(), "http://")
	if !found {
		t.Fatalf("want an address, got %q", lines.Text())
	}
	s.address = strings.SplitN(after, "/", 2)[0]
	go func() { _, _ = io.Copy(io.Discard, stdout) }()
	return s
}

func TestProcess(t *testing.T) {
	s := start(t)
	if got := ask(t, "http://"+s.address+process); got.status != http.StatusOK {
		t.Errorf("want 200, got %d %s", got.status, got.body)
	}
	health := exec.CommandContext(t.Context(), binary(t), "health")
	health.Env = []string{"UNDERSTUDY_ADDR=" + s.address}
	if output, err := health.CombinedOutput(); err != nil || string(output) != "alive\n" {
		t.Errorf("health: want alive, got %q (%v)", output, err)
	}
	if err := s.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := s.Wait(); err != nil {
		t.Errorf("want exit code 0 after SIGTERM, got %v", err)
	}
}

// The first signal waits for a client that says half of what it has to say; the second does not.
func TestProcessSecondSignal(t *testing.T) {
	s := start(t)
	connection, err := dial(t, s.address)
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, connection)
	// The server says 100 when it waits for the body: from then on there is a request under way.
	const request = "GET " + process + " HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
	if _, err := io.WriteString(connection, request); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(connection).ReadString('\n'); err != nil || !strings.HasPrefix(line, "HTTP/1.1 100 ") {
		t.Fatalf("want 100, got %q, %v", line, err)
	}
	if err := s.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	waitRefused(t, s.address)
	began := time.Now()
	if err := s.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	err = s.Wait()
	status, ok := s.ProcessState.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() || status.Signal() != syscall.SIGTERM {
		t.Errorf("want an end by SIGTERM, got %v", err)
	}
	if took := time.Since(began); took > drainTimeout/2 {
		t.Errorf("want it at once, got after %s", took)
	}
}

func TestProcessVersion(t *testing.T) {
	output, err := exec.CommandContext(t.Context(), binary(t), "version").CombinedOutput()
	want := fmt.Sprintf("understudy 1.2.3\n%s %s/%s\ncontract Async process status 2.0\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	if err != nil || string(output) != want {
		t.Errorf("want %q, got %q (%v)", want, output, err)
	}
}

func TestProcessExitCode(t *testing.T) {
	output, err := exec.CommandContext(t.Context(), binary(t), "srve").CombinedOutput()
	want := "understudy: error: unknown command \"srve\"\nunderstudy: hint: closest is \"serve\"\n"
	if code := exitCode(err); code != exitUsage || string(output) != want {
		t.Errorf("want code 2 and %q, got %d and %q", want, code, output)
	}
}

func exitCode(err error) int {
	if exit, ok := err.(*exec.ExitError); ok { //nolint:errorlint // exec returns it unwrapped
		return exit.ExitCode()
	}
	return exitOK
}
