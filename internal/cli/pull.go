package cli

import (
	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/internal/cli/option"
	"github.com/aicr-flux/aicr/internal/cli/output"
	"github.com/aicr-flux/aicr/pkg/aicr"
)

func newPullCmd(p *output.Printer) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "pull oci://HOST/REPOSITORY[:TAG][@DIGEST] DIR",
		Short: "Bring a published bundle back into a directory",
		Long: `pull brings a published bundle into DIR, all or nothing. The artifact is not
trusted: digests, sizes and paths are checked, and each file against the
bundle's checksums.txt. Files of an earlier bundle in DIR are replaced; files
that were edited, or that are not a bundle's, stop the run.`,
		Example: `  aicr pull oci://ghcr.io/org/bundle:v1 bundle`,
		Args:    arguments("oci://HOST/REPOSITORY", "DIR"),

		ValidArgsFunction: option.Places(option.Nothing, option.Dirs),
	}
	var o aicr.PullOptions
	var format string
	option.AddPull(cmd, &o, &format)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		progress := p.Progress()
		o.Source, o.Dir, o.Version, o.Registry.Progress = args[0], args[1], Version(), progress.Show
		pulled, err := aicr.Pull(cmd.Context(), o)
		progress.Clear()
		if err != nil {
			return err
		}
		p.Notes(pulled.Warnings, nil)
		return p.Result(format, pulled, func() string { return output.Pulled(pulled, o.Dir) })
	}
	return cmd
}
