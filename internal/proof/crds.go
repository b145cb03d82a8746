package proof

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	runtimeschema "k8s.io/apimachinery/pkg/runtime/schema"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"
)

//go:generate crds/generate.sh

// crdFiles holds the CRDs of the Flux kinds that a bundle may contain; crds/README.md says which versions.
//
//go:embed crds/*.yaml
var crdFiles embed.FS

// judge is what an API server builds from one version of a CRD.
type judge struct {
	structural *schema.Structural
	openAPI    validation.SchemaValidator
	// cel is nil for a schema that has no rules.
	cel *cel.Validator
}

// judges builds the judges of all CRDs, once: compiling CEL is slow.
var judges = sync.OnceValues(func() (map[runtimeschema.GroupVersionKind]judge, error) {
	files, err := fs.Glob(crdFiles, "crds/*.yaml")
	if err != nil {
		return nil, err
	}
	all := map[runtimeschema.GroupVersionKind]judge{}
	for _, file := range files {
		text, err := crdFiles.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var crd apiextensionsv1.CustomResourceDefinition
		if err := yaml.UnmarshalStrict(text, &crd); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for _, version := range crd.Spec.Versions {
			gvk := runtimeschema.GroupVersionKind{Group: crd.Spec.Group, Version: version.Name, Kind: crd.Spec.Names.Kind}
			if all[gvk], err = newJudge(version.Schema); err != nil {
				return nil, fmt.Errorf("%s: version %s: %w", file, version.Name, err)
			}
		}
	}
	return all, nil
})

func newJudge(versioned *apiextensionsv1.CustomResourceValidation) (judge, error) {
	if versioned == nil {
		return judge{}, errors.New("the CRD has no schema")
	}
	var internal apiextensions.JSONSchemaProps
	err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(versioned.OpenAPIV3Schema, &internal, nil)
	if err != nil {
		return judge{}, err
	}
	structural, err := schema.NewStructural(&internal)
	if err != nil {
		return judge{}, err
	}
	openAPI, _, err := validation.NewSchemaValidator(&internal)
	if err != nil {
		return judge{}, err
	}
	return judge{
		structural: structural,
		openAPI:    openAPI,
		cel:        cel.NewValidator(structural, true, celconfig.PerCallLimit),
	}, nil
}
