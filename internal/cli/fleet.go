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
		Long: `fleet works on a file that names bundles, groups of clusters and clusters. All
clusters of a group get the same bundle; what differs is written beside it.`,
		Example: `  aicr fleet build fleet.yaml -o clusters
  aicr fleet diff clusters fleet.yaml`,

		Args: noArguments(""),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newFleetBuildCmd(p), newFleetDiffCmd(p))
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

func newFleetDiffCmd(p *output.Printer) *cobra.Command {
	cmd := &cobra.Command{
		Use:   diffName + " OLD NEW",
		Short: "Say how many clusters get which change",
		Long: `diff compares what clusters get, and says what Flux does in them: which get
another bundle and what that changes, which of their own values, patches,
variables and dependencies change, which are new, and from which the bundle is
uninstalled. A change that several clusters share is described once, with the
number of clusters and their groups.

OLD and NEW are each a fleet FILE, the DIR that fleet build wrote, or one of
both in a commit, git:REVISION:PATH of the repository here. Bundles are read
from the work tree, the commit or the registry; where one cannot be read, the
other differences are still shown.

The exit status is 0 where nothing differs, 1 where something does, and 2 where
that cannot be said.`,
		Example: `  # What would this run of fleet build change?
  aicr fleet diff clusters fleet.yaml

  # What does this branch change? As the comment of a pull request
  aicr fleet diff git:main:fleet.yaml fleet.yaml --format markdown
  aicr fleet diff git:main:clusters clusters --format markdown`,
		Args: arguments("OLD", "NEW"),
	}
	var o aicr.FleetDiffOptions
	var format string
	option.AddFleetDiff(cmd, &o, &format)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		sandbox := aicr.NewSandbox()
		defer sandbox.Close()
		progress := p.Progress()
		o.Old, o.New, o.ChartsHint, o.Renderer, o.Version = args[0], args[1], "--charts pulls them", sandbox, Version()
		o.Registry.Progress, o.ChartProgress = progress.Show, progress.Chart
		found, err := aicr.FleetDiff(cmd.Context(), o)
		progress.Clear()
		if err != nil {
			return err
		}
		if err := p.FleetDiff(found, format, args[1]); err != nil || found.Same {
			return err
		}
		return errDiffers
	}
	return cmd
}
