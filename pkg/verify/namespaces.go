package verify

import (
	"slices"

	"github.com/aicr-flux/aicr/internal/rollout"
)

// standardNamespaces exist in every cluster.
var standardNamespaces = []string{"default", "kube-system", "kube-public", "kube-node-lease"}

// shippedNamespace is a Namespace that a chart renders.
type shippedNamespace struct {
	name   string
	chart  *localChart
	object resource
}

// shippedNamespaces are the Namespaces that the releases bring as objects of
// their charts, in the order of the releases.
func (s *scene) shippedNamespaces() []shippedNamespace {
	var all []shippedNamespace
	for _, chart := range s.charts() {
		for _, m := range chart.resources() {
			if name := m.text("metadata", "name"); m.inCore("Namespace") && name != "" {
				all = append(all, shippedNamespace{name, chart, m})
			}
		}
	}
	return all
}

// creates reports whether helm-controller creates the release's target
// namespace; it does so only where one is named.
func creates(release *rollout.Release) bool {
	return release.CreateNamespace && release.Text("spec", "targetNamespace") != ""
}

// needsNamespace reports whether the release installs or stores into it.
func needsNamespace(release *rollout.Release, namespace string) bool {
	return release.TargetNamespace == namespace || release.StorageNamespace == namespace
}

// hasNamespace reports whether the namespace is there before any release: one of
// every cluster, one of the bundle's own objects, or one in which the bundle's
// Flux objects lie, without which nothing of them would be applied.
func (s *scene) hasNamespace(name string) bool {
	ref := rollout.Ref{Kind: "Namespace", Name: name}
	return slices.Contains(standardNamespaces, name) || s.Object(ref) != nil || s.external[ref]
}
