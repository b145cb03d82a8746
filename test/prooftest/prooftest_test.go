package prooftest

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

// TestCheck sees both modes of a bundle with the eyes of Helm.
func TestCheck(t *testing.T) {
	for _, mode := range []string{"git", "oci"} {
		report := Check(t, os.DirFS("../../pkg/verify/checks/testdata/"+mode))
		if len(report.Objects) != 7 || len(report.Charts) != 1 || len(report.Charts[0].Manifests) != 1 {
			t.Fatalf("%s: %d objects, charts %+v", mode, len(report.Objects), report.Charts)
		}
		hard := report.Charts[0].Manifests[0].Object()["spec"].(map[string]any)["hard"].(map[string]any)
		if hard["pods"] != "4" {
			t.Errorf("%s: the chart sees %v", mode, hard)
		}
	}
}

// TestDecode can fail: an unknown field, a kind that no bundle has.
func TestDecode(t *testing.T) {
	for text, want := range map[string]string{
		"apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a}\nspec: {timeOut: 1m}\n":   `unknown field "spec.timeOut"`,
		"apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n":                                                    "a bundle must not hold this kind",
		"apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a}\nspec: {interval: [1]}\n": "interval",
	} {
		read, err := rollout.Read(t.Context(), fstest.MapFS{
			"kustomization.yaml": {Data: []byte("resources: [a.yaml]\n")}, "a.yaml": {Data: []byte(text)},
		}, rollout.Options{})
		if err != nil || len(read.Objects) != 1 {
			t.Fatalf("%v %+v", err, read)
		}
		if err := decode(read.Objects[0]); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
