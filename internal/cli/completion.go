package cli

import (
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/internal/cli/output"
	"github.com/aicr-flux/aicr/internal/suggest"
)

func newCompletionCmd(p *output.Printer) *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	oneShell := arguments("the shell (" + strings.Join(shells, ", ") + ")")
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print the completion script of a shell",
		Long: `completion prints the script that lets a shell complete aicr's commands, flags
and values. SHELL is bash, zsh, fish or powershell.`,
		Example: `  # For this session of bash, which needs the package bash-completion
  source <(aicr completion bash)

  # For every session of zsh
  aicr completion zsh > "${fpath[1]}/_aicr"

  # For every session of fish
  aicr completion fish > ~/.config/fish/completions/aicr.fish

  # For this session of PowerShell
  aicr completion powershell | Out-String | Invoke-Expression`,
		ValidArgsFunction: cobra.FixedCompletions(shells, cobra.ShellCompDirectiveNoFileComp),
		Args: func(cmd *cobra.Command, args []string) error {
			if err := oneShell(cmd, args); err != nil {
				return err
			}
			if !slices.Contains(shells, args[0]) {
				return &usageError{cmd.CommandPath(), suggest.Unknown("the shell", args[0], shells)}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(p.Out, true)
			case "zsh":
				return root.GenZshCompletion(p.Out)
			case "fish":
				return fishCompletion(root, p.Out)
			}
			return root.GenPowerShellCompletionWithDesc(p.Out)
		},
	}
}

// fishCompletion writes cobra's script. That one takes a completion which begins with the flag, as that of
// --set=web: does, for a flag of fish's own string split.
func fishCompletion(root *cobra.Command, w io.Writer) error {
	var script strings.Builder
	if err := root.GenFishCompletion(&script, true); err != nil {
		return err
	}
	_, err := io.WriteString(w, strings.ReplaceAll(script.String(), `string split --max 1 \t`, `string split --max 1 -- \t`))
	return err
}
