package cli

import (
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/internal/cli/option"
	"github.com/aicr-flux/aicr/internal/cli/output"
	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/verify"
	"github.com/aicr-flux/aicr/pkg/verify/checks"
	"github.com/aicr-flux/aicr/pkg/verify/format"
)

func newVerifyCmd(p *output.Printer) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify DIR|oci://HOST/REPOSITORY[:TAG][@DIGEST]|RECIPE|-...",
		Short: "Prove a bundle before it reaches a cluster",
		Long: `verify says whether Flux will take the bundle, and whether it will roll out. It
needs no cluster, and no network for a bundle in DIR. It reads any bundle of
this shape, also one that another program made: checksums, syntax, the schemas
of Flux and Kubernetes, a build as Flux does it, references, order, charts and
their values, and known hazards. Charts that the bundle does not hold are looked
at with --charts, which pulls them into the cache.

A recipe is bundled in memory first. - is standard input: a recipe, or the
objects that kustomize build or flux build print.

Each finding says where something is wrong, what, and what to do. What could not
be checked is listed too, and so is what the bundle needs of the cluster.

The exit status is 0 where nothing is as bad as --fail-on, and 4 otherwise.`,
		Example: `  aicr verify bundle

  # What a recipe becomes, and what an overlay does
  aicr verify recipe.yaml --order graph
  kustomize build clusters/a | aicr verify -

  # With the charts of its repositories, pulled once and then from the cache
  aicr verify bundle --charts
  aicr verify bundle --charts --offline

  # In a pipeline: annotations on GitHub, results for code scanning
  aicr verify bundles/a --format github
  aicr verify bundles/a --format sarif > aicr.sarif

  # Accept what is known, and fail on everything new
  aicr verify bundles/* --write-baseline known.yaml
  aicr verify bundles/* --baseline known.yaml --fail-on warning

  # Against an older Flux; what is published; the page of a check
  aicr verify bundle --flux-version 2.7 --fail-on warning
  aicr verify oci://ghcr.io/org/bundle:v1
  aicr verify --explain crd-order`,
		ValidArgsFunction: option.Everywhere(option.Recipes),
	}
	var flags option.Verify
	option.AddVerify(cmd, &flags)
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		switch {
		case flags.Explain != "":
			return noArguments(" with --explain")(cmd, args)
		case len(args) == 0:
			return arguments("DIR, oci://HOST/REPOSITORY or RECIPE")(cmd, args)
		}
		return nil
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if flags.Explain != "" {
			check, err := verify.Lookup(flags.Explain)
			if err != nil {
				return err
			}
			return p.Text(page(check))
		}
		warnings, err := flags.Fill(cmd.Context(), cmd.Flags(), args)
		if err != nil {
			return &usageError{cmd.CommandPath(), err}
		}
		o := flags.VerifyOptions
		sandbox := aicr.NewSandbox()
		defer sandbox.Close()
		o.Renderer, o.Recipe.Stdin = sandbox, cmd.InOrStdin()
		progress := p.Progress()
		o.Version, o.Registry.Progress, o.ChartProgress = Version(), progress.Show, progress.Chart
		o.ChartsHint = "run " + option.Typed(cmd, args) + " --charts"
		o.Workspace = os.Getenv("GITHUB_WORKSPACE")
		all, err := aicr.VerifyAll(cmd.Context(), o, args...)
		progress.Clear()
		if len(all.Reports) == 0 {
			return err
		}
		p.Notes(slices.Concat(warnings, all.Warnings), nil)
		data, failed := format.Render(flags.Format, all.Reports, format.Options{Version: Version()})
		if failed != nil {
			return errors.In(failed, "result")
		}
		if flags.Format == "" || flags.Format == "text" {
			return errors.Join(p.Text(string(data)), err)
		}
		return errors.Join(p.Raw(string(data)), err)
	}
	return cmd
}

// page is the page of a check, in Markdown.
func page(check *verify.Check) string {
	return checks.Page(check) + fmt.Sprintf("\nTo leave this check out: `aicr verify --skip %s`.\n", check.ID)
}
