package option

import (
	"cmp"
	"context"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/verify"
	"github.com/aicr-flux/aicr/pkg/verify/format"
)

// Verify are the flags of "aicr verify".
type Verify struct {
	aicr.VerifyOptions
	// Format is how the findings are printed, Explain the check whose page is printed instead.
	Format, Explain string

	bundle Bundle
}

// AddVerify gives the command the flags of "aicr verify".
func AddVerify(cmd *cobra.Command, v *Verify) {
	o := &v.VerifyOptions
	add(cmd, "Checks", func(s *set) {
		s.choice(&o.FluxVersion, "flux-version", verify.FluxVersions(), "hold the bundle against this line of Flux versions (default the newest)", "FluxVersion")
		kubeVersion(s, &o.KubeVersion)
		s.text(&o.RepositoryPath, "repo-path", "the bundle lies in this `DIR` of the Git repository (default: where it lies in a work tree, or as its charts say)", "RepositoryPath")
		s.text(&o.Root, "root", "Flux has the content of this `DIR`, in which the bundle lies, so that overlays may lead out of the bundle as far as there (default: the Git work tree)", "Root")
		s.text(&o.TargetNamespace, "target-namespace", "the Kustomization that applies the bundle has this `NAMESPACE` as spec.targetNamespace (default: what the one in the work tree has)", "TargetNamespace")
		s.list(&o.External, "external", "OBJECT", "the cluster has this object, \"KIND NAMESPACE/NAME\" or \"KIND NAME\", which the bundle refers to", "External")
		s.list(&o.Skip, "skip", "CHECK", "leave this check out", "Skip")
		s.choice(&o.FailOn, "fail-on", []string{"error", "warning"}, "fail where a finding is at least this bad (default error)", "FailOn")
		s.text(&o.Baseline, "baseline", "leave the findings that this `FILE` has out of the verdict: they are known", "Baseline")
		s.text(&o.WriteBaseline, "write-baseline", "write all that is found to this `FILE`, as known from now on", "WriteBaseline")
	})
	add(cmd, "Charts", func(s *set) {
		s.toggle(&o.Charts, "charts", "pull the charts that the bundle does not hold, and look at them as at those that it holds", "Charts")
	}, charts(&o.ChartPull), rewrite(&o.RegistryRewrite))
	add(cmd, "Cluster", func(s *set) {
		s.toggle(&o.Server, "server", "ask the API server of a cluster what it would say to the objects of the bundle and of its charts; nothing is written", "Server")
		s.text(&o.Context, "context", "ask that of the context with this `NAME` in the kubeconfig (default: the current one)", "Context")
	})
	add(cmd, "Output", func(s *set) {
		s.words(&v.Format, format.Names(), "how to print the findings (default text)")
		s.text(&v.Explain, "explain", "print the page of this `CHECK` and verify nothing")
	})
	add(cmd, recipeTitle, input(&v.bundle.BundleOptions, &v.bundle.configFile), assignments(&v.bundle.BundleOptions), v.bundle.order)
	add(cmd, registryTitle, registry(&o.Registry))
	completeInput(cmd)
	v.bundle.completeComponents(cmd, recipeOf)
	first(cmd, "charts", "offline", "flux-version", "kube-version", "skip", "fail-on", "baseline", "external", "format", "explain")
	var ids []string
	for _, check := range verify.Checks() {
		ids = append(ids, check.ID+"\t"+check.Title)
	}
	complete(cmd, "kube-version", verify.KubeVersions(), nothing)
	complete(cmd, "skip", ids, nothing)
	complete(cmd, "explain", ids, nothing)
}

// Fill reads the config file, whose options are those of a recipe, and holds the flags against the
// sources.
func (v *Verify) Fill(ctx context.Context, given *pflag.FlagSet, sources []string) (warnings []string, err error) {
	if err := v.bundle.Fill(ctx, given); err != nil {
		return nil, err
	}
	v.Recipe = v.bundle.BundleOptions
	v.FluxVersion, v.KubeVersion = cmp.Or(v.FluxVersion, v.Recipe.FluxVersion), cmp.Or(v.KubeVersion, v.Recipe.KubeVersion)
	if v.Charts && len(v.RegistryRewrite) == 0 {
		v.RegistryRewrite = v.Recipe.RegistryRewrite
	}
	kinds := map[aicr.Kind]bool{}
	for _, source := range sources {
		kinds[aicr.KindOf(source)] = true
	}
	var problems []error
	given.Visit(func(f *pflag.Flag) {
		switch title := Title(f); {
		case title == recipeTitle && !kinds[aicr.KindRecipe]:
			problems = append(problems, errors.Invalid("--%s is for a recipe, and %s is a bundle; name the recipe, or generate the bundle with --%s", f.Name, sources[0], f.Name))
		case title == registryTitle && !kinds[aicr.KindArtifact]:
			problems = append(problems, errors.Invalid("--%s is for a bundle in a registry, oci://, and %s is not in one; about charts there are --chart-ca-file and --chart-plain-http", f.Name, sources[0]))
		}
	})
	return v.bundle.Warnings, errors.Join(problems...)
}

// kubeVersion says which Kubernetes a bundle is held against.
func kubeVersion(s *set, to *string) {
	s.text(to, "kube-version", "hold the bundle against this `VERSION` of Kubernetes: "+strings.Join(verify.KubeVersions(), ", ")+", or a release such as v1.36.2 (default the newest that the recipe allows)", "KubeVersion")
}
