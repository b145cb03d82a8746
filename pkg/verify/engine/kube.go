package engine

import (
	"github.com/Masterminds/semver/v3"

	"github.com/aicr-flux/aicr/internal/kubeapi"
	"github.com/aicr-flux/aicr/internal/kubeschema"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// kube is the Kubernetes that a bundle is held against.
type kube struct {
	// version is one of verify.KubeVersions, release all of it: "v1.36.3".
	version, release string
	// wanted is what the recipe of the bundle demands, ">= 1.34"; empty where nothing is known.
	wanted string
}

// KubeVersion returns the version of Kubernetes that the bundle is held against, "1.36": the one that
// was asked for, or the newest that its recipe allows.
func (s *Scene) KubeVersion() string { return s.kube().version }

// KubeRelease returns the whole version, "v1.36.3", which charts are told.
func (s *Scene) KubeRelease() string { return s.kube().release }

// WantedKube returns what the recipe in the bundle says of the cluster's version; "" where there is
// no recipe, or it says nothing of it.
func (s *Scene) WantedKube() string { return s.kube().wanted }

func (s *Scene) findKube() kube {
	k := kube{wanted: s.wantedKube()}
	if s.Options.KubeVersion != "" {
		k.release, k.version, _ = kubeapi.Release(s.Options.KubeVersion) // checked with the options
		return k
	}
	constraint, err := semver.NewConstraint(k.wanted)
	for _, version := range kubeapi.Versions() {
		release, _, _ := kubeapi.Release(version)
		newest, _ := semver.NewVersion(release)
		if k.version == "" || err != nil || constraint.Check(newest) {
			k.release, k.version = release, version
		}
	}
	return k
}

// RecipeFile is the recipe in a bundle.
const RecipeFile = recipe.BundledFile

func (s *Scene) wantedKube() string { return recipe.KubeVersion(s.constraints()) }

// constraints are what the recipe in the bundle wants of a cluster.
func (s *Scene) constraints() []recipe.Constraint {
	text, err := s.Tree.Read(RecipeFile)
	if err != nil {
		return nil
	}
	return recipe.Constraints(text)
}

// Resource returns what the Kubernetes that the bundle is held against knows of one of its own kinds;
// nil where it does not serve it.
func (s *Scene) Resource(apiVersion, kind string) *kubeapi.Resource {
	return kubeapi.Find(s.KubeVersion(), kubeschema.KindOf(apiVersion, kind))
}
