package engine

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/kubeschema"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// Needs is what a bundle wants of the cluster that it goes to.
type Needs struct {
	// FluxVersion is the lowest version line of Flux that has all that the bundle uses, "2.7";
	// lines before the oldest of verify.FluxVersions are not known. It is empty where that was not
	// looked at.
	FluxVersion string `json:"fluxVersion"`
	// Controllers are the Flux controllers that must run, sorted.
	Controllers []string `json:"controllers"`
	// FeatureGates are "controller: Gate=true", sorted.
	FeatureGates []string `json:"featureGates,omitempty"`
	// Objects are what the bundle refers to and the cluster must have, as "Kind namespace/name",
	// sorted: Secrets, service accounts, sources.
	Objects []string `json:"objects,omitempty"`
}

// NeedsOf tells what the objects of the bundle need. What charts bring is not looked at, nor is
// anything in a quick run.
func NeedsOf(s *Scene) Needs {
	if s.Options.Quick {
		return Needs{}
	}
	// Whatever brings the bundle into a cluster is a source and a Kustomization.
	controllers := map[string]bool{"source-controller": true, "kustomize-controller": true}
	gates, objects := map[string]bool{}, map[string]bool{}
	for _, o := range s.Objects {
		if controller := controllerOf(o); controller != "" {
			controllers[controller] = true
			s.references(o, func(ref rollout.Ref) { objects[ref.String()] = true })
		}
	}
	for _, release := range s.Releases {
		if release.Source.Kind == ExternalArtifact {
			gates["helm-controller: ExternalArtifact=true"] = true
		}
	}
	for _, o := range s.Objects {
		if o.Kind == "Kustomization" && o.Text("spec", "sourceRef", "kind") == ExternalArtifact {
			gates["kustomize-controller: ExternalArtifact=true"] = true
		}
	}
	return Needs{
		FluxVersion: s.lowestFlux(), Controllers: slices.Sorted(maps.Keys(controllers)),
		FeatureGates: slices.Sorted(maps.Keys(gates)), Objects: slices.Sorted(maps.Keys(objects)),
	}
}

const ExternalArtifact = "ExternalArtifact"

// lowestFlux is the highest of the lines that the objects need at least.
func (s *Scene) lowestFlux() string {
	lines := kubeschema.Lines()
	highest := 0
	for _, j := range s.Judgements() {
		highest = max(highest, slices.Index(lines, j.lowest))
		for _, problem := range j.Problems {
			highest = max(highest, slices.Index(lines, problem.Elsewhere))
		}
		if kubeschema.Find(s.FluxVersion(), j.Kind) == nil && len(j.Served) > 0 {
			highest = max(highest, slices.Index(lines, j.Served[0]))
		}
	}
	return lines[highest]
}

// controllerOf returns the controller of Flux that reconciles the object; "" for an object that is
// not Flux's.
func controllerOf(o *rollout.Object) string {
	if o.Kind == "ImageUpdateAutomation" && o.Group() == "image.toolkit.fluxcd.io" {
		return "image-automation-controller"
	}
	return map[string]string{
		"helm.toolkit.fluxcd.io":         "helm-controller",
		"image.toolkit.fluxcd.io":        "image-reflector-controller",
		"kustomize.toolkit.fluxcd.io":    "kustomize-controller",
		"notification.toolkit.fluxcd.io": "notification-controller",
		"source.extensions.fluxcd.io":    "source-watcher",
		"source.toolkit.fluxcd.io":       "source-controller",
	}[o.Group()]
}

// references calls need with each object that o refers to, must have, and the bundle does not hold.
func (s *Scene) references(o *rollout.Object, need func(rollout.Ref)) {
	refer := func(kind, namespace, name string) {
		ref := rollout.Ref{Kind: kind, Namespace: cmp.Or(namespace, o.Namespace), Name: name}
		if kind != "" && name != "" && s.Object(ref) == nil && s.Artifact(ref) == nil {
			need(ref)
		}
	}
	var walk func(v any)
	walk = func(v any) {
		if list, ok := v.([]any); ok {
			for _, item := range list {
				walk(item)
			}
			return
		}
		m, _ := v.(map[string]any)
		for key, value := range m {
			ref, _ := value.(map[string]any)
			text := func(field string) string { s, _ := ref[field].(string); return s }
			switch {
			case key == "secretRef" || strings.HasSuffix(key, "SecretRef"):
				refer("Secret", "", text("name"))
			case key == "configMapRef":
				refer("ConfigMap", "", text("name"))
			case key == "sourceRef" || key == "chartRef":
				refer(text("kind"), text("namespace"), text("name"))
			case key == "serviceAccountName":
				name, _ := value.(string)
				refer("ServiceAccount", "", name)
			case key == "valuesFrom" || key == "substituteFrom" || key == "sources":
				items, _ := value.([]any)
				for _, item := range items {
					ref, _ = item.(map[string]any)
					if optional, _ := ref["optional"].(bool); !optional {
						refer(text("kind"), text("namespace"), text("name"))
					}
				}
			case key != "values":
				walk(value)
			}
		}
	}
	walk(o.Get("spec"))
}

// Lines returns the needs one a line.
func (n Needs) Lines() []string {
	var lines []string
	if n.FluxVersion != "" {
		lines = append(lines, "Flux "+n.FluxVersion+" or later")
	}
	if len(n.Controllers) > 0 {
		lines = append(lines, "the controllers "+strings.Join(n.Controllers, ", "))
	}
	for _, gate := range n.FeatureGates {
		lines = append(lines, "the feature gate of "+gate)
	}
	return append(lines, n.Objects...)
}
