package checks

import (
	"strings"

	"github.com/aicr-flux/aicr/internal/kubeapi"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var apiRemoved = &engine.Check{
	ID:       "api-removed",
	Group:    engine.GroupSchema,
	Severity: engine.SeverityError,
	Title:    "Kubernetes serves each of its own kinds in the version that the object has",
	Remedy:   "Write an apiVersion and a kind that Kubernetes serves, or say with `KubeVersion` which Kubernetes the cluster has.",
	Run: func(p *engine.Pass) {
		for _, j := range allJudged(p.Scene) {
			id := j.id()
			switch at := j.place("apiVersion"); {
			case !ownKind(id) || strings.HasSuffix(j.kind, "List"):
			case p.Resource(j.apiVersion, j.kind) == nil:
				p.Report(at, "%s", j.says(kubeapi.Gone(p.KubeVersion(), id)))
			case id.Optional():
				p.Warn(at, "%s", j.says(kubeapi.SwitchedOff(p.KubeVersion(), id)))
			default:
				if text := kubeapi.Deprecated(p.KubeVersion(), id); text != "" {
					p.Warn(at, "%s", j.says(text))
				}
			}
		}
	},
}

// says adds to a text who renders the object.
func (j judged) says(text string) string {
	if j.by == nil {
		return text
	}
	return j.by.Release.String() + " renders it: " + text
}
