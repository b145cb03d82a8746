package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/internal/cli/option"
	"github.com/aicr-flux/aicr/internal/cli/output"
	"github.com/aicr-flux/aicr/pkg/aicr"
)

func newPlanCmd(p *output.Printer) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "plan DIR|oci://HOST/REPOSITORY[:TAG][@DIGEST]|RECIPE",
		Short: "Say how the rollout of a bundle goes, and how long it takes",
		Long: `plan plays the first rollout of a bundle on a model of Flux's controllers: in
which waves its releases are installed, along which critical path, and how long
it takes until everything is ready, in the order of the bundle and in the others
that it could have. It asks no cluster. A recipe is bundled in memory first.

How long an install takes comes from a table by kind of release: manifests 5s,
crds 10s, chart 1m, drivers 10m (with a readiness gate). --times FILE says it
better: written by hand, or recorded by a cluster.`,
		Example: `  aicr plan bundle
  aicr plan recipe.yaml --order graph

  # What if the drivers take long, and an install fails twice?
  aicr plan bundle --what-if gpu-operator=25m --what-if kai-scheduler=fails:2

  # With the times of a cluster that has these releases
  kubectl get helmreleases -A -o yaml > cluster.yaml
  aicr plan bundle --times cluster.yaml

  # How often 200 clusters ask for news
  aicr plan oci://ghcr.io/org/bundle:v1 --clusters 200`,
		Args:              arguments("DIR, oci://HOST/REPOSITORY or RECIPE"),
		ValidArgsFunction: option.Places(option.Recipes),
	}
	var flags option.Plan
	var format string
	option.AddPlan(cmd, &flags, &format)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := flags.Fill(cmd.Context(), cmd.Flags()); err != nil {
			return err
		}
		if err := option.CheckSource(cmd.Flags(), args[0], ""); err != nil {
			return &usageError{cmd.CommandPath(), err}
		}
		o := flags.PlanOptions
		o.Source, o.BundleOptions = args[0], flags.Bundle.BundleOptions
		sandbox := aicr.NewSandbox()
		defer sandbox.Close()
		progress := p.Progress()
		o.Renderer, o.Version, o.Stdin, o.Registry.Progress = sandbox, Version(), cmd.InOrStdin(), progress.Show
		report, err := aicr.Plan(cmd.Context(), o)
		progress.Clear()
		if err != nil {
			return err
		}
		report.Warnings = slices.Insert(report.Warnings, 0, flags.Warnings...)
		return p.Plan(report, format)
	}
	return cmd
}
