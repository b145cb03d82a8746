package checks

import (
	"slices"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var sourceRef = &engine.Check{
	ID:       "source-ref",
	Group:    engine.GroupReferences,
	Severity: engine.SeverityWarning,
	Quick:    true,
	Title:    "Each GitRepository names the branch, the tag or the commit that it takes",
	Remedy:   "Write spec.ref.branch, or a tag or a commit.",
	Run: func(p *engine.Pass) {
		for _, o := range p.Objects {
			if o.Kind == "GitRepository" && engine.IsSource(o) && o.Get("spec") != nil && !p.FoundOn(o, "schema") && !namesRef(o) {
				p.Report(o.Place("spec", "ref"), "it names no branch, so that source-controller takes master")
			}
		}
	},
}

func namesRef(o *rollout.Object) bool {
	return slices.ContainsFunc([]string{"branch", "tag", "semver", "name", "commit"}, func(field string) bool {
		return o.Text("spec", "ref", field) != ""
	})
}
