package checks

import (
	"regexp"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

const watchLabel = "reconcile.fluxcd.io/watch"

var valuesWatch = &engine.Check{
	ID:       "values-watch",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityWarning,
	Quick:    true,
	Title:    "Values objects trigger an upgrade when they change",
	Remedy:   "Give the object the label reconcile.fluxcd.io/watch: Enabled.",
	Run: func(p *engine.Pass) {
		seen := map[rollout.Ref]bool{}
		for _, release := range p.Releases {
			for _, from := range release.ValuesFrom {
				o := p.Object(from.Ref)
				if o == nil || seen[from.Ref] || hashed(p, o) || p.FoundOn(o, "object-metadata") || o.Text("metadata", "labels", watchLabel) == "Enabled" {
					continue
				}
				seen[from.Ref] = true
				p.Report(o.Place("metadata", "labels"), "an edit does not reach %s before its interval has passed", release.Ref)
			}
		}
	},
}

var hashSuffix = regexp.MustCompile(`-[0-9a-z]{10}$`)

// hashed reports whether a build generated the object, with a name that changes with its content:
// then an edit changes the release, too.
func hashed(p *engine.Pass, o *rollout.Object) bool {
	return p.Built && o.Line == 0 && hashSuffix.MatchString(o.Name)
}
