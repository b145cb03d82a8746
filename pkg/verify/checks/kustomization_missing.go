package checks

import (
	"path"

	"github.com/aicr-flux/aicr/pkg/verify/engine"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

var kustomizationMissing = &engine.Check{
	ID:       "kustomization-missing",
	Group:    engine.GroupBuild,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "The root of the bundle has a kustomization.yaml",
	Why: `Without one kustomize-controller writes its own, and that takes in every YAML file below. Files of charts lie among
them: a ` + "`Chart.yaml`" + ` is no object of Kubernetes and a template is often not even YAML, so the build fails and nothing
is applied. Where there is no chart it is a warning: the build works, and each new YAML file goes into the cluster.`,
	Remedy: "Write a kustomization.yaml that lists each file of objects under resources, or generate the bundle again.",
	Bad: `cert-manager/helmrelease.yaml
gpu-operator-pre/Chart.yaml
gpu-operator-pre/templates/quota.yaml`,
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
