package checks

import (
	"cmp"
	"reflect"

	"sigs.k8s.io/kustomize/kyaml/openapi"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var objectShared = &engine.Check{
	ID:       "object-shared",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityWarning,
	Title:    "Each object has one owner",
	Remedy:   "Let one release bring the object, or give it another name in one of them.",
	Unless:   []string{"yaml-syntax"},
	Run: func(p *engine.Pass) {
		first := map[identity]engine.Resource{}
		for _, m := range p.Resources() {
			id := identityOf(m)
			if m.Hook || id.Name == "" || m.InCore("Namespace") || m.CRD && !brings(m) {
				continue // hooks come and go, and namespace-shared tells of namespaces
			}
			before, taken := first[id]
			switch {
			case !taken:
				first[id] = m
			case isDefinition(m) && m.CRD && before.CRD:
				sharedDefinition(p, before, m)
			case before.Chart.Release != m.Chart.Release:
				p.Report(m.Place(p.Scene), "%s renders %s, and so does %s: helm-controller lets each take it over, so they overwrite each other, and whichever is uninstalled deletes it",
					m.Chart.Release.Ref, id, before.Chart.Release.Ref)
			case m.TextAt("metadata", "namespace") != before.TextAt("metadata", "namespace"): // else post-render tells
				p.Report(m.Place(p.Scene), "%s renders %s twice, once without its namespace: the second overwrites the first", m.Chart.Release.Ref, id)
			}
		}
		for _, o := range p.Objects {
			if m, taken := first[identity{o.Group(), o.Ref}]; taken {
				p.Report(o.Place(), "%s is rendered by %s, too: kustomize-controller and helm-controller overwrite each other", o.Ref, m.Chart.Release.Ref)
			}
		}
	},
}

// identity is what an object is known by in a cluster.
type identity struct {
	group string
	rollout.Ref
}

// identityOf puts an object without a namespace into that of its release, where it is of a kind
// that has one, or may have.
func identityOf(m engine.Resource) identity {
	namespace := cmp.Or(m.TextAt("metadata", "namespace"), m.Chart.Release.TargetNamespace)
	if isDefinition(m) || openapi.IsCertainlyClusterScoped(kyaml.TypeMeta{APIVersion: m.TextAt("apiVersion"), Kind: m.Kind()}) {
		namespace = ""
	}
	return identity{m.Group(), rollout.Ref{Kind: m.Kind(), Namespace: namespace, Name: m.TextAt("metadata", "name")}}
}

func isDefinition(m engine.Resource) bool { return m.Kind() == "CustomResourceDefinition" }

// crdPolicies are what a release does with the definitions in crds/ when it is installed and upgraded.
func crdPolicies(release *rollout.Release) (install, upgrade string) {
	return cmp.Or(release.Text("spec", "install", "crds"), "Create"), cmp.Or(release.Text("spec", "upgrade", "crds"), "Skip")
}

// brings reports whether the release of a definition ever writes it.
func brings(m engine.Resource) bool {
	install, upgrade := crdPolicies(m.Chart.Release)
	return install != "Skip" || upgrade != "Skip"
}

// replaces reports whether the release of a definition overwrites what is there.
func replaces(m engine.Resource) bool {
	install, upgrade := crdPolicies(m.Chart.Release)
	return install == "CreateReplace" || upgrade == "CreateReplace"
}

// sharedDefinition warns of a definition that two charts have in their crds/.
func sharedDefinition(p *engine.Pass, a, b engine.Resource) {
	if a.Chart.Release == b.Chart.Release {
		return // Helm takes it as often as it is there
	}
	severity, wins := engine.SeverityWarning, "the first to be installed wins"
	switch {
	case reflect.DeepEqual(a.Object["spec"], b.Object["spec"]):
		severity, wins = engine.SeverityInfo, "they are the same now, and may differ after an upgrade of one"
	case replaces(a) && replaces(b):
		wins = "the last to be installed or upgraded wins, with CreateReplace"
	case replaces(a):
		wins = "that of " + a.Chart.Release.String() + " wins, with CreateReplace"
	case replaces(b):
		wins = "that of " + b.Chart.Release.String() + " wins, with CreateReplace"
	}
	p.Add(severity, b.Place(p.Scene), "Let one of the two bring it: set install.crds and upgrade.crds of the other to Skip.",
		"the charts of %s and %s both bring the definition %s: %s", a.Chart.Release.Ref, b.Chart.Release.Ref, b.TextAt("metadata", "name"), wins)
}
