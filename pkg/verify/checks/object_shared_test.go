package checks_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestHazard63_ObjectShared(t *testing.T) {
	const (
		secondCM = "second/templates/b.yaml"
		web      = "metadata:\n  name: settings\n  namespace: gpu-operator\n"
		role     = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: r\nrules: []\n"
	)
	explicit := strings.Replace(settings, "metadata:\n  name: settings\n", web, 1)
	crds := func(install, upgrade string) func(*testing.T, fstest.MapFS) {
		return edit("second/helmrelease.yaml", "    createNamespace: true\n    crds: CreateReplace\n    strategy:\n      name: RetryOnFailure\n      retryInterval: 2m\n  upgrade:\n    crds: CreateReplace",
			"    createNamespace: true\n    crds: "+install+"\n    strategy:\n      name: RetryOnFailure\n      retryInterval: 2m\n  upgrade:\n    crds: "+upgrade)
	}
	both := func(first, other string) func(*testing.T, fstest.MapFS) {
		return all(second("git"), add("gpu-operator-pre/crds/w.yaml", first), add("second/crds/w.yaml", other))
	}
	newer := strings.Replace(crd, "served: true", "served: true\n    additionalPrinterColumns: []", 1)
	each(t, "object-shared",
		defect{
			name: "with and without its namespace", warning: true, breakIt: all(second("git"), add(added, settings), add(secondCM, explicit)), at: secondCM + ":2",
			says: "HelmRelease flux-system/second renders ConfigMap gpu-operator/settings, and so does HelmRelease flux-system/gpu-operator-pre",
		},
		defect{name: "of the whole cluster", warning: true, breakIt: all(second("git"), add(added, role), add(secondCM, role)), at: secondCM + ":2", says: "renders ClusterRole r, and so does"},
		defect{name: "in one release", warning: true, breakIt: add(added, settings+"---\n"+explicit), at: added + ":2", says: "twice, once without its namespace"},
		defect{
			name: "with the bundle's own", warning: true, breakIt: all(add(added, settings), add("c.yaml", explicit), edit(listing, "resources:\n", "resources:\n- c.yaml\n")),
			at: "c.yaml:1", says: "ConfigMap gpu-operator/settings is rendered by HelmRelease flux-system/gpu-operator-pre, too",
		},
		defect{name: "definitions", warning: true, breakIt: both(crd, newer), at: "second/crds/w.yaml:2", says: "both bring the definition widgets.example.com: the last to be installed or upgraded wins"},
		defect{name: "a definition that is kept", warning: true, breakIt: all(both(crd, newer), crds("Create", "Skip")), at: "second/crds/w.yaml:2", says: "that of HelmRelease flux-system/gpu-operator-pre wins"},
		defect{name: "the same definition", info: true, breakIt: both(crd, crd), at: "second/crds/w.yaml:2", says: "they are the same now"},
	)
	for name, right := range map[string]func(*testing.T, fstest.MapFS){
		"in two namespaces":         all(second("git"), add(added, settings), add(secondCM, strings.Replace(explicit, "gpu-operator", "second", 1))),
		"hooks":                     all(second("git"), add(added, strings.Replace(settings, "\ndata:", "\n  annotations: {helm.sh/hook: pre-install}\ndata:", 1)), add(secondCM, explicit)),
		"a definition that is left": all(both(crd, newer), crds("Skip", "Skip")),
	} {
		t.Run("right "+name, func(t *testing.T) {
			bundle := load(t, "git")
			right(t, bundle)
			passes(t, bundle, verify.Options{})
		})
	}
}
