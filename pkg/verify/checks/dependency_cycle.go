package checks

import (
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var dependencyCycle = &engine.Check{
	ID:       "dependency-cycle",
	Group:    engine.GroupOrder,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "No releases wait for each other",
	Remedy:   "Remove one of these dependencies; the one that the other side can do without at its start.",
	Run: func(p *engine.Pass) {
		graph := p.Order()
		for _, cycle := range graph.Cycles() {
			at := cycle[0].Place("spec", "dependsOn")
			for _, dependency := range cycle[0].DependsOn {
				if dependency.Ref == cycle[1].Ref {
					at = dependency.Place
					break
				}
			}
			text := "the release waits for itself"
			if len(cycle) > 2 {
				text = "the releases wait for each other: " + rollout.Way(cycle)
			}
			var refs []rollout.Ref
			for _, release := range cycle {
				refs = append(refs, release.Ref)
			}
			if waiting, _ := graph.Behind(refs...); waiting > 0 {
				text += "; behind them waits " + engine.Plural(waiting, "more release")
			}
			p.Report(at, "%s", text)
		}
	},
}
