package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/kubeschema"
)

// written is a schema as it is kept: what judges, in the words of a CRD, with the names of other
// definitions as "$ref".
type written struct {
	Ref                  string              `json:"$ref,omitempty"`
	Type                 string              `json:"type,omitempty"`
	Format               string              `json:"format,omitempty"`
	Pattern              string              `json:"pattern,omitempty"`
	Enum                 []string            `json:"enum,omitempty"`
	MinLength            int                 `json:"minLength,omitempty"`
	Minimum              *int                `json:"minimum,omitempty"`
	Maximum              *int                `json:"maximum,omitempty"`
	Required             []string            `json:"required,omitempty"`
	Properties           map[string]*written `json:"properties,omitempty"`
	Items                *written            `json:"items,omitempty"`
	AdditionalProperties *written            `json:"additionalProperties,omitempty"`
	IntOrString          bool                `json:"x-kubernetes-int-or-string,omitempty"`
	Preserve             bool                `json:"x-kubernetes-preserve-unknown-fields,omitempty"`
}

// special are definitions that OpenAPI cannot say, or that contain themselves.
var special = map[string]*written{
	"io.k8s.apimachinery.pkg.api.resource.Quantity":                                            {Preserve: true, Pattern: kubeschema.Quantity},
	"io.k8s.apimachinery.pkg.util.intstr.IntOrString":                                          {IntOrString: true},
	"io.k8s.apimachinery.pkg.runtime.RawExtension":                                             {Type: "object", Preserve: true},
	"io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1":                                            {Type: "object", Preserve: true},
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps":                 {Type: "object", Preserve: true},
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON":                            {Preserve: true},
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceStatus": {Type: "object", Preserve: true},
}

type writer struct {
	definitions map[string]schema
	enums       map[string]map[string][]string
	written     map[string]json.RawMessage
}

// object writes the definition of a kind. Its metadata and its status are not of this kind alone,
// and judged elsewhere or by nobody: an API server drops the status of a new object.
func (w writer) object(name string) error {
	if w.written[name] != nil {
		return nil
	}
	s := w.definitions[name]
	for _, free := range []string{"metadata", "status"} {
		if _, ok := s.Properties[free]; ok {
			s.Properties[free] = schema{Ref: "io.k8s.apimachinery.pkg.runtime.RawExtension"}
		}
	}
	return w.definition(name)
}

func (w writer) definition(name string) error {
	if w.written[name] != nil {
		return nil
	}
	s, ok := w.definitions[name]
	if !ok {
		return fmt.Errorf("there is no definition %s", name)
	}
	function := "k8sio_" + strings.ReplaceAll(strings.TrimPrefix(name, "io.k8s."), ".", "_")
	out, refs := convert(s, w.enums[function], facts[name])
	data, err := json.Marshal(out)
	if err != nil {
		return err
	}
	w.written[name] = data
	for _, ref := range refs {
		if err := w.definition(ref); err != nil {
			return err
		}
	}
	return nil
}

// convert returns the schema as it is kept, and the definitions that it needs.
func convert(s schema, enums map[string][]string, known map[string]fact) (out *written, refs []string) {
	if ref := s.ref(); ref != "" {
		if known, ok := special[ref]; ok {
			return known, nil
		}
		return &written{Ref: ref}, []string{ref}
	}
	into := func(inner schema) *written {
		converted, more := convert(inner, nil, nil)
		refs = append(refs, more...)
		return converted
	}
	out = &written{Type: s.Type, Format: s.Format}
	if s.Format == "byte" { // the library refuses the empty text, and lines
		out.Format, out.Pattern = "", base64
	}
	for _, name := range s.Required {
		if !known[name].Optional {
			out.Required = append(out.Required, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if known[name].Required {
			out.Required = append(out.Required, name)
		}
	}
	for name, property := range s.Properties {
		if out.Properties == nil {
			out.Properties = map[string]*written{}
		}
		p := into(property)
		values := p
		for p.Items != nil || p.AdditionalProperties != nil { // the values of an enum may be a list's
			if p = p.Items; p == nil {
				p = values.AdditionalProperties
			}
		}
		needed := slices.Contains(out.Required, name)
		switch enum := enums[name]; {
		case p.Type == "string" && len(enum) > 0 && p == values && !needed:
			p.Enum = append([]string{""}, enum...) // which has a default
		case p.Type == "string" && len(enum) > 0:
			p.Enum = enum
		case p.Type == "string" && p == values && needed:
			p.MinLength = 1
		}
		known[name].refine(values)
		out.Properties[name] = values
	}
	if s.Items != nil {
		out.Items = into(*s.Items)
	}
	if s.AdditionalProperties != nil {
		out.AdditionalProperties = into(*s.AdditionalProperties)
	}
	return out, refs
}
