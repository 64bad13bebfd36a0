package main

import (
	"context"
	"io/fs"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/understudy-dev/understudy/contracttest"
)

// recordedFlags are what the command line says of recorded traffic.
type recordedFlags struct{ recorded string }

func (f *recordedFlags) addRecorded(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.recorded, "recorded", "", "judge the traffic in `FILE` (HAR, or a report of --format json) and ask nobody; --target then says which of it counts")
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error { return f.check(cmd) }
}

// withRecorded are the flags that mean something beside --recorded: what is judged, against what, and what is reported.
func withRecorded() []string {
	return []string{
		"recorded", "target", "contract", "fixtures", "scenarios", "strict", "format", "html", "markdown", "record", "json", "min-coverage", "help",
	}
}

// check refuses flags that would change nothing, because no request is made.
func (f *recordedFlags) check(cmd *cobra.Command) error {
	if f.recorded == "" {
		return nil
	}
	var first error
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		if first == nil && !slices.Contains(withRecorded(), flag.Name) {
			first = wrongUsage("leave one of them out", "--%s means nothing with --recorded, which asks nobody", flag.Name)
		}
	})
	return first
}

// needsTarget says whether somebody is asked.
func (f *recordedFlags) needsTarget() bool { return f.recorded == "" }

// play verifies the target, or judges what was recorded.
func (f *recordedFlags) play(ctx context.Context, params contracttest.Params) (*contracttest.Report, error) {
	if f.recorded == "" {
		return contracttest.Run(ctx, params)
	}
	var recording *contracttest.Recording
	err := inFile(f.recorded, func(fsys fs.FS, base string) (err error) {
		recording, err = contracttest.LoadRecording(fsys, base)
		return err
	})
	if err != nil {
		return nil, err
	}
	return contracttest.Judge(ctx, recording, contracttest.RecordedParams{
		Scenarios: params.Scenarios, Target: params.Target, Strict: params.Strict,
	})
}
