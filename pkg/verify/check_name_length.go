package verify

import "github.com/aicr-flux/aicr/internal/rollout"

const (
	maxReleaseName = 53 // Helm's limit
	maxLabel       = 63 // of a label's value, and of a name that becomes part of a DNS name
)

var nameLength = &Check{
	ID:       "name-length",
	Group:    GroupHazards,
	Severity: SeverityError,
	Title:    "Names are short enough for what is made of them",
	Quick:    true,
	Why: `- A Helm release's name has at most 53 characters. Where none is given, helm-controller makes one of the target namespace
  and the name, and puts a hash in the place of what is too long: the release works, but is not called as anybody expects,
  and Services that are named after it are not found. That is a warning.
- helm-controller puts the name of the HelmRelease into a label of each object of the release, and labels have at most
  63 characters: with a longer name the API server refuses every object.
- Names of Services and Namespaces become part of DNS names, and have at most 63 characters, too.`,
	Remedy: "Shorten the name, or set spec.releaseName.",
	Bad: `kind: HelmRelease
metadata: {name: a-name-of-more-than-thirty-characters, namespace: flux-system}
spec:
  targetNamespace: a-namespace-of-nearly-thirty`,
	run: func(p *pass) {
		for _, release := range p.Releases {
			p.releaseNames(release)
		}
		if p.options.Quick {
			return
		}
		for _, chart := range p.charts() {
			for _, m := range chart.resources() {
				if name := m.text("metadata", "name"); len(name) > maxLabel && m.inCore("Service", "Namespace") {
					p.advise(m.place(p.scene), "Shorten the name in the template, or the values that it is made of.",
						"%s renders %s %q: its name has %d characters, and the API server takes %d", chart.Release.Ref, m.kind(), name, len(name), maxLabel)
				}
			}
		}
	},
}

func (p *pass) releaseNames(release *rollout.Release) {
	given := release.Text("spec", "releaseName")
	switch {
	case len(release.Name) > maxLabel:
		p.report(release.Place("metadata", "name"), "the name has %d characters, and a label that helm-controller puts onto each object of the release takes %d",
			len(release.Name), maxLabel)
	case len(given) > maxReleaseName:
		if at := release.Place("spec", "releaseName"); !p.foundAt(at) {
			p.report(at, "the release's name has %d characters, and Helm takes %d", len(given), maxReleaseName)
		}
	case given == "" && shortened(release):
		p.warn(release.Place("spec"), "without a releaseName, the release is called %q", release.ReleaseName)
	}
}

// shortened reports whether helm-controller makes a name that is too long, and
// cuts it.
func shortened(release *rollout.Release) bool {
	full := release.Name
	if target := release.Text("spec", "targetNamespace"); target != "" {
		full = target + "-" + full
	}
	return len(full) > maxReleaseName && release.Text("spec", "releaseName") == ""
}

// foundAt reports whether something is already found at that place.
func (s *scene) foundAt(at rollout.Place) bool {
	for _, f := range s.findings {
		if f.File == at.File && f.Object == at.Object && f.Path == at.Path {
			return true
		}
	}
	return false
}
