package verify

var dependencyMissing = &Check{
	ID:       "dependency-missing",
	Group:    GroupReferences,
	Severity: SeverityError,
	Quick:    true,
	Title:    "Each release waits only for releases that exist",
	Why: `helm-controller waits for a dependency that does not exist for ever: the release, and every release behind it, stays
"dependency not ready", and no timeout ends it.

A HelmRelease can depend on HelmReleases only, in its own namespace unless the entry names another.`,
	Remedy: "Name a HelmRelease of the bundle, or remove the entry.",
	Bad: `kind: HelmRelease
metadata: {name: gpu-operator, namespace: flux-system}
spec:
  dependsOn:
    - name: cert-managr`,
	run: func(p *pass) {
		for _, release := range p.Releases {
			for _, dependency := range release.DependsOn {
				if dependency.Name != "" && !p.known(dependency.Ref) {
					p.report(dependency.Place, "it waits for %s, which does not exist", dependency.Ref)
				}
			}
		}
	},
}
