package aicr_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/oci"
)

// TestHazard83_ARunSaysHowToUninstallInOrder where Flux would uninstall a release and one that waits
// for it at once.
func TestHazard83_ARunSaysHowToUninstallInOrder(t *testing.T) {
	const crs = "  manifestFiles: [m.yaml]\n"
	operator, base := chartOf("operator", crs), chartOf("base", "")
	user, other := chartOf("user", "  dependencyRefs: [operator]\n"), chartOf("other", "")
	for name, c := range map[string]struct {
		from, to []string
		order    string // that of the commands
	}{
		"an operator with its custom resources":     {[]string{base, operator}, []string{base}, "operator-post operator"},
		"with one that depends on it":               {[]string{base, operator, user}, []string{base}, "user operator-post operator"},
		"its custom resources alone":                {[]string{operator}, []string{chartOf("operator", "")}, ""},
		"one alone":                                 {[]string{base, other}, []string{base}, ""},
		"two that do not need each other, in graph": {[]string{base, other, chartOf("third", "")}, []string{base}, ""},
		"nothing": {[]string{base, operator}, []string{base, operator}, ""},
	} {
		root := workTree(t, with(fluxed("prod"), map[string]string{"recipe.yaml": "componentRefs:\n" + strings.Join(c.from, "")}), "https://github.com/acme/fleet.git")
		o := aicr.BundleOptions{Recipe: filepath.Join(root, "recipe.yaml"), Output: filepath.Join(root, "bundles", "prod"), Publish: syncTo(root, "clusters/prod/aicr.yaml")}
		o.Ordering = "graph"
		bundle(t, o)
		if err := os.WriteFile(o.Recipe, []byte("componentRefs:\n"+strings.Join(c.to, "")), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, sync := range []string{"clusters/prod/aicr.yaml", ""} { // given again, and found
			o.Publish, o.DryRun = syncTo(root, sync), true
			out := bundle(t, o)
			said := strings.Join(out.Warnings, "\n")
			if c.order == "" {
				if strings.Contains(said, "flux suspend") {
					t.Errorf("%s: %s", name, said)
				}
				continue
			}
			if want := "flux suspend kustomization aicr-bundles-prod -n flux-system; for release in " + c.order + "; do kubectl -n flux-system delete helmrelease $release || break; done; " +
				"when it has this bundle: flux resume kustomization aicr-bundles-prod -n flux-system"; !strings.Contains(said, want) {
				t.Errorf("%s: the warnings lack %q:\n%s", name, want, said)
			}
		}
	}
}

// A pull brings a newer bundle over an earlier one just as well.
func TestHazard83_APullSaysHowToUninstallInOrder(t *testing.T) {
	registry, _ := startRegistry(t)
	dir := tree(t, map[string]string{"m.yaml": object})
	publish := func(tag, components string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "recipe.yaml"), []byte("componentRefs:\n"+components), 0o600); err != nil {
			t.Fatal(err)
		}
		bundle(t, published(dir, registry+"/b:"+tag))
	}
	publish("v1", chartOf("base", "")+chartOf("operator", "  manifestFiles: [m.yaml]\n"))
	publish("v2", chartOf("base", ""))
	to := filepath.Join(t.TempDir(), "pulled")
	for _, c := range []struct{ tag, want string }{{"v1", ""}, {"v1", ""}, {"v2", "flux suspend kustomization NAME -n flux-system; for release in operator-post operator; do"}} {
		out, err := aicr.Pull(t.Context(), aicr.PullOptions{Source: registry + "/b:" + c.tag, Dir: to, Registry: oci.Connection{PlainHTTP: true}})
		if err != nil {
			t.Fatal(err)
		}
		said := strings.Join(out.Warnings, "\n")
		if (said == "") != (c.want == "") || !strings.Contains(said, c.want) {
			t.Errorf("%s: %q, want %q", c.tag, said, c.want)
		}
	}
}
