package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// release is what one release of Kubernetes has.
type release struct {
	kinds       []kind
	definitions map[string]json.RawMessage
}

// document is a file of api/openapi-spec/v3.
type document struct {
	Paths map[string]struct {
		Post *struct {
			Kind struct{ Group, Version, Kind string } `json:"x-kubernetes-group-version-kind"`
		} `json:"post"`
	} `json:"paths"`
	Components struct {
		Schemas map[string]schema `json:"schemas"`
	} `json:"components"`
}

// schema is that of OpenAPI, as far as it is used.
type schema struct {
	Ref                  string            `json:"$ref"`
	AllOf                []schema          `json:"allOf"`
	Type                 string            `json:"type"`
	Format               string            `json:"format"`
	Default              json.RawMessage   `json:"default"`
	Required             []string          `json:"required"`
	Properties           map[string]schema `json:"properties"`
	Items                *schema           `json:"items"`
	AdditionalProperties *schema           `json:"additionalProperties"`
	Kinds                []struct {
		Group, Version, Kind string
	} `json:"x-kubernetes-group-version-kind"`
}

func (s schema) ref() string {
	if len(s.AllOf) == 1 {
		return s.AllOf[0].ref()
	}
	return strings.TrimPrefix(s.Ref, "#/components/schemas/")
}

// read reads a release from its module.
func read(dir string) (release, error) {
	enums, err := readEnums(dir + "/pkg/generated/openapi/zz_generated.openapi.go")
	if err != nil {
		return release{}, err
	}
	files, err := filepath.Glob(dir + "/api/openapi-spec/v3/*_openapi.json")
	if err != nil {
		return release{}, err
	}
	definitions := map[string]schema{}
	names := map[string]string{}
	var kinds []kind
	for _, file := range files {
		var d document
		text, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(text, &d)
		}
		if err != nil {
			return release{}, fmt.Errorf("%s: %w", file, err)
		}
		for name, s := range d.Components.Schemas {
			definitions[name] = s
			for _, k := range s.Kinds {
				names[kind{Group: k.Group, Version: k.Version, Kind: k.Kind}.key()] = name
			}
		}
		for path, at := range d.Paths {
			// A subresource is created below a name, an object is not.
			if at.Post == nil || strings.Contains(path, "{name}") {
				continue
			}
			k := kind{Group: at.Post.Kind.Group, Version: at.Post.Kind.Version, Kind: at.Post.Kind.Kind, Namespaced: strings.Contains(path, "{namespace}")}
			kinds = append(kinds, k)
		}
	}
	r := release{definitions: map[string]json.RawMessage{}}
	for _, k := range kinds {
		k.Definition = names[k.key()]
		// Reviews of the caller's rights may be asked for in all namespaces, too.
		if at := slices.IndexFunc(r.kinds, func(other kind) bool { return other.key() == k.key() }); at >= 0 {
			r.kinds[at].Namespaced = r.kinds[at].Namespaced || k.Namespaced
			continue
		}
		if definitions[k.Definition].Type == "" {
			return release{}, fmt.Errorf("there is no schema of %s", k.key())
		}
		r.kinds = append(r.kinds, k)
	}
	w := writer{definitions: definitions, enums: enums, written: r.definitions}
	for _, k := range r.kinds {
		if err := w.object(k.Definition); err != nil {
			return release{}, err
		}
	}
	return r, nil
}
