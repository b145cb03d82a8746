package cli

import (
	stderrors "errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/internal/cli/option"
	"github.com/aicr-flux/aicr/internal/cli/output"
	"github.com/aicr-flux/aicr/pkg/aicr"
)

// diffName is the command whose exit status says whether something differs, as that of diff does.
const diffName = "diff"

// errDiffers is the end of a diff that found something.
var errDiffers = stderrors.New("the two sides differ")

func newDiffCmd(p *output.Printer) *cobra.Command {
	cmd := &cobra.Command{
		Use:   diffName + " OLD NEW",
		Short: "Say what a new bundle changes in the cluster",
		Long: `diff compares two bundles, and says what Flux does in a cluster that runs OLD
when it gets NEW: which releases are upgraded, installed, uninstalled or
installed anew, which values and objects change, which pods restart, what is
lost, and what the cluster must have. The order of keys and files is no
difference.

OLD and NEW are each a DIR, oci://HOST/REPOSITORY[:TAG][@DIGEST],
git:REVISION:PATH of the repository here, or a RECIPE, which is bundled in
memory as one that goes to where the other side lies. With --again there is only
OLD, a DIR: what would bundle --again DIR change, with the flags given now?

What charts make is compared where the bundle holds them, and with --charts of
all of them.

The exit status is 0 where nothing differs, 1 where something does, and 2 where
that cannot be said.`,
		Example: `  aicr diff bundles/a bundles/b

  # What does this branch change? As the comment of a pull request
  aicr diff git:main:bundles/a bundles/a --charts --format markdown

  # What would change with another driver, or with the next recipe?
  aicr diff bundles/a --again --set gpu-operator:driver.version=580.95.05
  aicr diff bundles/a recipe.yaml

  # What does the published bundle have that the cluster does not run yet?
  aicr diff oci://ghcr.io/org/bundle:v1 oci://ghcr.io/org/bundle:v2`,
		ValidArgsFunction: option.Places(option.Recipes, option.Recipes),
	}
	var flags option.Diff
	var format string
	option.AddDiff(cmd, &flags, &format)
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if flags.Repeated {
			return arguments("DIR")(cmd, args)
		}
		return arguments("OLD", "NEW")(cmd, args)
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := flags.Fill(cmd.Context(), cmd.Flags()); err != nil {
			return err
		}
		if err := flags.CheckSources(cmd.Flags(), args); err != nil {
			return &usageError{cmd.CommandPath(), err}
		}
		if flags.Repeated {
			flags.Again = args[0]
			if err := flags.Repeat(cmd.Context(), cmd.Flags()); err != nil {
				return err
			}
		}
		o := aicr.DiffOptions{Old: args[0], BundleOptions: flags.BundleOptions, Charts: flags.Charts, ChartsHint: "--charts pulls them", KubeVersion: flags.KubeVersion, APIVersions: flags.APIVersions}
		if len(args) > 1 {
			o.New = args[1]
		}
		sandbox := aicr.NewSandbox()
		defer sandbox.Close()
		o.Renderer = sandbox
		progress := p.Progress()
		o.Version, o.Stdin, o.Registry.Progress, o.ChartProgress = Version(), cmd.InOrStdin(), progress.Show, progress.Chart
		report, warnings, err := aicr.Diff(cmd.Context(), o)
		progress.Clear()
		if err != nil {
			return err
		}
		p.Notes(slices.Concat(flags.Warnings, warnings), nil)
		if err := p.Diff(report, format, args[len(args)-1]); err != nil || report.Same {
			return err
		}
		return errDiffers
	}
	return cmd
}
