package main

import (
	"cmp"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/understudy-dev/understudy/contract"
)

// version is set by the linker: -ldflags "-X main.version=1.2.3".
var version string // the linker can set nothing else

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version, and the contract that understudy comes with",
		Example: "  understudy version",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			c, err := contract.Embedded()
			if err != nil {
				return err
			}
			printf(p.stdout, "understudy %s\n%s %s/%s\ncontract %s %s\n",
				buildVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH, c.Title(), c.Version())
			return nil
		},
	}
}

// buildVersion is what the linker was told, else what the go command knows of the module.
func buildVersion() string {
	module := ""
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "(devel)" {
		module = info.Main.Version
	}
	return cmp.Or(version, module, "devel")
}
