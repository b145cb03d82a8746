package e2e_test

import (
	"testing"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/test/corpus"
	"github.com/aicr-flux/aicr/test/e2e/cluster"
	"github.com/aicr-flux/aicr/test/e2e/scenario"
)

// What source-controller and kustomize-controller make of a bundle is what is in it. They are all of
// Flux that can be built everywhere, so that this scenario always runs.
func TestApplied(t *testing.T) {
	t.Parallel()
	for mode, source := range map[string]string{"git": "", "oci": "aicr-bundle"} {
		t.Run(mode, func(t *testing.T) {
			recipe := corpus.Largest(t)
			s := scenario.New(t, scenario.Options{Cluster: cluster.Options{
				Without: []string{cluster.HelmController, cluster.SourceWatcher, cluster.NotificationController},
			}})
			b := s.Bundle(aicr.BundleOptions{Recipe: recipe.File, Data: []string{recipe.Data}, Options: deployer.Options{OCISourceName: source}})
			s.Applied(s.Deliver(b))
			objects := s.Read(b).Objects
			for _, want := range objects {
				object := &unstructured.Unstructured{}
				object.SetAPIVersion(want.APIVersion)
				object.SetKind(want.Kind)
				s.Get(object, want.Name)
			}
			s.Checked("%d objects applied", len(objects))
			s.Until("chart repositories", &sourcev1.HelmRepositoryList{}, func(objects scenario.Objects) string {
				for name, object := range objects {
					repo := object.(*sourcev1.HelmRepository)
					if repo.Spec.Type != sourcev1.HelmRepositoryTypeOCI && repo.Status.Artifact == nil {
						return name + " has no index"
					}
				}
				return ""
			})
			s.Checked("chart repositories read")
		})
	}
}
