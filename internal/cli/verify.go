package cli

import (
	"fmt"
	"path/filepath"

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
		Use:   "verify DIR|oci://HOST/REPOSITORY[:TAG][@DIGEST]",
		Short: "Prove a bundle before it reaches a cluster",
		Long: `verify says whether Flux will take the bundle, and whether it will roll out. It
needs no cluster, and no network for a bundle in DIR. It reads any bundle of
this shape, also one that another program made: checksums, syntax, the schemas
of Flux and Kubernetes, a build as Flux does it, references, order, charts and
their values, and known hazards.

Each finding says where something is wrong, what, and what to do. What could not
be checked is listed too, and so is what the bundle needs of the cluster.

The exit status is 0 where nothing is as bad as --fail-on, and 4 otherwise.`,
		Example: `  aicr verify bundle

  # In a pipeline: annotations on GitHub, results for code scanning
  aicr verify bundles/a --format github
  aicr verify bundles/a --format sarif > aicr.sarif

  # Against an older Flux; what is published; the page of a check
  aicr verify bundle --flux-version 2.7 --fail-on warning
  aicr verify oci://ghcr.io/org/bundle:v1
  aicr verify --explain crd-order`,
		ValidArgsFunction: completeFirstDir,
	}
	var o aicr.VerifyOptions
	var name, explain string
	option.AddVerify(cmd, &o, &name, &explain)
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if explain != "" {
			return noArguments(" with --explain")(cmd, args)
		}
		return arguments("DIR or oci://HOST/REPOSITORY")(cmd, args)
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if explain != "" {
			check, err := verify.Lookup(explain)
			if err != nil {
				return err
			}
			return p.Text(page(check))
		}
		sandbox := aicr.NewSandbox()
		defer sandbox.Close()
		o.Renderer = sandbox
		progress := p.Progress()
		o.Source, o.Version, o.Registry.Progress, o.ChartProgress = args[0], Version(), progress.Show, progress.Chart
		o.ChartsHint = "run " + option.Typed(cmd, args) + " --charts"
		report, err := aicr.Verify(cmd.Context(), o)
		progress.Clear()
		if report.FluxVersion == "" {
			return err // there is no report
		}
		return errors.Join(printReport(p, report, name, o.Source), err)
	}
	return cmd
}

// page is the page of a check, in Markdown.
func page(check *verify.Check) string {
	return checks.Page(check) + fmt.Sprintf("\nTo leave this check out: `aicr verify --skip %s`.\n", check.ID)
}

// printReport prints the report. Where the bundle is a directory, the files of annotations lie in
// it, seen from where the command runs.
func printReport(p *output.Printer, report verify.Report, name, source string) error {
	dir := ""
	if aicr.KindOf(source) == aicr.KindDirectory && filepath.IsLocal(source) {
		dir = filepath.ToSlash(filepath.Clean(source))
	}
	data, err := format.Render(name, report, format.Options{Dir: dir, Version: Version()})
	if err != nil {
		return errors.In(err, "result")
	}
	return p.Raw(string(data))
}
