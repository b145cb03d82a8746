package startup

import (
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// registryFile is component.RegistryFile; its package would be initialised too late.
const registryFile = "registry.yaml"

// ahead parses the recipe, the values files that it names, and the registry, one
// after the other: more goroutines would take turns with the initialisation.
// Whoever asks for them later finds them parsed. It guesses from the arguments
// what these files are, and a wrong guess costs nothing but its time.
func ahead(args []string, parse func(file string, look func(root *yaml.Node))) {
	recipes, dirs := guess(args)
	var values []string
	for _, recipe := range recipes {
		parse(recipe, func(root *yaml.Node) { values = append(values, valuesFiles(root)...) })
		dirs = append(dirs, filepath.Dir(recipe))
	}
	for _, file := range append([]string{registryFile}, values...) {
		for _, dir := range dirs {
			parse(filepath.Join(dir, filepath.FromSlash(file)), nil)
		}
	}
}

// guess returns the arguments that are files of YAML, and those that may be
// directories.
func guess(args []string) (recipes, dirs []string) {
	for _, arg := range args {
		if flag, value, ok := strings.Cut(arg, "="); ok && strings.HasPrefix(flag, "-") {
			arg = value
		}
		switch {
		case strings.HasPrefix(arg, "-") || strings.Contains(arg, "://"):
		case strings.HasSuffix(arg, ".yaml"):
			recipes = append(recipes, arg)
		default:
			dirs = append(dirs, arg)
		}
	}
	return recipes, dirs
}

// valuesFiles returns the values files that a recipe names, those that lie where
// a values file may.
func valuesFiles(n *yaml.Node) []string {
	var files []string
	for i, child := range n.Content {
		named := n.Kind == yaml.MappingNode && i%2 == 1 && n.Content[i-1].Value == "valuesFile"
		if named && filepath.IsLocal(filepath.FromSlash(child.Value)) {
			files = append(files, child.Value)
		}
		files = append(files, valuesFiles(child)...)
	}
	return files
}
