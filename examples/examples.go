// Package examples holds two complete recipes with their data, for a newcomer to start from. The
// data serve these recipes alone: no other recipe is ever filled from them.
//
// It stands at the start of the flow, before a recipe is read, and only hands out bytes: what they
// mean is the business of pkg/recipe and pkg/component. The files are built into the program;
// nothing is parsed until it is asked for.
//
//	data/registry.yaml       the components of the examples
//	data/components/<name>/  values and manifests that the examples share
//	<example>/recipe.yaml    its first line describes it
//	<example>/README.md      what to edit, and what to run next
package examples

import (
	"bytes"
	"embed"
	"io/fs"
	"path"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/internal/suggest"
	"github.com/aicr-flux/aicr/pkg/errors"
)

//go:embed all:data */recipe.yaml */README.md
var files embed.FS

// Names returns the names of the examples, sorted.
func Names() []string {
	recipes, err := fs.Glob(files, "*/recipe.yaml")
	if err != nil {
		panic(err) // only a malformed pattern fails
	}
	names := make([]string, len(recipes))
	for i, recipe := range recipes {
		names[i] = path.Dir(recipe)
	}
	return names // fs.Glob sorts
}

// Describe returns one line that says what an example is for, or "" where there is no example of
// that name.
func Describe(name string) string {
	recipe, err := files.ReadFile(path.Join(name, "recipe.yaml"))
	if err != nil {
		return ""
	}
	line, _, _ := bytes.Cut(recipe, []byte("\n"))
	return string(bytes.TrimSpace(bytes.TrimPrefix(line, []byte("#"))))
}

// data is what the examples share: registry.yaml and components/.
func data() fs.FS {
	shared, err := fs.Sub(files, "data")
	if err != nil {
		panic(err) // only an invalid path fails
	}
	return shared
}

// Files returns everything that an example consists of, by slash-separated path: recipe.yaml,
// README.md, registry.yaml with the example's components, and the files below components/ that the
// recipe refers to. Written to a directory, they are a data root that needs no other. An unknown
// name is an ErrCodeNotFound that lists what there is.
func Files(name string) (map[string][]byte, error) {
	if !slices.Contains(Names(), name) {
		return nil, errors.New(errors.ErrCodeNotFound,
			"unknown example %q%s", name, suggest.Instead(name, Names()))
	}
	out := make(map[string][]byte)
	for _, own := range []string{"recipe.yaml", "README.md"} {
		content, err := files.ReadFile(path.Join(name, own))
		if err != nil {
			return nil, errors.In(err, "example %q", name)
		}
		out[own] = content
	}

	var recipe recipe
	if err := yaml.Unmarshal(out["recipe.yaml"], &recipe); err != nil {
		return nil, errors.In(err, "example %q: recipe.yaml", name)
	}
	for _, file := range recipe.dataFiles() {
		content, err := fs.ReadFile(data(), file)
		if err != nil {
			return nil, errors.In(err, "example %q", name)
		}
		out[file] = content
	}

	registry, err := registryOf(recipe)
	if err != nil {
		return nil, errors.In(err, "example %q: registry.yaml", name)
	}
	out["registry.yaml"] = registry
	return out, nil
}
