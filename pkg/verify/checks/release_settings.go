package checks

import (
	"maps"
	"regexp"
	"slices"
	"time"

	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var releaseSettings = &engine.Check{
	ID:       "release-settings",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "Names of releases are ones that Helm takes, and times are long enough to do something",
	Remedy:   "Use lower-case letters, digits and inner hyphens.",
	Run: func(p *engine.Pass) {
		for _, release := range p.Releases {
			for _, field := range []string{"releaseName", "targetNamespace", "storageNamespace"} {
				nameOf(p, release, field)
			}
		}
		for _, o := range p.Objects {
			if isFlux(o.Group()) && !engine.Encrypted(o) {
				spec, _ := o.Get("spec").(map[string]any)
				times(p, o, spec, "spec")
			}
		}
	},
}

// helmName is what Helm takes for the name of a release.
var helmName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)

func nameOf(p *engine.Pass, release *rollout.Release, field string) {
	name, at := release.Text("spec", field), release.Place("spec", field)
	if name == "" || substitutes(release.Object, "spec", field) {
		return
	}
	switch {
	case field == "releaseName" && !helmName.MatchString(name):
		p.Instead(at)
		p.Report(at, "%q is not the name of a release: Helm refuses it, and nothing is installed", name)
	case field != "releaseName" && !recipe.IsDNSLabel(name):
		p.Instead(at)
		p.Report(at, "%q is not the name of a namespace: the API server refuses it, and nothing is installed", name)
	}
}

// times looks at the times of Flux below the path.
func times(p *engine.Pass, o *rollout.Object, in map[string]any, path ...any) {
	for _, key := range slices.Sorted(maps.Keys(in)) {
		at := slices.Concat(path, []any{key})
		switch v := in[key].(type) {
		case map[string]any:
			if key != "values" {
				times(p, o, v, at...)
			}
		case string:
			if d, err := time.ParseDuration(v); err != nil || d > 0 || p.FoundAt(o.Place(at...)) {
				continue // the schema says what is not a time
			}
			switch {
			case key == "timeout":
				p.Advise(o.Place(at...), "Write how long it may take, such as 5m, or leave the field out.", "a timeout of %s is over before anything is done, so that all fails", v)
			case slices.Contains([]string{"interval", "retryInterval"}, key):
				p.Add(engine.SeverityWarning, o.Place(at...), "Write a time, such as 10m.", "a %s of %s: the controller looks again only when something changes, so that nothing is put right or tried again", key, v)
			}
		}
	}
}
