package kubeapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// variant is a definition as the releases with these indexes have it.
type variant struct {
	In     []int           `json:"in"`
	Schema json.RawMessage `json:"schema"`
}

// definitions are the parts of schemas, by their names in Kubernetes' OpenAPI.
var definitions = sync.OnceValue(func() (all map[string][]variant) {
	unpack(packedDefinitions, &all)
	return all
})

// builder puts together the schemas of one release. Definitions that several schemas refer to are
// read once, and nobody changes them.
type builder struct {
	release int

	mu   sync.Mutex
	read map[string]*apiextensionsv1.JSONSchemaProps
}

func (b *builder) loader(definition string) func() (*apiextensionsv1.JSONSchemaProps, error) {
	return func() (*apiextensionsv1.JSONSchemaProps, error) {
		b.mu.Lock()
		defer b.mu.Unlock()
		return b.definition(definition)
	}
}

func (b *builder) definition(name string) (*apiextensionsv1.JSONSchemaProps, error) {
	if known := b.read[name]; known != nil {
		return known, nil
	}
	variants := definitions()[name]
	i := slices.IndexFunc(variants, func(v variant) bool { return slices.Contains(v.In, b.release) })
	if i < 0 {
		return nil, fmt.Errorf("there is no definition %s", name)
	}
	var props apiextensionsv1.JSONSchemaProps
	if err := json.Unmarshal(variants[i].Schema, &props); err != nil {
		return nil, err
	}
	if b.read == nil {
		b.read = map[string]*apiextensionsv1.JSONSchemaProps{}
	}
	anything := true
	b.read[name] = &apiextensionsv1.JSONSchemaProps{Type: "object", XPreserveUnknownFields: &anything} // inside of itself
	if err := b.resolve(&props); err != nil {
		return nil, err
	}
	b.read[name] = &props
	return &props, nil
}

// resolve puts definitions in the place of what refers to them.
func (b *builder) resolve(props *apiextensionsv1.JSONSchemaProps) error {
	if props.Ref != nil {
		found, err := b.definition(*props.Ref)
		if err == nil {
			*props = *found
		}
		return err
	}
	for name, property := range props.Properties {
		if err := b.resolve(&property); err != nil {
			return err
		}
		props.Properties[name] = property
	}
	if props.Items != nil {
		if err := b.resolve(props.Items.Schema); err != nil {
			return err
		}
	}
	if props.AdditionalProperties != nil {
		return b.resolve(props.AdditionalProperties.Schema)
	}
	return nil
}
