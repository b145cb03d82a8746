package checks

import "github.com/aicr-flux/aicr/pkg/verify/engine"

var dependencyCycle = &engine.Check{
	ID:       "dependency-cycle",
	Group:    engine.GroupOrder,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "No releases wait for each other",
	Why: `helm-controller starts a release when all that it depends on is ready. Releases that wait for each other, or one
that waits for itself, are never started, and neither is any release behind them: they stay "dependency not ready".`,
	Remedy: "Remove one of these dependencies; the one that the other side can do without at its start.",
	Bad: `kind: HelmRelease
metadata: {name: gpu-operator, namespace: flux-system}
spec:
  dependsOn:
    - name: gpu-operator-post
---
kind: HelmRelease
metadata: {name: gpu-operator-post, namespace: flux-system}
spec:
  dependsOn:
    - name: gpu-operator`,
	Run: func(p *engine.Pass) {
		o := p.Order()
		for _, knot := range o.Knots() {
			way := o.Round(knot[0])
			at := o.Releases[knot[0]].Place("spec", "dependsOn")
			for _, dependency := range o.Releases[knot[0]].DependsOn {
				if dependency.Ref == o.Releases[way[1]].Ref {
					at = dependency.Place
					break
				}
			}
			text := "the release waits for itself"
			if len(way) > 2 {
				text = "the releases wait for each other: " + o.Names(way)
			}
			if waiting := o.Behind(knot...); waiting > 0 {
				text += "; behind them waits " + engine.Plural(waiting, "more release")
			}
			p.Report(at, "%s", text)
		}
	},
}
