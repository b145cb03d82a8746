package render

import (
	"cmp"
	"fmt"
	"path"

	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// do runs kustomize on the files, in memory.
func (j BuildJob) do() (result *BuildResult) {
	defer func() {
		if r := recover(); r != nil {
			result = &BuildResult{Problem: fmt.Sprintf("the build makes kustomize panic: %v", r)}
		}
	}()
	objects, err := j.build()
	if err != nil {
		return &BuildResult{Problem: err.Error()}
	}
	return &BuildResult{Objects: objects}
}

func (j BuildJob) build() ([]Built, error) {
	memory := filesys.MakeFsInMemory()
	for name, data := range j.Files {
		if path.Dir(name) == path.Clean(j.Dir) && isKustomization[path.Base(name)] {
			data = rememberOrigins(data)
		}
		if err := memory.WriteFile(name, data); err != nil {
			return nil, err
		}
	}
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(memory, j.Dir)
	if err != nil {
		return nil, err
	}
	var all []Built
	for _, r := range resources.Resources() {
		built, err := builtOf(r)
		if err != nil {
			return nil, err
		}
		all = append(all, built)
	}
	return all, nil
}

var isKustomization = map[string]bool{"kustomization.yaml": true, "kustomization.yml": true, "Kustomization": true}

// rememberOrigins lets a kustomization annotate each object with its file.
func rememberOrigins(kustomization []byte) []byte {
	var fields map[string]any
	if err := yaml.Unmarshal(kustomization, &fields); err != nil || fields == nil {
		return kustomization // kustomize will complain of it
	}
	fields["buildMetadata"] = []string{types.OriginAnnotations}
	if data, err := yaml.Marshal(fields); err == nil {
		return data
	}
	return kustomization
}

// builtOf returns the object without what was put in to remember.
func builtOf(r *resource.Resource) (built Built, err error) {
	const originAnnotation = "config.kubernetes.io/origin"
	data, err := r.MarshalJSON()
	if err != nil {
		return built, err
	}
	if err := json.Unmarshal(data, &built.Object); err != nil {
		return built, err
	}
	if from, err := r.GetOrigin(); err == nil && from != nil {
		built.File = cmp.Or(from.Path, from.ConfiguredIn)
	}
	metadata, _ := built.Object["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	delete(annotations, originAnnotation)
	if len(annotations) == 0 {
		delete(metadata, "annotations")
	}
	return built, nil
}
