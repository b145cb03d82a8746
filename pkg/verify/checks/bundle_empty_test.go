package checks_test

import (
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestBundleEmpty(t *testing.T) {
	d := defect{at: listing, says: "no object"}
	nothing := load(t, "git")
	add(listing, "resources: []\n")(t, nothing)
	wrong := load(t, "git")
	add(listing, "resources: gpu-operator/helmrelease.yaml\n")(t, wrong)
	defect{at: listing, says: "cannot read it"}.want(t, "kustomize-build", verifyAll(t, wrong, verify.Options{}))
	d.want(t, "bundle-empty", verifyAll(t, nothing, verify.Options{}))
	d.want(t, "bundle-empty", verifyAll(t, fstest.MapFS{
		listing: &fstest.MapFile{Data: []byte("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n")},
	}, verify.Options{}))
}
