package main

import (
	"github.com/spf13/cobra"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

func completionCommand() *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:   "completion bash|zsh|fish|powershell",
		Short: "Print a script that teaches a shell to complete understudy's commands, flags and scenario names",
		Example: `  source <(understudy completion bash)
  understudy completion zsh > "${fpath[1]}/_understudy"
  understudy completion fish > ~/.config/fish/completions/understudy.fish
  understudy completion powershell | Out-String | Invoke-Expression`,
		ValidArgs: shells,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return wrongUsage("", "completion takes one shell, %s; got %d", alternatives(shells), len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			root, out := cmd.Root(), cmd.OutOrStdout()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(out, true)
			case "zsh":
				return root.GenZshCompletion(out)
			case "fish":
				return root.GenFishCompletion(out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(out)
			}
			return wrongUsage(strictyaml.ClosestHint(args[0], shells), "unknown shell %q", args[0])
		},
	}
}
