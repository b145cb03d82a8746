package rollout

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Needs is what the objects of a bundle want of the cluster that it goes to.
type Needs struct {
	// Controllers are the Flux controllers that must run, sorted.
	Controllers []string `json:"controllers"`
	// FeatureGates are "controller: Gate=true", sorted.
	FeatureGates []string `json:"featureGates,omitempty"`
	// Objects are what the bundle refers to and the cluster must have, as "Kind namespace/name",
	// sorted: Secrets, service accounts, sources.
	Objects []string `json:"objects,omitempty"`
	// Variables are what the Kustomization that applies the bundle gives.
	Variables []Variable `json:"variables,omitempty"`
}

// Needs tells what the objects need. What charts bring is not looked at.
func (r *Rollout) Needs() Needs {
	// Whatever brings the bundle into a cluster is a source and a Kustomization.
	controllers := map[string]bool{"source-controller": true, "kustomize-controller": true}
	gates, objects := map[string]bool{}, map[string]bool{}
	for _, o := range r.Objects {
		if controller := controllerOf(o); controller != "" {
			controllers[controller] = true
			r.references(o, func(ref Ref) { objects[ref.String()] = true })
		}
		if o.Kind == "Kustomization" && o.Text("spec", "sourceRef", "kind") == externalArtifact {
			gates["kustomize-controller: ExternalArtifact=true"] = true
		}
	}
	for _, release := range r.Releases {
		if release.Source.Kind == externalArtifact {
			gates["helm-controller: ExternalArtifact=true"] = true
		}
	}
	return Needs{
		Controllers:  slices.Sorted(maps.Keys(controllers)),
		FeatureGates: slices.Sorted(maps.Keys(gates)), Objects: slices.Sorted(maps.Keys(objects)),
		Variables: r.Variables(),
	}
}

// externalArtifact is the kind of what an ArtifactGenerator makes.
const externalArtifact = "ExternalArtifact"

// controllerOf returns the controller of Flux that reconciles the object; "" for an object that is
// not Flux's.
func controllerOf(o *Object) string {
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
func (r *Rollout) references(o *Object, need func(Ref)) {
	refer := func(kind, namespace, name string) {
		ref := Ref{Kind: kind, Namespace: cmp.Or(namespace, o.Namespace), Name: name}
		if kind != "" && name != "" && r.Object(ref) == nil && r.Artifact(ref) == nil {
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
