package cli

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/aicr-flux/aicr/pkg/aicr"
)

func newPushCmd(s streams) *cobra.Command {
	var o aicr.PushOptions
	var format string
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
		Example: `  aicr bundle -r recipe.yaml -o bundle --flux-oci-source-name aicr-bundle
  aicr push bundle oci://ghcr.io/org/bundle:v1 --sync sync.yaml
  kubectl apply -f sync.yaml`,
		Args:              twoArguments("DIR", "oci://HOST/REPOSITORY"),
		ValidArgsFunction: completeFirstDir,
		RunE: func(cmd *cobra.Command, args []string) error {
			progress := newProgress(s.err)
			b := &aicr.Bundler{Version: Version(), Progress: progress.show}
			pushed, err := b.Push(cmd.Context(), args[0], args[1], o)
			if err := progress.end(err); err != nil {
				return err
			}
			printNotes(s, nil, pushed.DeploymentNotes)
			if format == "json" {
				return printJSON(s.out, pushed)
			}
			var text strings.Builder
			describeArtifact(&text, pushed.Artifact)
			nextSteps(&text, pushed.DeploymentSteps)
			return printText(s.out, text.String())
		},
	}
	cmd.Flags().SortFlags = false
	addGroup(cmd, "Output", func(f *pflag.FlagSet) {
		f.BoolVar(&o.Force, "force", false, "move a tag that points to other content")
		addFormat(f, &format)
	})
	addPublishFlags(cmd, &o.Publish)
	addGroup(cmd, "Into the cluster", func(f *pflag.FlagSet) {
		f.StringVar(&o.OCISourceName, "flux-oci-source-name", "", "the cluster's OCIRepository has this `NAME` (default: the one that the bundle's charts refer to)")
		f.StringVar(&o.Namespace, "flux-namespace", "", "Flux runs in this `NAMESPACE` (default: the bundle's)")
	})
	return cmd
}

func newPullCmd(s streams) *cobra.Command {
	var o aicr.PushOptions
	var format string
	cmd := &cobra.Command{
		Use:   "pull oci://HOST/REPOSITORY[:TAG][@DIGEST] DIR",
		Short: "Bring a published bundle back into a directory",
		Long: `pull brings a published bundle into DIR, all or nothing. The artifact is not
trusted: digests, sizes and paths are checked, and each file against the
bundle's checksums.txt. Files of an earlier bundle in DIR are replaced; files
that were edited, or that are not a bundle's, stop the run.`,
		Example: `  aicr pull oci://ghcr.io/org/bundle:v1 bundle`,
		Args:    twoArguments("oci://HOST/REPOSITORY", "DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			progress := newProgress(s.err)
			b := &aicr.Bundler{Version: Version(), Progress: progress.show}
			pulled, err := b.Pull(cmd.Context(), args[0], args[1], aicr.PullOptions{Publish: o.Publish, Force: o.Force})
			progress.clear()
			if err != nil {
				return err
			}
			if format == "json" {
				return printJSON(s.out, pulled)
			}
			return printText(s.out, describePulled(pulled, args[1]))
		},
	}
	cmd.Flags().SortFlags = false
	addGroup(cmd, "Output", func(f *pflag.FlagSet) {
		f.BoolVar(&o.Force, "force", false, "overwrite files that were edited or that are not the bundle's own")
		addFormat(f, &format)
	})
	addGroup(cmd, "Registry", func(f *pflag.FlagSet) { addConnectionFlags(f, &o.Publish) })
	return cmd
}

func describePulled(p *aicr.Pulled, dir string) string {
	var text strings.Builder
	text.WriteString(p.Reference + "\n\n")
	writef(&text, "%d files, %s, in %s; every one is as its checksum says.\n", len(p.Files), size(p.TotalSize), dir)
	for _, path := range p.Removed {
		writef(&text, "Removed %s, which this bundle does not have.\n", path)
	}
	for _, path := range p.Kept {
		writef(&text, "Kept your edits in %s.\n", path)
	}
	return text.String()
}

// completeFirstDir completes the first argument to a directory.
func completeFirstDir(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return nil, cobra.ShellCompDirectiveFilterDirs
	}
	return nil, cobra.ShellCompDirectiveNoFileComp
}
