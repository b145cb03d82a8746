package flux_test

import (
	"bytes"
	"io/fs"
	"testing"
	"testing/fstest"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

const editable = "gpu/configmap-values.yaml"

// createdOnce asks what kustomize-controller asks of an object that the cluster has.
func createdOnce(t *testing.T, fsys fs.FS, file string) bool {
	t.Helper()
	cm := readAs[corev1.ConfigMap](t, fsys, file)
	if cm.Labels["reconcile.fluxcd.io/watch"] != "Enabled" {
		t.Errorf("an edit of %s does not reach the release", file)
	}
	return cm.Annotations[kustomizev1.GroupVersion.Group+"/ssa"] == kustomizev1.IfNotPresentValue
}

// given are the values of release gpu where the cluster's ConfigMap is the one of the file.
func given(t *testing.T, fsys fstest.MapFS, cluster *fstest.MapFile) string {
	t.Helper()
	if cluster != nil {
		fsys[editable] = cluster
	}
	read, err := rollout.Read(t.Context(), fsys, rollout.Options{})
	if err != nil {
		t.Fatal(err)
	}
	composed, _ := read.Compose(read.Release(rollout.Ref{Kind: helmv2.HelmReleaseKind, Namespace: "flux-system", Name: "gpu"}))
	return asJSON(composed)
}

// dynamicGPU has the values a and b, of which those named are dynamic.
func dynamicGPU(version string, paths ...string) *flux.Generator {
	g := newGenerator(chartRef("gpu"))
	g.RecipeResult.ComponentRefs[0].Chart = "gpu-operator"
	g.ComponentValues["gpu"] = map[string]any{"a": version, "b": "b", "c": "${GUARDED}"}
	g.DynamicValues["gpu"] = paths
	return g
}

// In OCI mode the cluster is the only place to edit: there kustomize-controller creates the ConfigMap
// and leaves it alone, and whatever a later bundle does, no value is lost over that.
func TestHazard80_AnEditInTheClusterStaysAndNoValueIsLost(t *testing.T) {
	_, git, _ := proved(t, dynamicGPU("1", "a", "c"))
	if createdOnce(t, git, editable) {
		t.Error("Git mode: an edit in Git would not reach the cluster")
	}
	if _, ok := git["gpu/configmap-defaults.yaml"]; ok {
		t.Error("Git mode: two places for one value")
	}

	_, first, _ := proved(t, inOCI(dynamicGPU("1", "a", "c")))
	if !createdOnce(t, first, editable) || createdOnce(t, first, "gpu/configmap-defaults.yaml") {
		t.Error("OCI mode: the edit is taken back, or new defaults do not arrive")
	}
	for _, file := range []string{editable, "gpu/configmap-defaults.yaml"} {
		if cm := readAs[corev1.ConfigMap](t, first, file); cm.Annotations["kustomize.toolkit.fluxcd.io/substitute"] != "disabled" {
			t.Errorf("%s: substitution would rewrite the value", file)
		}
	}
	asMade := first[editable]
	edited := &fstest.MapFile{Data: bytes.Replace(asMade.Data, []byte(`a: "1"`), []byte(`a: "edited"`), 1)}

	vendored := dynamicGPU("2", "a", "c")
	vendored.VendorCharts, vendored.Puller = true, stubPuller{t}
	for name, c := range map[string]struct {
		later   *flux.Generator
		cluster *fstest.MapFile
		want    string
	}{
		"edited":                           {dynamicGPU("2", "a", "c"), edited, `{"a":"edited","b":"b","c":"${GUARDED}"}`},
		"a path more":                      {dynamicGPU("2", "a", "b", "c"), edited, `{"a":"edited","b":"b","c":"${GUARDED}"}`},
		"a path less":                      {dynamicGPU("2", "c"), edited, `{"a":"2","b":"b","c":"${GUARDED}"}`},
		"as it was made, charts vendored":  {vendored, asMade, `{"a":"1","c":"${GUARDED}","gpu-operator":{"a":"2","b":"b","c":"${GUARDED}"}}`},
		"a cluster that has no such thing": {dynamicGPU("2", "a", "c"), nil, `{"a":"2","b":"b","c":"${GUARDED}"}`},
	} {
		_, later := render(t, inOCI(c.later))
		if got := given(t, later, c.cluster); got != c.want {
			t.Errorf("%s: the release gets %s, want %s", name, got, c.want)
		}
	}
}
