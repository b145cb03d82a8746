package proof

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"
)

// listedObjects reads the files that the root kustomization lists, by the identity of the one object that each holds.
func listedObjects(fsys fs.FS) (map[string]Object, error) {
	text, err := fs.ReadFile(fsys, "kustomization.yaml")
	if err != nil {
		return nil, err
	}
	var root types.Kustomization
	if err := yaml.UnmarshalStrict(text, &root); err != nil {
		return nil, fmt.Errorf("kustomization.yaml: %w", err)
	}
	complaints := []error{unlisted(fsys, root.Resources)}
	if !slices.IsSorted(root.Resources) {
		complaints = append(complaints, errors.New("kustomization.yaml: its resources are not sorted"))
	}
	objects := make(map[string]Object, len(root.Resources))
	for _, file := range root.Resources {
		object, err := readObject(fsys, file)
		if err != nil {
			complaints = append(complaints, err)
			continue
		}
		objects[id(object.Built)] = object
	}
	return objects, errors.Join(complaints...)
}

func readObject(fsys fs.FS, file string) (Object, error) {
	text, err := fs.ReadFile(fsys, file)
	if err != nil {
		return Object{}, err
	}
	documents, err := split(text)
	if err != nil {
		return Object{}, fmt.Errorf("%s: %w", file, err)
	}
	if len(documents) != 1 {
		return Object{}, fmt.Errorf("%s: holds %d documents, not exactly one", file, len(documents))
	}
	built, err := parse(documents[0])
	if err != nil {
		return Object{}, fmt.Errorf("%s: %w", file, err)
	}
	return Object{File: file, Source: text, Built: built}, nil
}

// unlisted complains of each file that by its name holds an object and that the build never reads: Flux would not
// apply it, and nothing would say so.
func unlisted(fsys fs.FS, listed []string) error {
	known := make(map[string]bool, len(listed))
	for _, file := range listed {
		known[path.Clean(file)] = true
	}
	var complaints []error
	err := fs.WalkDir(fsys, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name := entry.Name(); name == "templates" || name == "charts" {
				return fs.SkipDir
			}
			return nil
		}
		if holdsObject(file) && !known[file] {
			complaints = append(complaints, fmt.Errorf("%s: kustomization.yaml does not list it", file))
		}
		return nil
	})
	return errors.Join(append(complaints, err)...)
}

func holdsObject(file string) bool {
	switch path.Base(file) {
	case "helmrelease.yaml", "configmap-values.yaml", "artifactgenerator.yaml":
		return true
	}
	return path.Dir(file) == "sources" && path.Ext(file) == ".yaml"
}
