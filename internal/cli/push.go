package cli

import (
	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/internal/cli/option"
	"github.com/aicr-flux/aicr/internal/cli/output"
	"github.com/aicr-flux/aicr/pkg/aicr"
)

func newPushCmd(p *output.Printer) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "push DIR oci://HOST/REPOSITORY[:TAG]",
		Short: "Publish a bundle that was made earlier",
		Long: `push publishes the bundle in DIR as the OCI artifact that Flux reconciles. The
bundle must have been generated for that, with --flux-oci-source-name. Only the
files that its checksums.txt lists are published, and they must be as they were
generated, or meant for editing.

The same bundle is the same artifact, with the same digest, wherever and
whenever it is pushed. A tag that points to other content is moved only with
--force. Credentials are those of docker and helm; log in with either.`,
		Example: `  aicr bundle -r recipe.yaml -o bundles/a --flux-oci-source-name aicr-bundle
  aicr push bundles/a oci://ghcr.io/org/bundle:v1 --sync sync.yaml
  kubectl apply -f sync.yaml`,
		Args:              arguments("DIR", "oci://HOST/REPOSITORY"),
		ValidArgsFunction: option.Places(option.Dirs),
	}
	var o aicr.PushOptions
	var format string
	option.AddPush(cmd, &o, &format)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		progress := p.Progress()
		o.Dir, o.Target, o.Version, o.Registry.Progress = args[0], args[1], Version(), progress.Show
		pushed, err := aicr.Push(cmd.Context(), o)
		if err := progress.End(err); err != nil {
			return err
		}
		p.Notes(nil, pushed.DeploymentNotes)
		return p.Result(format, pushed, func() string { return output.Pushed(pushed) })
	}
	return cmd
}
