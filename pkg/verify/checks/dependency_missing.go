package checks

import (
	"cmp"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var dependencyMissing = &engine.Check{
	ID:       "dependency-missing",
	Group:    engine.GroupReferences,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "Each release waits only for releases that exist",
	Remedy:   "Name a HelmRelease of the bundle, or remove the entry.",
	Run: func(p *engine.Pass) {
		for _, o := range p.Objects {
			if o.Kind == "Kustomization" && o.Group() == "kustomize.toolkit.fluxcd.io" {
				kustomizationWaits(p, o)
			}
		}
		for _, release := range p.Releases {
			for i, dependency := range release.DependsOn {
				name, isText := release.Get("spec", "dependsOn", i, "name").(string)
				if isText && name == "" {
					p.Report(dependency.Place, "it waits for a release without a name, which does not exist")
				}
				if name != "" && !p.Known(dependency.Ref) {
					p.Report(dependency.Place, "it waits for %s, which does not exist", dependency.Ref)
				}
			}
		}
	},
}

// kustomizationWaits looks at what a Kustomization of Flux waits for. One that the bundle lacks may
// be the one that brings the bundle, or one beside it, so that this is no error.
func kustomizationWaits(p *engine.Pass, o *rollout.Object) {
	list, _ := o.Get("spec", "dependsOn").([]any)
	for i := range list {
		name, namespace := o.Text("spec", "dependsOn", i, "name"), o.Text("spec", "dependsOn", i, "namespace")
		ref := rollout.Ref{Kind: o.Kind, Namespace: cmp.Or(namespace, o.Namespace), Name: name}
		if name != "" && !p.Known(ref) {
			p.Add(engine.SeverityWarning, o.Place("spec", "dependsOn", i), "Name a Kustomization that there is, or name it as external where the cluster has it.",
				"it waits for %s, which is not in the bundle", ref)
		}
	}
}
