package cli

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/internal/cli/option"
	"github.com/aicr-flux/aicr/internal/cli/output"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// newRootCmd is the program with all its commands.
func newRootCmd(p *output.Printer) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "aicr",
		Short: "Turn an AICR recipe into a Flux GitOps bundle",
		Long: `aicr turns an AICR recipe, the version-locked list of the Helm charts, values
and manifests that make a GPU Kubernetes cluster work, into a directory or an
OCI artifact that Flux reconciles in order.

Results go to standard output, everything else to standard error. Exit status:

  - 0: done
  - 1: interrupted; no file was changed
  - 2: the request is invalid, or files are in the way
  - 3: something that is named does not exist
  - 4: a server refuses the credentials, or a verification fails
  - 5: a server takes too long
  - 6: a server cannot be reached, or fails; or there is no helm
  - 7: a server says that there are too many requests
  - 8: an error inside aicr, or of the disk

diff and fleet diff have their own: 0 the same, 1 different, 2 an error.`,
		Example: `  # Write an example recipe, and make a bundle of it
  aicr init my-cluster
  aicr bundle -r my-cluster/recipe.yaml -o bundles/a`,
		Version: Version(),

		SilenceErrors:     true,
		SilenceUsage:      true,
		DisableAutoGenTag: true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		Args:              noArguments(""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := io.WriteString(cmd.OutOrStdout(), briefHelp(cmd))
			return err
		},
	}
	cmd.Flags().Bool("version", false, "print the version")
	cmd.SetVersionTemplate("aicr {{ .Version }}\n")
	cmd.SetFlagErrorFunc(flagError)
	cmd.SetHelpCommand(newHelpCmd())
	var global option.Global
	option.AddGlobal(cmd, &global)
	cmd.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		text := helpText
		if global.Brief {
			text = briefHelp
		}
		_, _ = io.WriteString(cmd.OutOrStdout(), text(cmd))
	})
	cmd.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		if err := errors.Join(option.Problems(cmd.Flags()), global.Check()); err != nil {
			return &usageError{cmd.CommandPath(), err}
		}
		p.Quiet, p.Verbose = global.Quiet, global.Verbose
		cmd.SetContext(p.Logged(cmd.Context()))
		return nil
	}
	commands := func(title string, commands ...*cobra.Command) {
		cmd.AddGroup(&cobra.Group{ID: title, Title: title + ":"})
		for _, c := range commands {
			c.GroupID = title
		}
		cmd.AddCommand(commands...)
	}
	commands("Make a bundle", newInitCmd(p), newBundleCmd(p), newFleetCmd(p))
	commands("Look at it and prove it", newVerifyCmd(p), newDiffCmd(p), newGraphCmd(p), newPlanCmd(p), newImagesCmd(p), newReportCmd(p))
	commands("Publish it", newPushCmd(p), newPullCmd(p))
	commands("About aicr", newVersionCmd(p), newCompletionCmd(p))
	cmd.SetHelpCommandGroupID("About aicr")
	each(cmd, option.CompleteByForm)
	return cmd
}
