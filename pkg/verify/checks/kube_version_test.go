package checks_test

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

const wants136 = "apiVersion: aicr.run/v1\nkind: RecipeResult\nconstraints:\n- {name: K8s.server.version, value: '>= 1.36'}\n"

func TestKubeVersion(t *testing.T) {
	each(t, "kube-version",
		defect{name: "of the recipe", warning: true, breakIt: add("recipe.yaml", wants136), options: verify.Options{KubeVersion: "v1.35.1"}, at: "recipe.yaml", says: "the recipe wants Kubernetes >= 1.36, and the bundle is held against v1.35.1"},
	)
	bundle := load(t, "git")
	edit("gpu-operator-pre/Chart.yaml", "\nversion:", "\nkubeVersion: \"<1.36-0\"\nversion:")(t, bundle)
	if report := passes(t, bundle, verify.Options{}); !strings.Contains(list(report), "kube-version: HelmRelease flux-system/gpu-operator-pre wants Kubernetes <1.36-0") {
		t.Errorf("the chart's wish is not noted:\n%s", list(report))
	}
	passes(t, bundle, verify.Options{KubeVersion: "1.35"})
	report := verifyAll(t, bundle, verify.Options{KubeVersion: "1.36"})
	if text := list(report); !strings.Contains(text, "it wants Kubernetes <1.36-0, and the cluster has v1.36.") {
		t.Errorf("the chart is rendered for a Kubernetes that it does not want:\n%s", text)
	}
}

// TestTheRecipeChoosesTheKubernetes takes the newest that the recipe in the bundle allows.
func TestTheRecipeChoosesTheKubernetes(t *testing.T) {
	newest := verify.KubeVersions()[len(verify.KubeVersions())-1]
	for wanted, version := range map[string]string{"": newest, ">= 1.30": newest, "< 1.36": "1.35", "~1.36": "1.36", "new": newest} {
		bundle := load(t, "git")
		if wanted != "" {
			add("recipe.yaml", strings.Replace(wants136, ">= 1.36", wanted, 1))(t, bundle)
		}
		if report := verifyAll(t, bundle, verify.Options{}); report.KubeVersion != version {
			t.Errorf("%q: held against Kubernetes %s, want %s", wanted, report.KubeVersion, version)
		}
	}
}
