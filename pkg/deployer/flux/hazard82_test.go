package flux_test

import (
	"strings"
	"testing"
	"time"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer"
)

// TestHazard82_AFixIsNotHeldForLong by what we write: a Kustomization that waits takes nothing newer
// before its timeout, and a release that is installed keeps its own. So the first is no longer than the
// pause between two tries of the second, in which a fix must arrive to be the next try.
func TestHazard82_AFixIsNotHeldForLong(t *testing.T) {
	_, applies, _ := judged(t, artifactSync(func(*deployer.Sync) {}))
	var k kustomizev1.Kustomization
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(applies.Object, &k); err != nil {
		t.Fatal(err)
	}
	if k.Spec.Wait && k.GetTimeout() > config.DefaultRetryInterval || k.GetRetryInterval() > time.Minute {
		t.Errorf("a fix waits for %s, and is tried again after %s", k.GetTimeout(), k.GetRetryInterval())
	}
	g := newGenerator(chartRef("gpu"))
	g.Settings.Timeout = 20 * time.Minute
	plan, fsys, _ := proved(t, g)
	// A healthy install may take its time: Helm runs post-install hooks at no later try.
	if hr := helmRelease(t, fsys, "gpu"); hr.GetInstall().GetTimeout(hr.GetTimeout()).Duration != g.Settings.Timeout {
		t.Error("an install has another timeout than the release")
	}
	const gate = "CancelHealthCheckOnNewRevision=true"
	for what, text := range map[string]string{"README": string(fsys["README.md"].Data), "notes": strings.Join(plan.Output().DeploymentNotes, "\n")} {
		if !strings.Contains(text, gate) {
			t.Errorf("the %s do not name the gate:\n%s", what, text)
		}
	}
}
