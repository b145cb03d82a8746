package engine

import (
	"slices"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

// standardNamespaces exist in every cluster.
var standardNamespaces = []string{"default", "kube-system", "kube-public", "kube-node-lease"}

// ShippedNamespace is a Namespace that a chart renders.
type ShippedNamespace struct {
	Name string
	Resource
}

// ShippedNamespaces are the Namespaces that the releases bring as objects of their charts, in the
// order of the releases.
func (s *Scene) ShippedNamespaces() []ShippedNamespace {
	var all []ShippedNamespace
	for _, m := range s.Resources() {
		if name := m.TextAt("metadata", "name"); m.InCore("Namespace") && name != "" {
			all = append(all, ShippedNamespace{name, m})
		}
	}
	return all
}

// Creates reports whether helm-controller creates the release's target namespace; it does so only
// where one is named.
func Creates(release *rollout.Release) bool {
	return release.CreateNamespace && release.Text("spec", "targetNamespace") != ""
}

// NeedsNamespace reports whether the release installs or stores into it.
func NeedsNamespace(release *rollout.Release, namespace string) bool {
	return release.TargetNamespace == namespace || release.StorageNamespace == namespace
}

// HasNamespace reports whether the namespace is there before any release: one of every cluster, one
// of the bundle's own objects, or one in which the bundle's Flux objects lie, without which nothing
// of them would be applied.
func (s *Scene) HasNamespace(name string) bool {
	ref := rollout.Ref{Kind: "Namespace", Name: name}
	return slices.Contains(standardNamespaces, name) || s.Object(ref) != nil || s.External[ref]
}
