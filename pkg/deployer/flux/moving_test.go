package flux_test

import (
	"slices"
	"strings"
	"testing"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"

	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
)

// TestHazard52_NamesOfAICRsBundles asks the API types of helm-controller what Helm would call each
// release, and where it would keep it.
func TestHazard52_NamesOfAICRsBundles(t *testing.T) {
	type stored struct{ name, namespace string }
	g := newGenerator(chartRef("gpu"), manifestRef("tuning", "gpu"))
	g.ComponentPreManifests["gpu"] = manifests("ns.yaml", namespace("gpu-system", keep))
	g.ComponentManifests["tuning"] = manifests("t.yaml", manifest)
	for names, want := range map[string]map[string]stored{
		"": {
			"gpu-pre": {"gpu-pre", "flux-system"}, "gpu": {"gpu", "gpu-system"}, "tuning": {"tuning", "tuning-system"},
		},
		deployer.NamesAICR: {
			"gpu-pre": {"gpu-system-gpu-pre", "flux-system"}, "gpu": {"gpu-system-gpu", "flux-system"}, "tuning": {"tuning-system-tuning", "flux-system"},
		},
	} {
		for _, g := range []*flux.Generator{g, inOCI(g)} {
			g.ReleaseNames = names
			_, fsys, _ := proved(t, g)
			for name, is := range want {
				hr := helmRelease(t, fsys, name)
				if got := (stored{hr.GetReleaseName(), hr.GetStorageNamespace()}); got != is {
					t.Errorf("%q: %s is %v, want %v", names, name, got, is)
				}
				if left := hr.Spec.ReleaseName == "" && hr.Spec.StorageNamespace == ""; left != (names == deployer.NamesAICR) {
					t.Errorf("%q: %s has releaseName %q and storageNamespace %q", names, name, hr.Spec.ReleaseName, hr.Spec.StorageNamespace)
				}
				if shipped := hr.Spec.TargetNamespace == "gpu-system"; hr.Spec.Install.CreateNamespace == shipped {
					t.Errorf("%q: %s: createNamespace is %t", names, name, hr.Spec.Install.CreateNamespace)
				}
			}
		}
	}
	g.ReleaseNames = "helm"
	refuses(t, g, "`ReleaseNames` \"helm\" is unknown; use plain or aicr")
}

func TestCRDPolicies(t *testing.T) {
	const replace, create, skip = helmv2.CreateReplace, helmv2.Create, helmv2.Skip
	type policies struct{ install, upgrade helmv2.CRDsPolicy }
	owners := map[string]bool{"owner": true, "shares": false}
	const stale, absent = "never updates them", "neither installs nor updates"
	for name, c := range map[string]struct {
		crds   string
		owners map[string]bool
		owner  policies
		shares policies
		note   string
		names  string
	}{
		"nobody knows":         {"", nil, policies{replace, replace}, policies{replace, replace}, "", ""},
		"auto":                 {"", owners, policies{replace, replace}, policies{create, skip}, stale, ": shares"},
		"auto, by its name":    {"auto", owners, policies{replace, replace}, policies{create, skip}, stale, ": shares"},
		"of an unknown one":    {"auto", map[string]bool{"owner": true}, policies{replace, replace}, policies{replace, replace}, "", ""},
		"create-replace":       {"create-replace", owners, policies{replace, replace}, policies{replace, replace}, "", ""},
		"create":               {"create", owners, policies{create, create}, policies{create, create}, stale, ": owner, shares"},
		"skip":                 {"skip", owners, policies{skip, skip}, policies{skip, skip}, absent, ": owner, shares"},
		"skip, nobody knowing": {"skip", nil, policies{skip, skip}, policies{skip, skip}, absent, ": owner, shares"},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGenerator(chartRef("owner"), chartRef("shares"))
			g.CRDs, g.OwnsCRDs = c.crds, c.owners
			// A chart of manifests has the policy of its component, and no CRDs that it could be about.
			g.ComponentManifests["shares"] = manifests("m.yaml", manifest)
			plan, fsys, _ := proved(t, g)
			for name, want := range map[string]policies{"owner": c.owner, "shares": c.shares, "shares-post": c.shares} {
				spec := helmRelease(t, fsys, name).Spec
				if got := (policies{spec.Install.CRDs, spec.Upgrade.CRDs}); got != want {
					t.Errorf("%s: %v, want %v", name, got, want)
				}
			}
			notes := slices.DeleteFunc(plan.Output().DeploymentNotes, func(note string) bool { return !strings.Contains(note, "CRDs") })
			if c.note == "" && len(notes) > 0 || c.note != "" && (len(notes) != 1 || !strings.Contains(notes[0], c.note) || !strings.HasSuffix(notes[0], c.names)) {
				t.Errorf("notes %q, want one with %q about %q", notes, c.note, c.names)
			}
		})
	}
	g := newGenerator(chartRef("gpu"))
	g.CRDs = "CreateReplace"
	refuses(t, g, "`CRDs` \"CreateReplace\" is unknown")
}
