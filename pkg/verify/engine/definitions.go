package engine

import (
	"encoding/json"
	"fmt"
	"slices"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/aicr-flux/aicr/internal/kubeschema"
)

// Definition is a CustomResourceDefinition that the bundle brings, itself or in a chart.
type Definition struct {
	// Namespaced says whether its objects are in namespaces.
	Namespaced bool
	// Versions are those that it serves, in its order.
	Versions []string
	schemas  map[string]*kubeschema.Schema
}

// Schema returns the schema of a version; nil where it is not served.
func (d *Definition) Schema(version string) *kubeschema.Schema { return d.schemas[version] }

// findDefinitions reads the definitions in the bundle and in what its charts install, by the kinds
// that they define: several charts may bring the same.
func (s *Scene) findDefinitions() map[schema.GroupKind][]*Definition {
	all := map[schema.GroupKind][]*Definition{}
	add := func(object map[string]any) {
		if kind, definition := define(object); definition != nil {
			all[kind] = append(all[kind], definition)
		}
	}
	for _, o := range s.Objects {
		add(o.Content)
	}
	for _, m := range s.Resources() {
		if !m.CRD || m.Chart.Release.Text("spec", "install", "crds") != "Skip" {
			add(m.Object)
		}
	}
	return all
}

// define reads a definition, as far as its schemas are asked for later; nil where the object is of
// another kind, or no API server would take it.
func define(object map[string]any) (kind schema.GroupKind, found *Definition) {
	if object["apiVersion"] != apiextensionsv1.SchemeGroupVersion.String() || object["kind"] != "CustomResourceDefinition" {
		return kind, nil
	}
	spec, _ := object["spec"].(map[string]any)
	names, _ := spec["names"].(map[string]any)
	kind.Group, _ = spec["group"].(string)
	kind.Kind, _ = names["kind"].(string)
	found = &Definition{Namespaced: spec["scope"] == string(apiextensionsv1.NamespaceScoped), schemas: map[string]*kubeschema.Schema{}}
	versions, _ := spec["versions"].([]any)
	for _, v := range versions {
		version, _ := v.(map[string]any)
		name, _ := version["name"].(string)
		if served, _ := version["served"].(bool); !served || slices.Contains(found.Versions, name) {
			continue
		}
		found.Versions = append(found.Versions, name)
		found.schemas[name] = kubeschema.New(func() (*apiextensionsv1.JSONSchemaProps, error) { return schemaOf(version) })
	}
	return kind, found
}

// schemaOf reads the schema of a version of a definition. An API server drops the status of a new
// object before it looks at the rest.
func schemaOf(version map[string]any) (*apiextensionsv1.JSONSchemaProps, error) {
	data, err := json.Marshal(version)
	if err != nil {
		return nil, err
	}
	var read apiextensionsv1.CustomResourceDefinitionVersion
	if err := json.Unmarshal(data, &read); err != nil {
		return nil, fmt.Errorf("its definition cannot be read: %w", err)
	}
	if read.Schema == nil || read.Schema.OpenAPIV3Schema == nil {
		return nil, fmt.Errorf("its definition has no schema")
	}
	props := read.Schema.OpenAPIV3Schema
	if read.Subresources != nil && read.Subresources.Status != nil {
		props.Required = slices.DeleteFunc(props.Required, func(name string) bool { return name == "status" })
	}
	return props, nil
}
