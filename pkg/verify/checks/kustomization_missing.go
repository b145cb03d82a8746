package checks

import (
	"path"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var kustomizationMissing = &engine.Check{
	ID:       "kustomization-missing",
	Group:    engine.GroupBuild,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "The root of the bundle has a kustomization.yaml",
	Remedy:   "Write a kustomization.yaml that lists each file of objects under resources, or generate the bundle again.",
	Run: func(p *engine.Pass) {
		if p.Listing.File != "" {
			return
		}
		at := rollout.InFile("kustomization.yaml", 0)
		for _, file := range p.Tree.Paths() {
			if path.Base(file) == "Chart.yaml" && p.Tree.IsFile(file) {
				p.Report(at, "the root has none, so that Flux takes in every YAML file, and fails on those of charts, such as %s", file)
				return
			}
		}
		p.Warn(at, "the root has none, so that Flux takes in every YAML file")
	},
}
