package verify

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/aicr-flux/aicr/internal/fluxschema"
	"github.com/aicr-flux/aicr/internal/rollout"
)

// maxConfigMap is what the API server takes.
const maxConfigMap = 1 << 20

var coreSchema = &Check{
	ID:       "core-schema",
	Group:    GroupSchema,
	Severity: SeverityError,
	Title:    "Each object of Kubernetes' own kinds has the fields that its kind has",
	Why: `kustomize-controller applies objects server-side. A field that the kind does not have, a number where text is needed, or two
entries with one key in a list, and the API server refuses the object; then nothing of the bundle is applied.

A group without a dot, such as apps, is Kubernetes' own, so that a kind or a version that it does not have is an error, too.
Objects of other kinds that neither Flux nor Kubernetes has are noted: what their CRD says is not known here.`,
	Remedy: "Correct the field; `kubectl explain` describes it.",
	Bad: `kind: ConfigMap
metadata: {name: gpu-operator-values, namespace: flux-system}
data:
  replicas: 3        # text is needed: "3"`,
	run: func(p *pass) {
		noted := map[string]bool{}
		for _, o := range p.Objects {
			switch id := o.APIVersion + " " + o.Kind; {
			case encrypted(o):
				p.unseen("%s is encrypted with SOPS; the Kustomization that applies it must be able to decrypt it", o.Ref)
			case coreKind(o.APIVersion, o.Kind):
				problems := append(coreProblems(o.Content), duplicates(o.Content, duplicatesIn(o.Kind, o.Content))...)
				for _, problem := range problems {
					if len(problem.Path) > 0 && problem.Path[0] == "metadata" || substitutes(o, problem.Path...) {
						continue // object-metadata or substitution complains of it
					}
					p.report(o.Place(problem.Path...), "%s", problem.Text)
				}
				p.configMap(o)
			case lostKind(o.APIVersion, o.Kind):
				p.advise(o.Place("apiVersion"), "Write an apiVersion and a kind that Kubernetes has; `kubectl api-resources` lists them.",
					"Kubernetes has no %s in %s", o.Kind, o.APIVersion)
			case !strings.HasSuffix(o.Group(), ".fluxcd.io") && !fluxschema.KnownGroup(o.Group()) && !noted[id]:
				noted[id] = true
				p.unseen("there is no schema here for %s", id)
			}
		}
	},
}

// encrypted reports whether SOPS encrypted the object: then it is not yet what the
// API server gets.
func encrypted(o *rollout.Object) bool { return o.Get("sops") != nil }

// configMap judges what the types say nothing of.
func (p *pass) configMap(o *rollout.Object) {
	if o.Kind != "ConfigMap" || o.Group() != "" {
		return
	}
	size := 0
	for _, field := range []string{"data", "binaryData"} {
		data, _ := o.Content[field].(map[string]any)
		for _, key := range sortedKeys(data) {
			text, _ := data[key].(string)
			size += len(text)
			if problems := validation.IsConfigMapKey(key); len(problems) > 0 {
				p.report(o.Place(field, key), "the key cannot be one of a ConfigMap: %s", problems[0])
			}
		}
	}
	if size > maxConfigMap {
		p.advise(o.Place("data"), "Make it smaller, or two ConfigMaps.", "a ConfigMap holds at most 1 MiB, and this one has %d bytes", size)
	}
}
