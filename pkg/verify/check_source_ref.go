package verify

import (
	"slices"

	"github.com/aicr-flux/aicr/internal/rollout"
)

var sourceRef = &Check{
	ID:       "source-ref",
	Group:    GroupReferences,
	Severity: SeverityWarning,
	Quick:    true,
	Title:    "Each GitRepository names the branch, the tag or the commit that it takes",
	Why: `Without a ref source-controller takes the branch master. Most repositories have none, and the source is never ready; where
there is one, it is seldom the one that was meant.`,
	Remedy: "Write spec.ref.branch, or a tag or a commit.",
	Bad: `kind: GitRepository
spec:
  url: https://github.com/acme/clusters.git
  # no ref: {branch: main}`,
	run: func(p *pass) {
		for _, o := range p.Objects {
			if o.Kind == "GitRepository" && isSource(o) && o.Get("spec") != nil && !p.foundOn(o, "schema") && !namesRef(o) {
				p.report(o.Place("spec", "ref"), "it names no branch, so that source-controller takes master")
			}
		}
	},
}

func namesRef(o *rollout.Object) bool {
	return slices.ContainsFunc([]string{"branch", "tag", "semver", "name", "commit"}, func(field string) bool {
		return o.Text("spec", "ref", field) != ""
	})
}
