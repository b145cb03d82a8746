package kubeschema

import (
	"encoding/json"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// Schema is what an API server builds from one version of a CRD. It is safe for concurrent use.
type Schema struct {
	// shape is quick to build, rules are slow.
	shape func() (shape, error)
	rules func() *cel.Validator
}

type shape struct {
	structural *schema.Structural
	openAPI    validation.SchemaValidator
}

// New returns the schema that load gives when it is first needed. It must be one that an API server
// takes in a CRD.
func New(load func() (*apiextensionsv1.JSONSchemaProps, error)) *Schema {
	s := &Schema{shape: sync.OnceValues(func() (shape, error) {
		versioned, err := load()
		if err != nil {
			return shape{}, err
		}
		return newShape(versioned)
	})}
	s.rules = sync.OnceValue(func() *cel.Validator {
		shape, err := s.shape()
		if err != nil {
			return nil
		}
		return cel.NewValidator(shape.structural, true, celconfig.PerCallLimit)
	})
	return s
}

func fromFile(file string) (*apiextensionsv1.JSONSchemaProps, error) {
	text, err := files.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var props apiextensionsv1.JSONSchemaProps
	return &props, json.Unmarshal(text, &props)
}

func newShape(versioned *apiextensionsv1.JSONSchemaProps) (shape, error) {
	var internal apiextensions.JSONSchemaProps
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(versioned, &internal, nil); err != nil {
		return shape{}, err
	}
	structural, err := schema.NewStructural(&internal)
	if err != nil {
		return shape{}, err
	}
	openAPI, _, err := validation.NewSchemaValidator(&internal)
	return shape{structural: structural, openAPI: openAPI}, err
}
