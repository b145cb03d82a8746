package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/internal/cli/option"
	"github.com/aicr-flux/aicr/internal/cli/output"
	"github.com/aicr-flux/aicr/pkg/aicr"
)

func newReportCmd(p *output.Printer) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "report DIR|oci://HOST/REPOSITORY[:TAG][@DIGEST]|RECIPE",
		Short: "Make a page of a bundle, to read and to search",
		Long: `report makes one HTML page of a bundle, for people who review it or run it: a
picture of the rollout, each release with its chart, values and manifests and
with what it waits for, what verify found, what the cluster needs, and how the
bundle was made. The page is one file; it needs no server, and asks none.

With --compare it shows what the bundle changes in a cluster that runs an
earlier one, as aicr diff does.

Secrets are hidden. A recipe is bundled in memory first. What is wrong with the
bundle stands in the page, and is no error: that is for aicr verify.`,
		Example: `  aicr report bundle
  aicr report oci://ghcr.io/org/bundle:v1 -o release.html

  # What does this branch change?
  aicr report bundle --compare git:main:bundle

  # With the container images; the charts are pulled
  aicr report bundle --images
  aicr report recipe.yaml --order graph -o - > page.html`,
		Args:              arguments("DIR, oci://HOST/REPOSITORY or RECIPE"),
		ValidArgsFunction: option.Places(option.Recipes),
	}
	var flags option.Report
	var format string
	option.AddReport(cmd, &flags, &format)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := flags.Fill(cmd.Context(), cmd.Flags()); err != nil {
			return err
		}
		if err := option.CheckSource(cmd.Flags(), args[0], flags.Compare); err != nil {
			return &usageError{cmd.CommandPath(), err}
		}
		sandbox := aicr.NewSandbox()
		defer sandbox.Close()
		progress := p.Progress()
		o := flags.ReportOptions(args[0])
		o.Renderer, o.Version, o.Stdin, o.Registry.Progress, o.ChartProgress = sandbox, Version(), cmd.InOrStdin(), progress.Show, progress.Chart
		o.Spell = p.Spell
		made, err := aicr.Report(cmd.Context(), o)
		progress.Clear()
		if err != nil {
			return err
		}
		p.Notes(slices.Concat(flags.Warnings, made.Warnings), nil)
		return p.Report(made, o.Page, format)
	}
	return cmd
}
