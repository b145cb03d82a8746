package checks_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/verify"
)

const nsTemplate = "gpu-operator-pre/templates/namespace.yaml"

// ships lets gpu-operator-pre ship the namespace that gpu-operator uses, as it should be done;
// without says what is left as it was.
func ships(without ...string) func(*testing.T, fstest.MapFS) {
	right := map[string]func(*testing.T, fstest.MapFS){
		"keep":    add(nsTemplate, "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: gpu-operator\n  annotations:\n    helm.sh/resource-policy: keep\n"),
		"create":  edit(pre, "createNamespace: true", "createNamespace: false"),
		"storage": edit(pre, "storageNamespace: gpu-operator", "storageNamespace: flux-system"),
		"other":   edit(release, "createNamespace: true", "createNamespace: false"),
	}
	for _, name := range without {
		delete(right, name)
	}
	return func(t *testing.T, bundle fstest.MapFS) {
		for _, step := range right {
			step(t, bundle)
		}
		if right["keep"] == nil {
			add(nsTemplate, "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: gpu-operator\n")(t, bundle)
		}
	}
}

func TestNamespaceShared(t *testing.T) {
	for _, mode := range []string{"git", "oci"} {
		t.Run(mode+" as it should be", func(t *testing.T) {
			bundle := load(t, mode)
			ships()(t, bundle)
			passes(t, bundle, verify.Options{})
		})
		each(t, "namespace-shared",
			defect{name: mode + " deleted with the release", mode: mode, warning: true, breakIt: ships("keep"), at: nsTemplate + ":2", says: "deletes everything"},
			defect{
				name: mode + " created by its own release", mode: mode, breakIt: ships("create"),
				at: pre + ":14", path: "spec.install.createNamespace", says: "its chart ships as an object",
			},
			defect{
				name: mode + " created by another", mode: mode, breakIt: ships("other"),
				at: release + ":14", path: "spec.install.createNamespace", says: "which HelmRelease flux-system/gpu-operator-pre ships",
			},
			defect{
				name: mode + " stored in itself", mode: mode, breakIt: ships("storage"),
				at: pre + ":12", path: "spec.storageNamespace", says: "only its own chart brings",
			},
			defect{
				name: mode + " not waited for", mode: mode, breakIt: all(ships(), edit(release, "- name: gpu-operator-pre", "- name: cert-manager")),
				at: release + ":24", path: "spec.dependsOn", says: "does not wait for it",
			},
			defect{
				name: mode + " the other way around", mode: mode,
				breakIt: all(ships(), edit(release, "  dependsOn:\n  - name: gpu-operator-pre\n", ""), edit(pre, "- name: cert-manager", "- name: gpu-operator")),
				at:      release + ":7", says: "even waits for this one",
			},
			defect{
				name: mode + " shipped twice", mode: mode,
				breakIt: all(ships(), second(mode), add("second/templates/ns.yaml", "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: gpu-operator\n  annotations:\n    helm.sh/resource-policy: keep\n")),
				at:      "second/templates/ns.yaml:2", says: "lets only one own it",
			},
		)
	}
}

// second adds a release "second" with a local chart that has no templates yet. It waits for
// gpu-operator.
func second(mode string) func(*testing.T, fstest.MapFS) {
	return func(t *testing.T, bundle fstest.MapFS) {
		t.Helper()
		for file, entry := range load(t, mode) {
			rest, ok := strings.CutPrefix(file, "gpu-operator-pre/")
			if ok && !strings.HasPrefix(rest, "templates/") {
				text := strings.NewReplacer("- name: cert-manager", "- name: gpu-operator", "gpu-operator-pre", "second", "Namespace: gpu-operator", "Namespace: second").Replace(string(entry.Data))
				add("second/"+rest, text)(t, bundle)
				if rest == "helmrelease.yaml" || rest == "artifactgenerator.yaml" {
					edit(listing, "- sources/", "- second/"+rest+"\n- sources/")(t, bundle)
				}
			}
		}
		if mode == "oci" && bundle["second/artifactgenerator.yaml"] == nil {
			t.Fatal("there is no generator to copy")
		}
	}
}
