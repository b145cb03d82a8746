package cli

import (
	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/internal/cli/option"
	"github.com/aicr-flux/aicr/internal/cli/output"
	"github.com/aicr-flux/aicr/pkg/aicr"
)

func newFleetCmd(p *output.Printer) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fleet",
		Short: "Bring one bundle into many clusters",
		Long: `fleet works on a file that names bundles, groups of clusters and clusters. A
bundle stays one, and what clusters differ in lies outside of it.`,
		Example: `  aicr fleet build fleet.yaml -o clusters`,

		Args: noArguments(""),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newFleetBuildCmd(p))
	return cmd
}

func newFleetBuildCmd(p *output.Printer) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "build FILE --output DIR",
		Short: "Write what brings a bundle into each cluster of a file",
		Long: `build writes for each cluster the source, the Flux Kustomization and the
ConfigMaps with its own values, into a directory of its name, and nothing else.
It writes all of it or nothing, and only what a real kustomize build proves.

Promotion is one changed line of the file: the bundle of a group. Files of an
earlier run are replaced, those of clusters that are gone are removed, and
files of others beside them, such as those of flux bootstrap, stay.`,
		Example: `  aicr fleet build fleet.yaml -o clusters

  # Only see which clusters would change
  aicr fleet build fleet.yaml -o clusters --dry-run`,
		Args:              arguments("FILE"),
		ValidArgsFunction: option.Places(option.Recipes),
	}
	var o aicr.FleetOptions
	var format string
	option.AddFleet(cmd, &o, &format)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if o.Output == "" {
			return usageErrorf(cmd, "no directory is named; give one with --output DIR")
		}
		sandbox := aicr.NewSandbox()
		defer sandbox.Close()
		progress := p.Progress()
		o.File, o.Renderer, o.Version, o.Registry.Progress = args[0], sandbox, Version(), progress.Show
		made, err := aicr.Fleet(cmd.Context(), o)
		progress.Clear()
		if err != nil {
			return err
		}
		p.Notes(made.Warnings, nil)
		return p.Result(format, made, func() string { return output.Fleet(made, o.Output, o.DryRun) })
	}
	return cmd
}
