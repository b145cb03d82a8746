package checks_test

import (
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/verify"
)

const (
	settings = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  a: b\n"
	added    = "gpu-operator-pre/templates/a.yaml"
)

// TestHazard58_HelmControllerRefusesWhatHelmTakes: an object twice, and a key twice.
func TestHazard58_HelmControllerRefusesWhatHelmTakes(t *testing.T) {
	hook := "metadata:\n  name: settings\n  annotations: {helm.sh/hook: pre-install}\n"
	each(t, "post-render",
		defect{name: "in one template", breakIt: add(added, settings+"---\n"+settings), at: added, says: `it renders ConfigMap "settings" a second time`},
		defect{
			name: "in two templates", breakIt: all(add(added, settings), add("gpu-operator-pre/templates/b.yaml", settings)),
			at: "gpu-operator-pre/templates/b.yaml", says: "after gpu-operator-pre/templates/a.yaml",
		},
		defect{name: "as a hook, too", breakIt: all(add(added, settings+"---\napiVersion: v1\nkind: ConfigMap\n"+hook)), at: added, says: "a second time"},
		defect{name: "in a list", breakIt: add(added, settings+"---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}\n"), at: added, says: "a second time"},
		defect{name: "a key twice", breakIt: add(added, settings+"  a: c\n"), at: added, says: `refuses the ConfigMap "settings" that it renders: mapping key "a" already defined`},
		defect{name: "without a name", also: []string{"manifest-schema"}, breakIt: add(added, "apiVersion: v1\nkind: ConfigMap\nmetadata: {labels: {a: b}}\n"), at: added, says: "missing metadata.name"},
	)
	for name, right := range map[string]struct{ text, flux string }{
		"in two namespaces":        {text: settings + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: other}\n"},
		"of two groups":            {text: settings + "---\napiVersion: example.com/v1\nkind: ConfigMap\nmetadata: {name: settings}\n"},
		"a hook that Helm 3 keeps": {text: settings + "---\napiVersion: v1\nkind: ConfigMap\n" + hook, flux: "2.7"},
	} {
		t.Run("right "+name, func(t *testing.T) {
			bundle := load(t, "git")
			add(added, right.text)(t, bundle)
			passes(t, bundle, verify.Options{FluxVersion: right.flux})
		})
	}
}

// TestHazard58_PostRenderersAreApplied: patches that cannot be read, or find nothing, and what
// becomes of the objects.
func TestHazard58_PostRenderersAreApplied(t *testing.T) {
	patched := func(file, patch string) func(*testing.T, fstest.MapFS) {
		return edit(file, "  dependsOn:", fmt.Sprintf("  postRenderers: [{kustomize: {patches: [%s]}}]\n  dependsOn:", patch))
	}
	const (
		quota = "target: {kind: ResourceQuota}"
		other = `patch: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n"`
	)
	each(t, "post-render",
		defect{name: "no YAML", breakIt: patched(pre, `{`+quota+`, patch: "- op: add\n  path: /a\n   value: 5\n"}`), at: pre + ":24", says: "unable to parse SM or JSON patch"},
		defect{name: "no target", breakIt: patched(pre, `{patch: '[{"op": "remove", "path": "/spec"}]'}`), at: pre + ":24", says: "must specify a target for JSON patch"},
		defect{name: "of a chart elsewhere", breakIt: patched(release, `{`+quota+`, patch: "a: [b"}`), at: release + ":24", says: "unable to parse SM or JSON patch"},
		defect{name: "no path", breakIt: patched(pre, `{`+quota+`, patch: '[{"op": "remove", "path": "/spec/nothing"}]'}`), at: pre + ":24", says: "its postRenderers[0] cannot be applied"},
		defect{name: "no object", breakIt: patched(pre, `{`+other+`}`), at: pre + ":24", says: "no resource matches strategic merge patch"},
		defect{name: "no object of a target", breakIt: patched(pre, `{target: {kind: Deployment}, `+other+`}`), at: pre + ":24", says: "patches[0] of its postRenderers[0] patches nothing", warning: true},
	)
	t.Run("its objects are judged as they come out", func(t *testing.T) {
		bundle := load(t, "git")
		patched(pre, `{`+quota+`, patch: '[{"op": "replace", "path": "/spec/hard", "value": "many"}]'}`)(t, bundle)
		defect{at: template + ":3", path: "spec.hard", says: "must be of type object"}.want(t, "manifest-schema", verifyAll(t, bundle, verify.Options{}))
	})
	t.Run("right", func(t *testing.T) {
		bundle := load(t, "git")
		patched(pre, `{`+quota+`, patch: '[{"op": "replace", "path": "/spec/hard/pods", "value": "5"}]'}`)(t, bundle)
		passes(t, bundle, verify.Options{})
	})
	t.Run("with a variable", func(t *testing.T) {
		bundle := load(t, "git")
		patched(pre, `{`+quota+`, patch: "${PATCH}"}`)(t, bundle)
		if report := verifyAll(t, bundle, verify.Options{Skip: []string{"substitution"}}); len(report.Findings) > 0 {
			t.Error(list(report))
		}
	})
}

// TestHazard58_WhatKustomizeRefuses of the kustomizations themselves.
func TestHazard58_WhatKustomizeRefuses(t *testing.T) {
	more := func(text string) func(*testing.T, fstest.MapFS) {
		return edit(listing, "resources:\n", text+"resources:\n")
	}
	each(t, "kustomize-build",
		defect{name: "helmCharts", breakIt: more("helmCharts:\n- {name: a, repo: \"https://h\", version: 1.2.3}\n"), at: listing + ":4", says: "which Flux never does"},
		defect{name: "two files", breakIt: add("kustomization.yml", "resources: []\n"), at: "kustomization.yml", says: "kustomization.yaml is there, too"},
		defect{name: "a patch without an object", breakIt: more("patches:\n- patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: other}}'\n"), at: listing, says: "no resource matches"},
		defect{name: "a patch that is none", breakIt: more("patches:\n- {target: {kind: HelmRelease}, patch: \"- {op: add\"}\n"), at: listing, says: "unable to parse SM or JSON patch"},
		defect{
			name: "a patch whose target is not there", breakIt: more("patches:\n- {target: {kind: Deployment}, patch: \"- {op: remove, path: /spec}\"}\n"),
			at: listing + ":4", says: "patch 1 patches nothing", warning: true,
		},
		defect{
			name: "a program", at: listing, says: "external plugins disabled",
			breakIt: all(more("generators: [program.yaml]\n"), add("program.yaml", "apiVersion: v1\nkind: X\nmetadata:\n  name: x\n  annotations:\n    config.kubernetes.io/function: |\n      exec: {path: ./x}\n")),
		},
	)
	each(t, "resource-missing",
		defect{name: "a component", breakIt: more("components: [nothing]\n"), at: listing + ":4", path: "components[0]", says: `there is no "nothing"`},
		defect{name: "a transformer", breakIt: more("transformers:\n- nothing.yaml\n"), at: listing + ":5", path: "transformers[0]", says: `there is no "nothing.yaml"`},
		defect{name: "a component without its file", breakIt: all(more("components: [part]\n"), add("part/a.yaml", settings)), at: listing + ":4", says: "without a kustomization"},
	)
	bundle := load(t, "git")
	all(more("components: [part]\npatches:\n- {target: {kind: Helm.*, name: gpu-operator}, patch: \"- {op: add, path: /metadata/labels, value: {a: b}}\"}\n"),
		add("part/kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nlabels: [{pairs: {c: d}}]\n"))(t, bundle)
	passes(t, bundle, verify.Options{})
}
