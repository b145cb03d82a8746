package checks

import (
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

const (
	maxReleaseName = 53 // Helm's limit
	maxLabel       = 63 // of a label's value, and of a name that becomes part of a DNS name
)

var nameLength = &engine.Check{
	ID:       "name-length",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityError,
	Title:    "Names are short enough for what is made of them",
	Quick:    true,
	Remedy:   "Shorten the name, or set spec.releaseName.",
	Run: func(p *engine.Pass) {
		for _, release := range p.Releases {
			releaseNames(p, release)
		}
		if p.Options.Quick {
			return
		}
		for _, m := range p.Resources() {
			if name := m.TextAt("metadata", "name"); len(name) > maxLabel && m.InCore("Service", "Namespace") {
				p.Advise(m.Place(p.Scene), "Shorten the name in the template, or the values that it is made of.",
					"%s renders %s %q: its name has %d characters, and the API server takes %d", m.Chart.Release.Ref, m.Kind(), name, len(name), maxLabel)
			}
		}
	},
}

func releaseNames(p *engine.Pass, release *rollout.Release) {
	given := release.Text("spec", "releaseName")
	switch {
	case len(release.Name) > maxLabel:
		p.Report(release.Place("metadata", "name"), "the name has %d characters, and a label that helm-controller puts onto each object of the release takes %d",
			len(release.Name), maxLabel)
	case len(given) > maxReleaseName:
		if at := release.Place("spec", "releaseName"); !p.FoundAt(at) {
			p.Report(at, "the release's name has %d characters, and Helm takes %d", len(given), maxReleaseName)
		}
	case given == "" && shortened(release):
		p.Warn(release.Place("spec"), "without a releaseName, the release is called %q", release.ReleaseName)
	}
}

// shortened reports whether helm-controller makes a name that is too long, and cuts it.
func shortened(release *rollout.Release) bool {
	full := release.Name
	if target := release.Text("spec", "targetNamespace"); target != "" {
		full = target + "-" + full
	}
	return len(full) > maxReleaseName && release.Text("spec", "releaseName") == ""
}
