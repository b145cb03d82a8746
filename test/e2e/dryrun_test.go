package e2e_test

import (
	"maps"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/test/corpus"
	"github.com/aicr-flux/aicr/test/e2e/cluster"
	"github.com/aicr-flux/aicr/test/e2e/scenario"
)

// What a bundle hands to the cluster is taken by the API server without an error or a warning, in
// each mode. It needs no controller.
func TestDryRun(t *testing.T) {
	recipes := append(corpus.Recipes(t), corpus.Recipes1x(t)...)
	s := scenario.New(t, scenario.Options{Cluster: cluster.Options{Without: cluster.FluxParts()}})
	dry := s.DryRun()
	bundles, objects := 0, 0
	for _, r := range recipes {
		for _, source := range []string{"", "aicr-bundle"} {
			for _, order := range []string{"chain", "graph"} {
				for _, vendored := range []bool{false, true} {
					o, _ := s.Prepare(aicr.BundleOptions{
						Recipe: r.File, Data: []string{r.Data}, Output: s.Dir("bundle"),
						Options: deployer.Options{OCISourceName: source, Ordering: order, VendorCharts: vendored, RepoURL: gitURL(source)},
					}, scenario.Chart{})
					b, err := aicr.Make(t.Context(), o)
					if err != nil {
						t.Fatalf("%s: %v", r.Name, err)
					}
					if b.Rollout.BuildErr != nil {
						t.Fatalf("%s: %v", r.Name, b.Rollout.BuildErr)
					}
					bundles++
					for _, object := range b.Rollout.Objects {
						objects++
						warnings, err := dry.Apply(t.Context(), &unstructured.Unstructured{Object: maps.Clone(object.Content)})
						if err != nil || len(warnings) > 0 {
							t.Errorf("%s (source %q, %s, vendored %v): %s: %v %q", r.Name, source, order, vendored, object.File, err, warnings)
						}
					}
				}
			}
		}
	}
	s.Checked("%d objects of %d bundles taken, without a warning", objects, bundles)
}

func gitURL(ociSource string) string {
	if ociSource != "" {
		return ""
	}
	return "https://git.example.com/org/fleet.git"
}
