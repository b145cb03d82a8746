package proof

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// Objects answers with every object of a real kustomize build of the bundle's root kustomization.yaml, in the order of
// the build. It complains of a listed file that does not hold exactly one object, of a list that is unsorted, of an
// object's file that is not listed, and of a build that changes an object or brings one that no file holds.
func Objects(fsys fs.FS) ([]Object, error) {
	built, err := build(fsys)
	if err != nil {
		return nil, fmt.Errorf("kustomize build: %w", err)
	}
	listed, err := listedObjects(fsys)
	complaints := []error{err}

	objects := make([]Object, 0, len(built))
	for _, u := range built {
		object, ok := listed[id(u)]
		switch {
		case !ok:
			complaints = append(complaints, fmt.Errorf("%s: the build has it, no listed file holds it", id(u)))
			continue
		case !reflect.DeepEqual(object.Built, u):
			complaints = append(complaints, fmt.Errorf("%s: the build changes it; a bundle's kustomization only lists", object))
		}
		object.Built = u
		objects = append(objects, object)
	}
	return objects, errors.Join(complaints...)
}

// build runs kustomize over a copy of the bundle in memory.
func build(fsys fs.FS) ([]*unstructured.Unstructured, error) {
	memory, err := inMemory(fsys)
	if err != nil {
		return nil, err
	}
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(memory, ".")
	if err != nil {
		return nil, err
	}
	objects := make([]*unstructured.Unstructured, 0, resources.Size())
	for _, resource := range resources.Resources() {
		text, err := resource.AsYAML()
		if err != nil {
			return nil, err
		}
		u, err := parse(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", resource.CurId(), err)
		}
		objects = append(objects, u)
	}
	return objects, nil
}

func inMemory(fsys fs.FS) (filesys.FileSystem, error) {
	memory := filesys.MakeFsInMemory()
	err := fs.WalkDir(fsys, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(fsys, path)
		if err != nil {
			return err
		}
		return memory.WriteFile(path, content)
	})
	return memory, err
}
