package cli

import (
	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
)

func newBundleCmd(s streams) *cobra.Command {
	var given config.Options
	var file string
	cmd := &cobra.Command{
		Use:   "bundle --recipe FILE",
		Short: "Turn a recipe into a bundle for Flux",
		Long: `bundle reads a recipe, resolves the values and manifests of its components, and
writes what Flux reconciles: HelmReleases in order, their sources, and local
charts for the manifests. The output is a directory, or an OCI artifact where
it begins with oci://.

Files that a recipe refers to are looked up in the directories of --data, then
next to the recipe, then in the data of the program. A run replaces the files
of an earlier run and removes those that are gone; files that were edited, or
that are not its own, stop it before anything is changed.

A component is named in flags by its name or by an alias of the registry. PATH
is the way to a value: keys joined by dots, with \. for a dot in a key.`,
		Example: `  # Into a directory of your Git repository
  aicr bundle -r recipe.yaml -o clusters/a --repo https://github.com/org/repo.git --repo-path clusters/a

  # Only see what would be installed, in which order
  aicr bundle -r recipe.yaml --dry-run

  # Change a value, and leave another to be set for each cluster
  aicr bundle -r recipe.yaml --set gpuoperator:driver.version=580.82.07 \
    --dynamic gpuoperator:driver.licensingConfig.configMapName

  # With the charts inside, the same ones as last time
  aicr bundle -r recipe.yaml --vendor-charts --verify-provenance bundle/provenance.yaml

  # Publish as an OCI artifact, and bring it into a cluster
  aicr bundle -r recipe.yaml -o oci://ghcr.io/org/bundle:v1 --sync sync.yaml
  kubectl apply -f sync.yaml`,
		Args: noArguments("; name the recipe with --recipe"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := options(cmd, given, file)
			if err != nil {
				return err
			}
			progress := newProgress(s.err)
			b := &aicr.Bundler{Version: Version(), Stdin: s.in, Progress: progress.show, ChartProgress: progress.chart}
			out, err := b.Bundle(cmd.Context(), o)
			if err := progress.end(err); err != nil {
				return err
			}
			return printBundle(s, o, out)
		},
	}
	addBundleFlags(cmd, &given, &file)
	return cmd
}

// options joins the flags that were given with the --config file.
func options(cmd *cobra.Command, given config.Options, file string) (config.Options, error) {
	o := given
	if file != "" {
		fromFile, err := config.ReadFile(file)
		if err != nil {
			return o, err
		}
		if fromFile.Format != "" {
			if err := checkWord(fromFile.Format, formats()); err != nil {
				return o, errors.In(err, "config file %s: format", file)
			}
		}
		o = config.Merge(fromFile, given, cmd.Flags().Changed)
	}
	if o.Recipe == "" {
		return o, usageErrorf(cmd, "no recipe is named; give one with --recipe FILE, - for standard input, or a URL")
	}
	if o.Output == "" {
		if cmd.Flags().Changed("output") {
			return o, usageErrorf(cmd, "--output is empty; name a directory, or leave the flag out for %s", config.DefaultOutput)
		}
		o.Output = config.DefaultOutput
	}
	if cmd.Flags().Changed("nodes") && given.Nodes < 1 {
		return o, usageErrorf(cmd, "--nodes %d: a cluster has at least one node", given.Nodes)
	}
	if cmd.Flags().Changed("jobs") && given.Jobs < 1 {
		return o, usageErrorf(cmd, "--jobs %d: charts are pulled by at least one job", given.Jobs)
	}
	return o, nil
}
