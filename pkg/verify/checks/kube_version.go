package checks

import (
	"github.com/Masterminds/semver/v3"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var kubeVersion = &engine.Check{
	ID:       "kube-version",
	Group:    engine.GroupCharts,
	Severity: engine.SeverityWarning,
	Title:    "The recipe and the charts allow the Kubernetes that the bundle is held against",
	Remedy:   "Set `KubeVersion` to that of the cluster, or take a chart and a recipe that are made for it.",
	Run: func(p *engine.Pass) {
		recipe, err := semver.NewConstraint(p.WantedKube())
		if err == nil && !fits(recipe, p.KubeRelease()) {
			p.Report(rollout.InFile(engine.RecipeFile, 0), "the recipe wants Kubernetes %s, and the bundle is held against %s", p.WantedKube(), p.KubeRelease())
		}
		for _, c := range p.EachLoadedChart() {
			wanted := c.Chart.KubeVersion
			chart, err := semver.NewConstraint(wanted)
			if err != nil || fits(chart, p.KubeRelease()) || p.Options.KubeVersion != "" {
				continue // where the version was asked for, chart-render says so
			}
			p.Unseen("%s wants Kubernetes %s, so that its chart is not rendered for %s; set `KubeVersion` to that of the cluster", c.Release.Ref, wanted, p.KubeRelease())
		}
	},
}

// fits reports whether a constraint allows a version, as Helm asks it.
func fits(constraint *semver.Constraints, version string) bool {
	parsed, err := semver.NewVersion(version)
	return err == nil && constraint.Check(parsed)
}
