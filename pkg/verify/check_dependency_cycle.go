package verify

var dependencyCycle = &Check{
	ID:       "dependency-cycle",
	Group:    GroupOrder,
	Severity: SeverityError,
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
	run: func(p *pass) {
		o := p.order()
		for _, knot := range o.knots() {
			way := o.round(knot[0])
			at := o.releases[knot[0]].Place("spec", "dependsOn")
			for _, dependency := range o.releases[knot[0]].DependsOn {
				if dependency.Ref == o.releases[way[1]].Ref {
					at = dependency.Place
					break
				}
			}
			text := "the release waits for itself"
			if len(way) > 2 {
				text = "the releases wait for each other: " + o.names(way)
			}
			if waiting := o.behind(knot...); waiting > 0 {
				text += "; behind them waits " + plural(waiting, "more release")
			}
			p.report(at, "%s", text)
		}
	},
}
