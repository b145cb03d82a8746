package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/internal/cli/option"
	"github.com/aicr-flux/aicr/internal/cli/output"
	"github.com/aicr-flux/aicr/pkg/aicr"
)

func newGraphCmd(p *output.Printer) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "graph DIR|oci://HOST/REPOSITORY[:TAG][@DIGEST]|RECIPE",
		Short: "Draw what a bundle installs, and in which order",
		Long: `graph draws the rollout of a bundle: the components in waves, what each waits
for, where its chart comes from, the manifests before and after the chart, and
on which objects a readiness gate looks. What is in one wave can be installed
at once. An arrow that follows from others is left out.

It asks no cluster. A recipe is bundled in memory first. Pictures in mermaid
and svg end after some 80 components; tree and dot have all of them.`,
		Example: `  aicr graph bundle
  aicr graph recipe.yaml --order graph

  # For a pull request, a web page, a printer
  aicr graph bundle --format mermaid
  aicr graph oci://ghcr.io/org/bundle:v1 --format svg > rollout.svg
  aicr graph bundle --format dot | dot -Tpdf > rollout.pdf`,
		Args:              arguments("DIR, oci://HOST/REPOSITORY or RECIPE"),
		ValidArgsFunction: option.Places(option.Recipes),
	}
	var flags option.Graph
	option.AddGraph(cmd, &flags)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := flags.Fill(cmd.Context(), cmd.Flags()); err != nil {
			return err
		}
		if err := option.CheckSource(cmd.Flags(), args[0], ""); err != nil {
			return &usageError{cmd.CommandPath(), err}
		}
		sandbox := aicr.NewSandbox()
		defer sandbox.Close()
		progress := p.Progress()
		o := flags.GraphOptions(args[0])
		o.Renderer, o.Version, o.Stdin, o.Registry.Progress = sandbox, Version(), cmd.InOrStdin(), progress.Show
		drawn, warnings, err := aicr.Graph(cmd.Context(), o)
		progress.Clear()
		if err != nil {
			return err
		}
		p.Notes(slices.Concat(flags.Warnings, warnings), nil)
		switch flags.Format {
		case "mermaid":
			return p.Raw(drawn.Mermaid())
		case "dot":
			return p.Raw(drawn.DOT())
		case "svg":
			return p.Raw(drawn.SVG())
		}
		return p.Text(drawn.Tree())
	}
	return cmd
}
