package verify

// versionMissing is no error: Flux takes such a release, and it rolls out. What
// is lost is that the bundle says what runs.
var versionMissing = &Check{
	ID:       "version-missing",
	Group:    GroupHazards,
	Severity: SeverityWarning,
	Quick:    true,
	Title:    "Each chart from a repository has a version",
	Why: `Without a version Flux takes the newest chart that there is, and upgrades by itself when a newer one appears. For an
OCIRepository without a ref, or with the tag latest, it takes what that tag names at the moment. Two clusters with the
same bundle then run different things, and nothing in Git says which.`,
	Remedy: "Write the complete version of the chart, such as 1.2.3, or a digest.",
	Bad: `kind: HelmRelease
spec:
  chart:
    spec:
      chart: gpu-operator
      sourceRef: {kind: HelmRepository, name: nvidia}`,
	run: func(p *pass) {
		for _, pin := range p.pins() {
			if pin.missing() {
				p.report(pin.place(), "no version is named, so that Flux takes the newest")
			}
		}
	},
}
