package checks

import (
	"strings"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var postRender = &engine.Check{
	ID:       "post-render",
	Group:    engine.GroupCharts,
	Severity: engine.SeverityError,
	Title:    "helm-controller takes what each chart renders",
	Remedy:   "Change the template, or the values of the release, so that each object and each key is there once.",
	Run: func(p *engine.Pass) {
		unsure := map[*rollout.Release]bool{}
		for _, release := range p.Releases {
			unsure[release] = patches(p, release)
		}
		for _, c := range p.Charts() {
			if unsure[c.Release] {
				continue
			}
			for _, e := range c.RenderErrs {
				refused(p, c, e)
			}
		}
	},
}

// patches looks at the postRenderers of a release, whether its chart is here or not. It reports
// whether what they do to the chart is not to be judged.
func patches(p *engine.Pass, release *rollout.Release) (unsure bool) {
	for i, renderer := range chart.PostRenderOf(release, "").Renderers {
		for j, patch := range renderer.Patches {
			at := release.Place("spec", "postRenderers", i, "kustomize", "patches", j)
			if substitutes(release.Object, "spec", "postRenderers", i, "kustomize", "patches", j, "patch") {
				p.Unseen("substitution changes %s", at)
				unsure = true
				continue
			}
			if err := chart.CheckPatch(patch); err != nil {
				p.Advise(at, "Correct the patch: a JSON patch is a list and has a target, a merge patch names its object or has a target.",
					"helm-controller cannot read the patch, and installs nothing: %s", oneLine(err))
				unsure = true
			}
		}
	}
	return unsure
}

// refused reports what helm-controller refuses of what a chart renders.
func refused(p *engine.Pass, c *engine.LocalChart, e *chart.Error) {
	at := placeOf(c, e)
	if strings.Contains(e.Message, "postRenderers[") {
		at = c.Release.Place("spec", "postRenderers")
	}
	switch e.Kind {
	case chart.KindPostRender:
		if !unsureOf(p, c) {
			p.Report(at, "%s", e.Message)
		}
	case chart.KindIdlePatch:
		p.Add(engine.SeverityWarning, at, "Correct the target of the patch, or remove the patch.", "%s", e.Message)
	default: // of others chart-render and values-schema tell
	}
}
