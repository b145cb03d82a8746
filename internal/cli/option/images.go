package option

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// Images are the flags of "aicr images". A config file may have those of a bundle, too.
type Images struct {
	Bundle
	KubeVersion string
	APIVersions []string
	NodeOS      []string
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
		s.words(format, []string{"text", "list", "json", "yaml", "hauler", "zarf"}, "how to print the images (default text); list: references, one a line, and nothing else; hauler, zarf: a manifest with the charts")
	})
	add(cmd, recipeTitle, input(o, &i.configFile), assignments(o))
	add(cmd, "The cluster", func(s *set) {
		s.text(&i.KubeVersion, "kube-version", "tell the charts that the cluster has this `VERSION` of Kubernetes (default "+chart.DefaultKubeVersion+")", "KubeVersion")
		s.list(&i.APIVersions, "api-version", "GROUP/VERSION", "tell the charts that the cluster has this API, or GROUP/VERSION/KIND", "APIVersions")
		s.list(&i.NodeOS, "node-os", "OS", "complete the tags of drivers for nodes with this operating system, such as ubuntu24.04 or, with an architecture, ubuntu24.04/arm64", "NodeOS")
	})
	add(cmd, "Charts", charts(&o.ChartPull), rewrite(&o.RegistryRewrite))
	add(cmd, registryTitle, registry(&o.Registry))
	completeInput(cmd)
	i.completeComponents(cmd, recipeOf)
	first(cmd, "format", "node-os", "set", "data", "registry-rewrite", "offline")
}

// CheckSource refuses flags that would change nothing for the source, nor for another one that it is
// compared with. A config file may be made for many.
func CheckSource(given *pflag.FlagSet, source, with string) error {
	if source == "" {
		return errors.Invalid("the source is empty; name a DIR, oci://HOST/REPOSITORY or a RECIPE")
	}
	either := func(kind aicr.Kind) bool {
		return aicr.KindOf(source) == kind || with != "" && !aicr.InGit(with) && aicr.KindOf(with) == kind
	}
	recipe, artifact := either(aicr.KindRecipe), either(aicr.KindArtifact)
	var problems []error
	given.Visit(func(f *pflag.Flag) {
		switch {
		case Title(f) == recipeTitle && !recipe && f.Name != configFlag:
			problems = append(problems, errors.Invalid("--%s is for a recipe, and %s is a bundle; name the recipe, or generate the bundle with --%s", f.Name, source, f.Name))
		case Title(f) == registryTitle && !artifact:
			problems = append(problems, errors.Invalid("--%s is for a bundle in a registry, oci://, and %s is not in one; about charts there are --chart-ca-file and --chart-plain-http", f.Name, source))
		}
	})
	return errors.Join(problems...)
}
