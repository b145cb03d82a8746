package verify

import "github.com/aicr-flux/aicr/internal/rollout"

var objectDuplicate = &Check{
	ID:       "object-duplicate",
	Group:    GroupBuild,
	Severity: SeverityError,
	Quick:    true,
	Title:    "Each object is there once",
	Why: `A cluster has one object of a kind, a namespace and a name. kustomize refuses the second one, and nothing of the bundle is
applied.`,
	Remedy: "Rename one of the two, or remove it.",
	Bad: `kind: HelmRelease
metadata: {name: gpu-operator, namespace: flux-system}
---
kind: HelmRelease
metadata: {name: gpu-operator, namespace: flux-system}`,
	run: func(p *pass) {
		type id struct {
			group string
			rollout.Ref
		}
		first := map[id]*rollout.Object{}
		for _, o := range p.Objects {
			key := id{o.Group(), o.Ref}
			if before := first[key]; before != nil {
				p.report(o.Place("metadata", "name"), "%s is there already, at %s", o.Ref, rollout.InFile(before.File, before.Line))
				continue
			}
			first[key] = o
		}
	},
}
