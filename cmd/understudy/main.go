// Command understudy plays the scenarios of an OpenAPI contract as a mock server, and verifies that an implementation plays
// the same part. The package turns flags and environment into calls of the others; all else is theirs.
package main

import (
	"context"
	"io"
	"os"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Environ(), os.Stdout, os.Stderr))
}

// run is the whole program: arguments without the program's name, environment as in os.Environ, exit code. It stops early
// when ctx ends, as on SIGTERM.
func run(ctx context.Context, args, environ []string, stdout, stderr io.Writer) int {
	p := &program{environment: readEnvironment(environ), stdout: stdout, stderr: stderr}
	return p.report(p.execute(ctx, args))
}
