package rollout

import (
	"cmp"
	"context"
	"fmt"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// Kustomize is a Builder that runs kustomize in this process. It trusts the files: nothing stops
// kustomize, whose time can grow with the square of what it reads, and no bound holds its memory.
type Kustomize struct{}

// Unbuilt is a Builder that builds nothing, so that objects are as they stand in the files.
type Unbuilt struct{}

// Build implements Builder.
func (Unbuilt) Build(context.Context, string, map[string][]byte) ([]BuiltObject, error) {
	return nil, ErrLimit
}

// Build implements Builder.
func (Kustomize) Build(ctx context.Context, dir string, files map[string][]byte) (made []BuiltObject, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	memory := filesys.MakeFsInMemory()
	for file, data := range files {
		if err := memory.WriteFile(file, data); err != nil {
			return nil, err
		}
	}
	defer func() {
		if r := recover(); r != nil {
			made, err = nil, fmt.Errorf("kustomize panics: %v", r)
		}
	}()
	options := krusty.MakeDefaultOptions()
	options.LoadRestrictions = types.LoadRestrictionsNone // as Flux has it: what holds is that there are no other files
	resources, err := krusty.MakeKustomizer(options).Run(memory, dir)
	if err != nil {
		return nil, err
	}
	for _, resource := range resources.Resources() {
		object := BuiltObject{}
		if from, err := resource.GetOrigin(); err == nil && from != nil {
			object.File = cmp.Or(from.Path, from.ConfiguredIn)
		}
		if err := resource.SetOrigin(nil); err != nil { // Flux does not ask for the annotation
			return nil, err
		}
		if object.JSON, err = resource.MarshalJSON(); err != nil {
			return nil, err
		}
		made = append(made, object)
	}
	return made, nil
}
