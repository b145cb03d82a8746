package checks

import (
	"fmt"
	"slices"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var namespaceMissing = &engine.Check{
	ID:       "namespace-missing",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityError,
	Title:    "The namespaces that a release needs are created by somebody",
	Remedy:   "Let the release create its namespace (install.createNamespace with targetNamespace equal to storageNamespace), or wait for one that does.",
	Unless:   []string{"yaml-syntax"},
	Run: func(p *engine.Pass) {
		shipped := map[string]bool{}
		for _, n := range p.ShippedNamespaces() {
			shipped[n.Name] = true
		}
		noted := map[string]bool{}
		for _, release := range p.Releases {
			for _, name := range slices.Compact([]string{release.StorageNamespace, release.TargetNamespace}) {
				// The namespace of the HelmRelease is there, or there were no HelmRelease.
				if name == release.Namespace || engine.Creates(release) && name == release.TargetNamespace || shipped[name] || p.HasNamespace(name) {
					continue
				}
				creators := creatorsOf(p, name)
				switch {
				case len(creators) == 0 && name != release.TargetNamespace && release.Text("spec", "targetNamespace") != "":
					p.Add(engine.SeverityWarning, release.Place("spec", "storageNamespace"), "Set spec.storageNamespace to the targetNamespace, or name the Namespace as external where the cluster has it.",
						"it is stored in namespace %q, which nothing in the bundle creates; without that namespace it never installs", name)
				case len(creators) == 0 && !noted[name]:
					noted[name] = true
					p.Unseen("nothing in the bundle creates namespace %q, which %s needs; the cluster must have it", name, release.Ref)
				case len(creators) > 0 && !createdBefore(p, release, name):
					mustWait(p, release, creators[0], fmt.Sprintf("it needs namespace %q, which %s creates, and does not wait for it", name, creators[0].Ref))
				}
			}
		}
	},
}

// creatorsOf are the releases that create the namespace.
func creatorsOf(p *engine.Pass, namespace string) []*rollout.Release {
	return slices.DeleteFunc(slices.Clone(p.Releases), func(release *rollout.Release) bool {
		return !engine.Creates(release) || release.TargetNamespace != namespace
	})
}
