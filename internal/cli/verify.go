package cli

import (
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/aicr-flux/aicr/internal/render"
	"github.com/aicr-flux/aicr/pkg/bundler"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/oci"
	"github.com/aicr-flux/aicr/pkg/verify"
	"github.com/aicr-flux/aicr/pkg/verify/format"
)

func newVerifyCmd(s streams) *cobra.Command {
	var o bundler.VerifyOptions
	var name, failOn, explain string
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
  aicr verify clusters/a --repo-path clusters/a --format github
  aicr verify clusters/a --repo-path clusters/a --format sarif > aicr.sarif

  # Against an older Flux; what is published; the page of a check
  aicr verify bundle --flux-version 2.7 --fail-on warning
  aicr verify oci://ghcr.io/org/bundle:v1
  aicr verify --explain crd-order`,
		Args: func(cmd *cobra.Command, args []string) error {
			if explain != "" {
				return noArguments(" with --explain")(cmd, args)
			}
			return oneArgument("DIR or oci://HOST/REPOSITORY")(cmd, args)
		},
		ValidArgsFunction: completeFirstDir,
		RunE: func(cmd *cobra.Command, args []string) error {
			if explain != "" {
				check, err := verify.Lookup(explain)
				if err != nil {
					return err
				}
				return printText(s.out, check.Page())
			}
			progress := newProgress(s.err)
			processes := render.NewProcesses(render.Limits{})
			defer processes.Close()
			b := &bundler.Bundler{Version: Version(), Renderer: processes, Progress: progress.show}
			report, err := b.Verify(cmd.Context(), args[0], o)
			progress.clear()
			if err != nil {
				return err
			}
			if err := printReport(s, report, name, args[0]); err != nil {
				return err
			}
			return judge(report, failOn, args[0])
		},
	}
	cmd.Flags().SortFlags = false
	addGroup(cmd, "Checks", func(f *pflag.FlagSet) {
		addChoice(f, &o.FluxVersion, "flux-version", "hold the bundle against this line of Flux versions (default the newest)", verify.FluxVersions()...)
		f.StringVar(&o.RepositoryPath, "repo-path", "", "the bundle lies in this `DIR` of the Git repository (default: as its charts say)")
		f.Var(newList(&o.External, "OBJECT"), "external", "the cluster has this object, \"KIND NAMESPACE/NAME\", which the bundle refers to; repeatable")
		f.Var(newList(&o.Skip, "CHECK"), "skip", "leave this check out; repeatable")
		addChoice(f, &failOn, "fail-on", "fail where a finding is at least this bad (default error)", "error", "warning")
	})
	addGroup(cmd, "Output", func(f *pflag.FlagSet) {
		addChoice(f, &name, "format", "how to print the findings (default text)", format.Names()...)
		f.StringVar(&explain, "explain", "", "print the page of this `CHECK` and verify nothing")
	})
	addGroup(cmd, "Registry", func(f *pflag.FlagSet) { addConnectionFlags(f, &o.Publish) })
	var ids []string
	for _, check := range verify.Checks() {
		ids = append(ids, check.ID+"\t"+check.Title)
	}
	complete(cmd, "skip", ids, cobra.ShellCompDirectiveNoFileComp)
	complete(cmd, "explain", ids, cobra.ShellCompDirectiveNoFileComp)
	return cmd
}

// printReport prints the report. Where the bundle is a directory, the files of
// annotations lie in it, seen from where the command runs.
func printReport(s streams, report verify.Report, name, source string) error {
	dir := ""
	if !oci.IsReference(source) && filepath.IsLocal(source) {
		dir = filepath.ToSlash(filepath.Clean(source))
	}
	data, err := format.Render(name, report, format.Options{Dir: dir, Version: Version()})
	if err != nil {
		return errors.In(err, "result")
	}
	return printText(s.out, string(data))
}

// judge makes an error of a report with findings that are too bad.
func judge(report verify.Report, failOn, source string) error {
	bound := verify.SeverityError
	if failOn == "warning" {
		bound = verify.SeverityWarning
	}
	if !report.Worst(bound) {
		return nil
	}
	return errors.New(errors.ErrCodeUnauthorized, "%s does not pass: %s", source, report.Summary())
}
