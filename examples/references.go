package examples

import (
	"bytes"
	"io/fs"
	"path"
	"slices"

	"go.yaml.in/yaml/v3"
)

// recipe is what of a recipe names other files. pkg/recipe reads all of it.
type recipe struct {
	ComponentRefs []struct {
		Name             string
		ValuesFile       string   `yaml:"valuesFile"`
		ManifestFiles    []string `yaml:"manifestFiles"`
		PreManifestFiles []string `yaml:"preManifestFiles"`
	} `yaml:"componentRefs"`
}

// dataFiles returns the paths in data that the recipe refers to, among them the base values file
// that lies beneath one of another name.
func (r recipe) dataFiles() []string {
	var paths []string
	for _, ref := range r.ComponentRefs {
		if ref.ValuesFile != "" {
			paths = append(paths, ref.ValuesFile)
			base := path.Join("components", ref.Name, "values.yaml")
			if _, err := fs.Stat(data(), base); err == nil {
				paths = append(paths, base)
			}
		}
		paths = append(paths, ref.PreManifestFiles...)
		paths = append(paths, ref.ManifestFiles...)
	}
	return paths
}

// registryOf returns the registry with the entries of the recipe's components only, comments
// included.
func registryOf(r recipe) ([]byte, error) {
	content, err := fs.ReadFile(data(), "registry.yaml")
	if err != nil {
		return nil, err
	}
	var document yaml.Node
	if err := yaml.Unmarshal(content, &document); err != nil {
		return nil, err
	}

	used := make(map[string]bool)
	for _, ref := range r.ComponentRefs {
		used[ref.Name] = true
	}
	root := document.Content[0]
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value != "components" {
			continue
		}
		entries := root.Content[i+1]
		entries.Content = slices.DeleteFunc(entries.Content, func(entry *yaml.Node) bool {
			var named struct{ Name string }
			return entry.Decode(&named) != nil || !used[named.Name]
		})
	}

	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(&document); err != nil {
		return nil, err
	}
	return out.Bytes(), encoder.Close()
}
