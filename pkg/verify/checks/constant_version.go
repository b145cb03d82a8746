package checks

import (
	"regexp"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

// constantVersion is no error: such a chart installs, and rolls out as long as somebody raises its
// version with each change.
var constantVersion = &engine.Check{
	ID:       "constant-version",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityWarning,
	Title:    "The version of a chart in Git follows its content",
	Remedy:   "Put a hash of the chart's content into the version in Chart.yaml and into spec.chart.spec.version, or raise both with each change.",
	After:    []string{"version-missing", "version-range"},
	Run: func(p *engine.Pass) {
		for _, chart := range p.Charts() {
			release := chart.Release
			if chart.Source.Origin != rollout.OriginGit || chart.Chart == nil {
				continue
			}
			const strategy = "reconcileStrategy"
			if release.Text("spec", "chart", "spec", strategy) == "Revision" {
				p.Add(engine.SeverityInfo, release.Place("spec", "chart", "spec", strategy), "Leave the strategy out, and let the chart's version follow its content.",
					"it is upgraded at every commit to the repository, whether its chart changes or not")
				continue
			}
			if follows(chart.Chart.Version) || p.FoundAt(release.Place("spec", "chart", "spec", "version")) {
				continue
			}
			at := chart.Place()
			at.Line = p.FindLine(at.File, 1, func(line string) bool { return strings.HasPrefix(line, "version:") })
			p.Report(at, "version %q does not follow the chart's content, so that %s does not see an edit of it", chart.Chart.Version, release.Ref)
		}
	},
}

// follows reports whether a version may be of a content: it goes on after its three numbers, and
// not only with the name of a stage and a number.
func follows(version string) bool {
	parsed, err := semver.NewVersion(version)
	return err == nil && (parsed.Metadata() != "" || parsed.Prerelease() != "" && !stage.MatchString(parsed.Prerelease()))
}

var stage = regexp.MustCompile(`^(?i:alpha|beta|dev|pre|preview|rc|snapshot)?[.-]?[0-9]{0,4}$`)
