package checks

import (
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/aicr-flux/aicr/internal/kubeschema"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

// maxConfigMap is what the API server takes.
const maxConfigMap = 1 << 20

var coreSchema = &engine.Check{
	ID:       "core-schema",
	Group:    engine.GroupSchema,
	Severity: engine.SeverityError,
	Title:    "Each object of Kubernetes' own kinds has the fields that its kind has",
	Remedy:   "Correct the field; `kubectl explain` describes it.",
	Run: func(p *engine.Pass) {
		for _, o := range p.Objects {
			switch {
			case engine.Encrypted(o):
				p.Unseen("%s is encrypted with SOPS; the Kustomization that applies it must be able to decrypt it", o.Ref)
			case engine.CoreKind(o.APIVersion, o.Kind):
				for _, problem := range engine.CoreProblems(o.Content) {
					if len(problem.Path) > 0 && problem.Path[0] == "metadata" || substitutes(o, problem.Path...) {
						continue // object-metadata or substitution complains of it
					}
					if len(problem.Path) == 0 && !guarded(o) && hasVariable(o) {
						p.Unseen("%s has variables, so that a value cannot be read", o.Ref)
						continue
					}
					p.Report(o.Place(problem.Path...), "%s", problem.Text)
				}
				configMap(p, o)
			case engine.LostKind(o.APIVersion, o.Kind):
				p.Advise(o.Place("apiVersion"), "Write an apiVersion and a kind that Kubernetes has; `kubectl api-resources` lists them.",
					"Kubernetes has no %s in %s", o.Kind, o.APIVersion)
			case !isFlux(o.Group()) && !kubeschema.KnownGroup(o.Group()):
				p.Unseen("there is no schema here for %s %s", o.APIVersion, o.Kind)
			}
		}
	},
}

// configMap judges what the types say nothing of.
func configMap(p *engine.Pass, o *rollout.Object) {
	if o.Kind != "ConfigMap" || o.Group() != "" {
		return
	}
	size := 0
	for _, field := range []string{"data", "binaryData"} {
		data, _ := o.Content[field].(map[string]any)
		for _, key := range engine.SortedKeys(data) {
			text, _ := data[key].(string)
			size += len(text)
			if problems := validation.IsConfigMapKey(key); len(problems) > 0 {
				p.Report(o.Place(field, key), "the key cannot be one of a ConfigMap: %s", problems[0])
			}
		}
	}
	if size > maxConfigMap {
		p.Advise(o.Place("data"), "Make it smaller, or two ConfigMaps.", "a ConfigMap holds at most 1 MiB, and this one has %d bytes", size)
	}
}
