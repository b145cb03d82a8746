package flux

import (
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// components returns a copy of the recipe whose file lists are those of the manifests that were
// handed in, checked by the recipe's own rules.
func (g *Generator) components() (*recipe.RecipeResult, error) {
	r := *g.RecipeResult
	r.ComponentRefs = slices.Clone(r.ComponentRefs)
	known := make(map[string]bool, len(r.ComponentRefs))
	var problems []error
	for i := range r.ComponentRefs {
		ref := &r.ComponentRefs[i]
		known[ref.Name] = true
		if !ref.Enabled() {
			continue // its files were not read, and nobody will ask for them
		}
		for _, m := range []struct {
			files *[]string
			given map[string][]byte
			field string
		}{{&ref.ManifestFiles, g.ComponentManifests[ref.Name], "ComponentManifests"}, {&ref.PreManifestFiles, g.ComponentPreManifests[ref.Name], "ComponentPreManifests"}} {
			if len(*m.files) > 0 && len(m.given) == 0 {
				problems = append(problems, errors.Invalid("component %q refers to manifest %q, and %s has no manifest of it; read the files first", ref.Name, (*m.files)[0], m.field))
				continue
			}
			*m.files = slices.Sorted(maps.Keys(m.given))
		}
		if ref.Type.Is(recipe.ComponentTypeKustomize) {
			problems = append(problems, errors.Invalid("component %q is of type Kustomize, and Flux bundles hold only Helm components; switch it off or make it a Helm component", ref.Name))
		}
	}
	for field, names := range map[string][]string{
		"ComponentValues": slices.Collect(maps.Keys(g.ComponentValues)), "ComponentManifests": slices.Collect(maps.Keys(g.ComponentManifests)),
		"ComponentPreManifests": slices.Collect(maps.Keys(g.ComponentPreManifests)), "DynamicValues": slices.Collect(maps.Keys(g.DynamicValues)),
		"SubstitutedValues": slices.Collect(maps.Keys(g.SubstitutedValues)), "SecretValues": slices.Collect(maps.Keys(g.SecretValues)),
	} {
		slices.Sort(names)
		for _, name := range names {
			if !known[name] {
				problems = append(problems, errors.Invalid("%s has an entry for %q, which is no component of the recipe", field, name))
			}
		}
	}
	slices.SortStableFunc(problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return &r, errors.Join(append(problems, r.Validate())...)
}
