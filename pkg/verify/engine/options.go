package engine

import (
	"cmp"
	"strings"

	"github.com/aicr-flux/aicr/internal/render"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// Options say what a bundle is held against. The zero value is usable.
type Options struct {
	// FluxVersion is one of verify.FluxVersions; empty means the newest.
	FluxVersion string
	// KubeVersion is the version of Kubernetes, one of verify.KubeVersions, "1.36", or one of its
	// releases, "v1.36.2". Empty means the newest that the recipe in the bundle allows.
	KubeVersion string
	// RepositoryPath is where in its Git repository the bundle lies. Empty means that it is not
	// known: then a local chart's path must end in a directory of the bundle.
	RepositoryPath string
	// Appliers are the Kustomizations that apply the bundle in one cluster, as far as the place where
	// it lies tells: "the Kustomization aicr (clusters/a/aicr.yaml)".
	Appliers []string
	// Substitutions are what the Kustomizations give that apply the bundle, as far as the place where it
	// lies tells. The bundle is looked at as the first of them makes it.
	Substitutions []Substitution
	// TargetNamespace is spec.targetNamespace of the Kustomization that applies the bundle: every
	// object gets it. Empty means none.
	TargetNamespace string
	// External names objects that the cluster has already, and that the bundle may refer to:
	// "GitRepository flux-system/flux-system", and without a namespace
	// "CustomResourceDefinition certificates.cert-manager.io".
	External []string
	// Skip are the IDs of checks that are not run.
	Skip []string
	// Quick runs only the checks that need no chart, no schema and no build.
	Quick bool
	// Puller fetches the charts that the bundle does not hold, Jobs at once, so that they are looked
	// at like those that it holds; nil leaves them out. 0 Jobs are config.DefaultJobs.
	Puller localformat.ChartPuller
	Jobs   int
	// Offline says that the Puller asks no server: what it does not have may be there all the same.
	Offline bool
	// ChartsHint is what a person does to have charts pulled, where Puller is nil: "run aicr …".
	ChartsHint string
	// APIServer is asked what it would say to the objects of the bundle and of its charts; nil means
	// that no server is.
	APIServer Server
	// Renderer renders the charts and runs kustomize; nil means render.InProcess{}, which trusts
	// the bundle.
	Renderer render.Renderer
}

// Substitution is what one Kustomization gives to the variables of the bundle.
type Substitution struct {
	// By names the Kustomization: "the Kustomization aicr (clusters/a/aicr.yaml)".
	By string
	rollout.Given
	// From are the objects of the cluster that give variables of which nothing is known here:
	// "ConfigMap flux-system/cluster-vars".
	From []string
}

// Substituted reports whether the objects are as they are with their variables filled in.
func (s *Scene) Substituted() bool {
	return len(s.Options.Substitutions) > 0 && s.Options.Substitutions[0].Any()
}

func (o Options) renderer() render.Renderer {
	return cmp.Or[render.Renderer](o.Renderer, render.InProcess{})
}

// ParseRef reads "Kind namespace/name", or "Kind name" of what belongs to no namespace.
func ParseRef(text string) (rollout.Ref, bool) {
	kind, rest, _ := strings.Cut(text, " ")
	namespace, name, namespaced := strings.Cut(rest, "/")
	if !namespaced {
		namespace, name = "", rest
	}
	ref := rollout.Ref{Kind: kind, Namespace: namespace, Name: name}
	return ref, kind != "" && name != "" && namespaced == (namespace != "") && !strings.ContainsAny(rest, " \t\n")
}
