// Command generate takes the schemas out of a directory of CRDs, and writes each as JSON into
// another directory, as <group>_<version>_<Kind>.json.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(from, to string) error {
	files, err := filepath.Glob(filepath.Join(from, "*.yaml"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil { //nolint:gosec // a directory of the repository
		return err
	}
	for _, file := range files {
		text, err := os.ReadFile(file) //nolint:gosec // the directory that the script names
		if err != nil {
			return err
		}
		var crd apiextensionsv1.CustomResourceDefinition
		if err := yaml.UnmarshalStrict(text, &crd); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		for _, version := range crd.Spec.Versions {
			if !version.Served {
				continue
			}
			name := crd.Spec.Group + "_" + version.Name + "_" + crd.Spec.Names.Kind + ".json"
			if err := write(filepath.Join(to, name), version); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

// write leaves out the schema of the status where the CRD has that subresource: an API server drops
// a status before it looks at a new object.
func write(file string, version apiextensionsv1.CustomResourceDefinitionVersion) error {
	schema := version.Schema.OpenAPIV3Schema
	if version.Subresources != nil && version.Subresources.Status != nil {
		keep := true
		schema.Properties["status"] = apiextensionsv1.JSONSchemaProps{Type: "object", XPreserveUnknownFields: &keep}
	}
	text, err := json.MarshalIndent(schema, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644) //nolint:gosec // a file of the repository
}
