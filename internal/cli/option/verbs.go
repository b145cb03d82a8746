package option

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/aicr-flux/aicr/examples"
	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/verify"
	"github.com/aicr-flux/aicr/pkg/verify/format"
)

// AddPush gives the command the flags of "aicr push".
func AddPush(cmd *cobra.Command, o *aicr.PushOptions, format *string) {
	add(cmd, "Output", force(&o.Force, "move a tag that points to other content"), func(s *set) { s.format(format) })
	add(cmd, "Publishing (oci://)", publish(&o.Publish), registry(&o.Registry))
	add(cmd, "Into the cluster", sync(&o.Sync), func(s *set) {
		s.text(&o.OCISourceName, "flux-oci-source-name", "the cluster's OCIRepository has this `NAME` (default: the one that the bundle's charts refer to)", "OCISourceName")
		s.text(&o.Namespace, "flux-namespace", "Flux runs in this `NAMESPACE` (default: the bundle's)", "Namespace")
	})
}

// AddPull gives the command the flags of "aicr pull".
func AddPull(cmd *cobra.Command, o *aicr.PullOptions, format *string) {
	add(cmd, "Output", force(&o.Force, "overwrite files that were edited or that are not the bundle's own"), func(s *set) { s.format(format) })
	add(cmd, "Registry", registry(&o.Registry))
}

func force(to *bool, usage string) group {
	return func(s *set) { s.toggle(to, "force", usage, "Force") }
}

// AddInit gives the command the flags of "aicr init".
func AddInit(cmd *cobra.Command, o *aicr.InitOptions, format *string) {
	add(cmd, "", func(s *set) {
		s.text(&o.Example, "example", "write the example of this `NAME` (default "+aicr.DefaultExample+")", "Example")
	}, force(&o.Force, "overwrite files in DIR that differ"), func(s *set) { s.format(format) })
	complete(cmd, "example", examples.Names(), cobra.ShellCompDirectiveNoFileComp)
}

// AddFormat gives the command the flag --format alone.
func AddFormat(cmd *cobra.Command, format *string) {
	add(cmd, "", func(s *set) { s.format(format) })
}

// AddVerify gives the command the flags of "aicr verify": those of o, the name of the
// format, and the check whose page is printed instead.
func AddVerify(cmd *cobra.Command, o *aicr.VerifyOptions, name, explain *string) {
	add(cmd, "Checks", func(s *set) {
		s.choice(&o.FluxVersion, "flux-version", verify.FluxVersions(), "hold the bundle against this line of Flux versions (default the newest)", "FluxVersion")
		s.text(&o.RepositoryPath, "repo-path", "the bundle lies in this `DIR` of the Git repository (default: as its charts say)", "RepositoryPath")
		s.list(&o.External, "external", "OBJECT", "the cluster has this object, \"KIND NAMESPACE/NAME\", which the bundle refers to", "External")
		s.list(&o.Skip, "skip", "CHECK", "leave this check out", "Skip")
		s.choice(&o.FailOn, "fail-on", []string{"error", "warning"}, "fail where a finding is at least this bad (default error)", "FailOn")
	})
	add(cmd, "Output", func(s *set) {
		s.word(name, "format", format.Names(), "how to print the findings (default text)")
		s.text(explain, "explain", "print the page of this `CHECK` and verify nothing")
	})
	add(cmd, "Registry", registry(&o.Registry))
	var ids []string
	for _, check := range verify.Checks() {
		ids = append(ids, check.ID+"\t"+check.Title)
	}
	complete(cmd, "skip", ids, cobra.ShellCompDirectiveNoFileComp)
	complete(cmd, "explain", ids, cobra.ShellCompDirectiveNoFileComp)
}

// Images are the flags of "aicr images". A config file may have those of a bundle,
// too.
type Images struct {
	Bundle
	KubeVersion string
	APIVersions []string
}

// The titles of flags that count for one kind of source only.
const (
	recipeTitle   = "A recipe"
	registryTitle = "Registry of the bundle"
)

// AddImages gives the command the flags of "aicr images".
func AddImages(cmd *cobra.Command, i *Images, format *string) {
	o := &i.BundleOptions
	add(cmd, "Output", func(s *set) {
		s.word(format, "format", []string{"text", "list", "json", "yaml"}, "how to print the images (default text); list: references, one a line, and nothing else")
	})
	add(cmd, recipeTitle, input(o, &i.configFile), assignments(o), rewrite(o))
	add(cmd, "The cluster", func(s *set) {
		s.text(&i.KubeVersion, "kube-version", "tell the charts that the cluster has this `VERSION` of Kubernetes (default "+chart.DefaultKubeVersion+")", "KubeVersion")
		s.list(&i.APIVersions, "api-version", "GROUP/VERSION", "tell the charts that the cluster has this API, or GROUP/VERSION/KIND", "APIVersions")
	})
	add(cmd, "Charts", charts(&o.ChartPull))
	add(cmd, registryTitle, registry(&o.Registry))
	completeInput(cmd)
}

// CheckSource refuses flags that would change nothing for the source. A config file
// may be made for many.
func CheckSource(given *pflag.FlagSet, source string) error {
	if source == "" {
		return errors.Invalid("the source is empty; name a DIR, oci://HOST/REPOSITORY or a RECIPE")
	}
	kind := aicr.KindOf(source)
	var problems []error
	given.Visit(func(f *pflag.Flag) {
		switch {
		case Title(f) == recipeTitle && kind != aicr.KindRecipe && f.Name != configFlag:
			problems = append(problems, errors.Invalid("--%s is for a recipe, and %s is a bundle; name the recipe, or generate the bundle with --%s", f.Name, source, f.Name))
		case Title(f) == registryTitle && kind != aicr.KindArtifact:
			problems = append(problems, errors.Invalid("--%s is for a bundle in a registry, oci://, and %s is not in one; about charts there are --chart-ca-file and --chart-plain-http", f.Name, source))
		}
	})
	return errors.Join(problems...)
}
