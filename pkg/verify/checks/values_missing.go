package checks

import (
	"strings"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/values"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var valuesMissing = &engine.Check{
	ID:       "values-missing",
	Group:    engine.GroupReferences,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "Each valuesFrom leads to values",
	Remedy:   "Add the ConfigMap or the key, correct the name, or name the object as external where the cluster has it already.",
	Run: func(p *engine.Pass) {
		for _, release := range p.Releases {
			for _, problem := range p.Source(release).ValuesProblems {
				p.Advise(problem.Place, "Add the file, or correct its path, which is one of the whole repository.", "%s", problem.Text)
			}
			for _, from := range release.ValuesFrom {
				switch o := p.Object(from.Ref); {
				case from.Name == "" || from.Kind != "ConfigMap" && from.Kind != "Secret": // the schema complains
				case o != nil:
					readsValues(p, from, o)
				case from.Optional || p.External[from.Ref]:
				case from.OfCluster:
					p.Unseen("the values in %s are the cluster's", from.Ref)
				case from.Kind == "ConfigMap" && !p.Known(from.Ref):
					p.Report(from.Place, "it takes values of %s, which does not exist", from.Ref)
				case from.Kind == "Secret":
					p.Unseen("the values in %s are the cluster's", from.Ref)
				}
			}
		}
	},
}

// readsValues checks the key of an object that the bundle has.
func readsValues(p *engine.Pass, from rollout.ValuesFrom, o *rollout.Object) {
	path := []any{"data", from.Key}
	text, isText := o.Get(path...).(string)
	switch {
	case from.Kind == "Secret" && (o.Get(path...) != nil || p.FoundOn(o, "core-schema") || o.Get("stringData", from.Key) != nil):
	case from.Kind == "ConfigMap" && isText && from.TargetPath != "":
		if _, err := from.Merge(map[string]any{}, text); err != nil {
			p.Advise(from.Place, "Write a backslash before each comma, and before a brace at the beginning, or set literal: true, which Flux 2.9 has.",
				"helm-controller cannot read the value: %s", oneLine(err))
		}
	case from.Kind == "ConfigMap" && isText:
		if _, err := values.Decode([]byte(text)); err != nil {
			p.Instead(o.Place(path...))
			p.Advise(o.Place(path...), "Write the values as a YAML map.", "%s takes its values from here, and they cannot be read: %s",
				rollout.Ref{Kind: "HelmRelease", Namespace: from.Namespace, Name: releaseAt(from.Place)}, oneLine(err))
		}
	case from.Kind == "ConfigMap" && (o.Get(path...) != nil || o.Get("binaryData", from.Key) != nil || p.FoundAt(o.Place("data"))): // what is no text, core-schema tells
	case !from.Optional:
		p.Report(from.Place, "it takes the key %q of %s, which has no such key", from.Key, from.Ref)
	}
}

// releaseAt is the name of the release that a place lies in.
func releaseAt(at rollout.Place) string {
	return at.Object[strings.LastIndexByte(at.Object, '/')+1:]
}
