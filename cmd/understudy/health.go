package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"
)

// healthTimeout bounds the question and its answer.
const healthTimeout = 2 * time.Second

func (p *program) healthCommand() *cobra.Command {
	var address string
	cmd := &cobra.Command{
		Use:   "health",
		Short: "Ask a running mock whether it is alive: exit code 0 if it is, 1 if not",
		Long: `Ask a running mock whether it is alive: exit code 0 if it is, 1 if not. For health checks of containers, which have no
curl; it asks the address that UNDERSTUDY_ADDR gives to both.`,
		Example: `  understudy health
  understudy health --addr 127.0.0.1:9090`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			host, port, err := net.SplitHostPort(address)
			if err != nil {
				return wrongUsage("for instance "+defaultAddress, "--addr: want HOST:PORT, got %q", address)
			}
			if err := alive(cmd.Context(), "http://"+net.JoinHostPort(reachable(host), port)+"/_mock/health/live"); err != nil {
				return &failure{err: err, code: exitViolations}
			}
			printf(p.stdout, "alive\n")
			return nil
		},
	}
	cmd.Flags().StringVar(&address, "addr", defaultAddress, "the mock's `HOST:PORT`; no host means this machine")
	return cmd
}

// alive asks once, without a proxy: the mock is on this machine or near it.
func alive(ctx context.Context, url string) error {
	client := &http.Client{Timeout: healthTimeout, Transport: &http.Transport{DisableKeepAlives: true}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close() //nolint:errcheck // it is only read
	if _, err := io.Copy(io.Discard, io.LimitReader(response.Body, 1<<10)); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: want status 200, got %d", url, response.StatusCode)
	}
	return nil
}
