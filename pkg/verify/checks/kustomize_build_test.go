package checks_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestKustomizeBuild(t *testing.T) {
	each(t, "kustomize-build",
		defect{name: "a field that there is not", breakIt: edit(listing, "resources:", "resource: []\nresources:"), at: listing, says: `unknown field "resource"`},
		defect{name: "another kind", breakIt: edit(listing, "kind: Kustomization", "kind: Kustomisation"), at: listing, says: "kind should be"},
		defect{name: "a patch that fits nothing", breakIt: edit(listing, "resources:", "patches:\n- path: patch.yaml\nresources:"), at: listing, says: "patch.yaml"},
		defect{
			name: "below the root", at: "cert-manager/kustomization.yaml", says: `unknown field "resource"`,
			breakIt: all(
				edit(listing, "- cert-manager/helmrelease.yaml", "- cert-manager"),
				add("cert-manager/kustomization.yaml", "resource: []\nresources:\n- helmrelease.yaml\n"),
			),
		},
	)
}

// TestBuildAsksNobody wants a note, and no attempt, where kustomize would clone a repository or run
// a program.
func TestBuildAsksNobody(t *testing.T) {
	for name, text := range map[string]string{
		"a component elsewhere":  "components:\n- github.com/acme/base\nresources:",
		"a component, indirect":  "components:\n- base\nresources:",
		"a base elsewhere":       "bases:\n- github.com/acme/base\nresources:",
		"a transformer":          "transformers:\n- github.com/acme/base\nresources:",
		"a patch from elsewhere": "patches:\n- path: https://example.com/patch.yaml\nresources:",
		"an escaped one":         "patches:\n- path: \"https\\x3a\\x2f/example.com/patch.yaml\"\nresources:",
	} {
		t.Run(name, func(t *testing.T) {
			bundle := load(t, "git")
			edit(listing, "resources:", text)(t, bundle)
			add("base/kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources:\n- github.com/acme/base\n")(t, bundle)
			report := passes(t, bundle, verify.Options{})
			if !strings.Contains(strings.Join(report.NotSeen, "\n"), "kustomize-build: the build could ask another server") {
				t.Errorf("want a note, got %q", report.NotSeen)
			}
			if !strings.Contains(report.Summary(), "nothing is wrong in what was looked at; the kustomization was not built") {
				t.Errorf("the verdict is %q", report.Summary())
			}
		})
	}
}

func TestBuildOfManyFiles(t *testing.T) {
	bundle := load(t, "git")
	text := string(bundle[listing].Data)
	for i := range 300 {
		file := fmt.Sprintf("more/%d.yaml", i)
		text += "- " + file + "\n"
		add(file, fmt.Sprintf("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m%d, namespace: flux-system}\n", i))(t, bundle)
	}
	var many strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&many, "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: n%d, namespace: flux-system}\n", i)
	}
	add("many.yaml", many.String())(t, bundle)
	add(listing, text+"- many.yaml\n")(t, bundle)
	passes(t, bundle, verify.Options{})
}
