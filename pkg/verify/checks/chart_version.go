package checks

import (
	"github.com/Masterminds/semver/v3"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var chartVersionSame = &engine.Check{
	ID:       "chart-version",
	Group:    engine.GroupCharts,
	Severity: engine.SeverityWarning,
	Title:    "Each release names the version that its local chart has",
	Remedy:   "Write the version of Chart.yaml into the release, or generate the bundle again.",
	Run: func(p *engine.Pass) {
		for _, c := range p.Charts() {
			wanted := c.Release.Version
			at := c.Release.Place("spec", "chart", "spec", "version")
			switch {
			case c.Chart == nil || c.Source.Origin != rollout.OriginGit || p.FoundAt(at):
			case c.Release.Text("spec", "chart", "spec", "reconcileStrategy") == "Revision":
			case (wanted == "" || wanted == "*") && follows(c.Chart.Version):
				p.Report(at, "it names no version, and that of %s/Chart.yaml changes with the chart, so that helm-controller does not wait for the new chart", c.Source.Dir)
			case wanted != "" && !accepts(wanted, c.Chart.Version):
				p.Report(at, "it wants version %s, and %s/Chart.yaml has %s", wanted, c.Source.Dir, c.Chart.Version)
			}
		}
	},
}

// accepts reports whether a version lies in a range.
func accepts(wanted, version string) bool {
	if wanted == version {
		return true
	}
	parsed, err := semver.NewVersion(version)
	if err != nil {
		return false
	}
	constraint, err := semver.NewConstraint(wanted)
	return err == nil && constraint.Check(parsed)
}
