package checks

import "github.com/aicr-flux/aicr/pkg/verify/engine"

var yamlSyntax = &engine.Check{
	ID:       "yaml-syntax",
	Group:    engine.GroupSchema,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "Every file of objects is YAML, and each document in it is an object with a name",
	Why: `kustomize-controller builds all files together. One that it cannot parse stops the build, and nothing of the bundle
reaches the cluster, not even what has long been running there and was to be changed.

A key that stands twice in one map is such an error: readers differ in which of the two they take.`,
	Remedy: "Mend the file at this line, or generate the bundle again.",
	Bad: `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: gpu-operator
spec: [`,
	Run: func(p *engine.Pass) {
		for _, problem := range p.Broken {
			p.Report(problem.Place, "%s", problem.Text)
		}
	},
}
