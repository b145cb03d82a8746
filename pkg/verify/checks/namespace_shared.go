package checks

import (
	"fmt"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var namespaceShared = &engine.Check{
	ID:       "namespace-shared",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityError,
	Title:    "A namespace that a release ships has one owner, and is there before it is used",
	Remedy:   "Let one release ship the Namespace, stored in the Flux namespace and without createNamespace, and let the others depend on it.",
	Unless:   []string{"yaml-syntax"},
	Run: func(p *engine.Pass) {
		owner := map[string]engine.ShippedNamespace{}
		for _, shipped := range p.ShippedNamespaces() {
			if first, taken := owner[shipped.Name]; taken {
				if first.Chart.Release != shipped.Chart.Release {
					p.Advise(shipped.Place(p.Scene), "Remove the Namespace from one of the two charts.",
						"%s ships Namespace %q, and so does %s: Helm lets only one own it", shipped.Chart.Release.Ref, shipped.Name, first.Chart.Release.Ref)
				}
				continue
			}
			owner[shipped.Name] = shipped
			judgeShipped(p, shipped)
		}
	},
}

// shipped looks at all releases of a namespace that one of them ships.
func judgeShipped(p *engine.Pass, n engine.ShippedNamespace) {
	shipper := n.Chart.Release
	if n.TextAt("metadata", "annotations", "helm.sh/resource-policy") != "keep" {
		p.Add(engine.SeverityWarning, n.Place(p.Scene), "Annotate the Namespace with helm.sh/resource-policy: keep.",
			"%s ships Namespace %q without helm.sh/resource-policy: keep, so uninstalling it deletes everything in that namespace", shipper.Ref, n.Name)
	}
	for _, release := range p.Releases {
		if !engine.NeedsNamespace(release, n.Name) {
			continue
		}
		switch {
		case engine.Creates(release) && release.TargetNamespace == n.Name:
			what := fmt.Sprintf("it creates namespace %q, which %s ships as an object: the labels of one get lost to the other", n.Name, shipper.Ref)
			if release == shipper {
				what = fmt.Sprintf("it creates namespace %q, which its chart ships as an object: the chart's labels get lost", n.Name)
			}
			p.Advise(release.Place("spec", "install", "createNamespace"), createRemedy(release == shipper), "%s", what)
		case release == shipper && release.StorageNamespace == n.Name && !createdBefore(p, shipper, n.Name):
			p.Advise(release.Place("spec", "storageNamespace"), "Set spec.storageNamespace to a namespace that is there before, such as that of the HelmRelease.",
				"it is stored in namespace %q, which only its own chart brings: Helm stores a release first, so it never installs", n.Name)
		}
		if release != shipper && !p.HasNamespace(n.Name) {
			mustWait(p, release, shipper, fmt.Sprintf("it uses namespace %q, which %s ships, and does not wait for it", n.Name, shipper.Ref))
		}
	}
}

func createRemedy(own bool) string {
	if own {
		return "Set spec.install.createNamespace to false, and spec.storageNamespace to the namespace of the HelmRelease."
	}
	return "Set spec.install.createNamespace to false, and let the release depend on the one that ships the Namespace."
}

// createdBefore reports whether the namespace is there when the release starts.
func createdBefore(p *engine.Pass, release *rollout.Release, namespace string) bool {
	if p.HasNamespace(namespace) {
		return true
	}
	for _, other := range p.Releases {
		if other != release && engine.Creates(other) && other.TargetNamespace == namespace && p.Order().Waits(release, other) {
			return true
		}
	}
	return false
}

// mustWait reports a release that does not wait for one whose objects it needs, with the entry that
// is missing.
func mustWait(p *engine.Pass, release, needed *rollout.Release, what string) {
	order := p.Order()
	if order.Waits(release, needed) || p.FoundOn(release.Object, "schema") { // which may be about the order
		return
	}
	entry := "{name: " + needed.Name + "}"
	if needed.Namespace != release.Namespace {
		entry = "{name: " + needed.Name + ", namespace: " + needed.Namespace + "}"
	}
	if order.Waits(needed, release) {
		p.Advise(release.Place("spec", "dependsOn"), fmt.Sprintf("Turn the order around: %s has to come before %s.", needed.Name, release.Name),
			"%s; that one even waits for this one", what)
		return
	}
	p.Advise(release.Place("spec", "dependsOn"), fmt.Sprintf("Add %s to spec.dependsOn of %s.", entry, release.Ref), "%s", what)
}
