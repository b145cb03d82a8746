package checks

import "github.com/aicr-flux/aicr/pkg/verify/engine"

var sourceMissing = &engine.Check{
	ID:       "source-missing",
	Group:    engine.GroupReferences,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "Each source that a chart comes from exists",
	Why: `A HelmRelease whose source does not exist gets no chart and stays not ready, and so does all that waits for it. The same
holds for the sources of an ArtifactGenerator or of a Kustomization.

The source that brings the bundle itself into the cluster is in no bundle. So an OCIRepository of an ArtifactGenerator, a
source of a Kustomization or of an ImageUpdateAutomation, the source that "flux bootstrap" makes (flux-system/flux-system), and the
GitRepository of a chart that the bundle holds, where it brings no GitRepository, are taken to be in the cluster; the report lists them among what the cluster needs.`,
	Remedy: "Add the source, correct the name, or name it as external where the cluster has it already.",
	Bad: `chart:
  spec:
    chart: cert-manager
    sourceRef: {kind: HelmRepository, name: charts-jetstak-io}`,
	Run: func(p *engine.Pass) {
		for _, use := range p.SourceUses() {
			kind := use.Place
			kind.Path += ".kind"
			if !use.Bundle && !p.Known(use.Ref) && !p.FoundAt(kind) { // no such kind of sources, says the schema
				p.Report(use.Place, "it needs %s, which does not exist", use.Ref)
			}
		}
	},
}
