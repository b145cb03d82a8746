package option

import (
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// Diff are the flags of "aicr diff": those of a bundle, for a recipe that is compared, and a few of
// its own.
type Diff struct {
	Bundle
	// Repeated says that the new side is the old one, made once more.
	Repeated    bool
	Charts      bool
	KubeVersion string
	APIVersions []string
}

// AddDiff gives the command the flags of "aicr diff".
func AddDiff(cmd *cobra.Command, d *Diff, format *string) {
	o := &d.BundleOptions
	add(cmd, "Comparing", func(s *set) {
		s.words(format, []string{"text", "markdown", "json", "github"}, "how to print what differs (default text); markdown: for the comment of a pull request")
		s.toggle(&d.Repeated, "again", "compare the bundle in DIR with what bundle --again DIR and the flags given now would make of it", "Again")
		s.toggle(&d.Charts, "charts", "pull the charts that a bundle does not hold, and compare what they make, too", "Charts")
		s.text(&d.KubeVersion, "kube-version", "tell the charts that the cluster has this `VERSION` of Kubernetes (default "+chart.DefaultKubeVersion+")", "KubeVersion")
		s.list(&d.APIVersions, "api-version", "GROUP/VERSION", "tell the charts that the cluster has this API, or GROUP/VERSION/KIND", "APIVersions")
	})
	add(cmd, recipeTitle, input(o, &d.configFile))
	for _, section := range d.sections() {
		if slices.Contains(ofARecipe, section.title) {
			add(cmd, section.title, section.groups...)
		}
	}
	add(cmd, "Charts", vendoring(o), charts(&o.ChartPull))
	add(cmd, registryTitle, registry(&o.Registry))
	completeInput(cmd)
	d.completeComponents(cmd, func(args []string) (recipe, again string) {
		if d.Repeated && len(args) > 0 {
			return "", args[0]
		}
		return recipeOf(args)
	})
	first(cmd, "format", "again", "charts", "set", "data", "order")
}

// ofARecipe are the titles of flags that say what is made of a recipe.
var ofARecipe = []string{"Values", "Scheduling", "Git and chart repositories", "Flux", "Readiness"}

// CheckSources refuses sources that cannot be meant, and flags that would change nothing for them.
func (d *Diff) CheckSources(given *pflag.FlagSet, sources []string) error {
	recipe, artifact := d.Repeated, false
	for _, source := range sources {
		if source == "" {
			return errors.Invalid("a source is empty; name a DIR, oci://HOST/REPOSITORY, git:REVISION:PATH or a RECIPE")
		}
		switch aicr.KindOf(source) {
		case aicr.KindRecipe:
			recipe = recipe || !aicr.InGit(source)
		case aicr.KindArtifact:
			artifact = true
		}
	}
	var problems []error
	given.Visit(func(f *pflag.Flag) {
		switch title := Title(f); {
		case (title == recipeTitle || slices.Contains(ofARecipe, title)) && !recipe && f.Name != configFlag:
			problems = append(problems, errors.Invalid("--%s is for a recipe, and both sides are bundles; name a recipe, or compare one bundle with what it would be by --again", f.Name))
		case title == registryTitle && !artifact:
			problems = append(problems, errors.Invalid("--%s is for a bundle in a registry, oci://, and no side is in one; about charts there are --chart-ca-file and --chart-plain-http", f.Name))
		}
	})
	return errors.Join(problems...)
}
