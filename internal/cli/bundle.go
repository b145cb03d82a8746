package cli

import (
	"cmp"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/internal/cli/option"
	"github.com/aicr-flux/aicr/internal/cli/output"
	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

func newBundleCmd(p *output.Printer) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "bundle --recipe FILE",
		Short: "Turn a recipe into a bundle for Flux",
		Long: `bundle reads a recipe, resolves the values and manifests of its components, and
writes what Flux reconciles: HelmReleases in order, their sources, and local
charts for the manifests. The output is a directory, or an OCI artifact where
it begins with oci://.

Files that a recipe refers to, and the registry of its components, are looked
up in --data, then next to the recipe. A recipe of AICR 1.3.0 needs the data of
that version: --data github:NVIDIA/aicr@v1.3.0. A run replaces the files of an
earlier run and removes those that are gone; files that were edited, or that are
not its own, stop it before anything is changed. A bundle says how it was made,
and --again makes it once more; a run with other options than those of the
bundle that is there says so.

In a Git work tree --repo-path, --repo, --target-revision and --git-source
follow from where the output lies. A directory in which a bundle would make Flux
delete something is refused.

A component is named in flags by its name or by an alias of the registry. PATH
is the way to a value: keys joined by dots, with \. for a dot in a key.`,
		Example: `  # Into a directory of your Git repository, and where flux bootstrap looks
  aicr bundle -r recipe.yaml -o bundles/a --sync clusters/a/aicr.yaml

  # A recipe of AICR, with the data of the same version
  aicr bundle -r recipe.yaml --data github:NVIDIA/aicr@v1.3.0

  # Only see what would be installed, in which order
  aicr bundle -r recipe.yaml --dry-run

  # Change a value, and leave another to be set for each cluster
  aicr bundle -r recipe.yaml --set gpu-operator:driver.version=580.82.07 \
    --dynamic gpu-operator:driver.licensingConfig.configMapName

  # Again, as last time, but for one value
  aicr bundle --again bundles/a --set gpu-operator:driver.version=580.95.05

  # With the charts inside, the same ones as last time
  aicr bundle -r recipe.yaml --vendor-charts \
    --verify-provenance bundle/provenance.yaml

  # Publish as an OCI artifact, and bring it into a cluster
  aicr bundle -r recipe.yaml -o oci://ghcr.io/org/bundle:v1 --sync sync.yaml
  kubectl apply -f sync.yaml`,
		Args:              noArguments("; name the recipe with --recipe"),
		ValidArgsFunction: option.Places(),
	}
	var flags option.Bundle
	option.AddBundle(cmd, &flags)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := flags.Fill(cmd.Context(), cmd.Flags()); err != nil {
			return err
		}
		if err := flags.Repeat(cmd.Context(), cmd.Flags()); err != nil {
			return err
		}
		o := flags.BundleOptions
		switch {
		case o.Recipe == "":
			return usageErrorf(cmd, "no recipe is named; give one with --recipe FILE, - for standard input, or a URL, or repeat a run with --again DIR")
		case o.Output == "" && cmd.Flags().Changed("output"):
			return usageErrorf(cmd, "--output is empty; name a directory, or leave the flag out for %s", config.DefaultOutput)
		case slices.Contains([]string{"json", "yaml", "text"}, o.Output) && !isDir(o.Output):
			return usageErrorf(cmd, "--output is the directory to write to, and %s looks like a format, which is the business of --format; for a directory of that name write ./%s", o.Output, o.Output)
		}
		sandbox := aicr.NewSandbox()
		defer sandbox.Close()
		o.Renderer = sandbox
		progress := p.Progress()
		o.Version, o.Stdin, o.Registry.Progress, o.ChartProgress = Version(), cmd.InOrStdin(), progress.Show, progress.Chart
		out, err := aicr.Bundle(cmd.Context(), o)
		if err := progress.End(err); err != nil {
			return err
		}
		out.Warnings = slices.Insert(out.Warnings, 0, flags.Warnings...)
		result := output.Bundle{Recipe: recipe.Redacted(o.Recipe), Dir: cmp.Or(o.Output, config.DefaultOutput), DryRun: o.DryRun, Output: out}
		return p.Bundle(result, flags.Format)
	}
	return cmd
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
