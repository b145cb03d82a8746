package recipe

import (
	"cmp"
	"slices"

	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/config"
)

// Bundled returns the part of the recipe that a bundle is made of: the components that are switched
// on, in the order of the rollout, and the dependencies between them, in a format that AICR 1.0 and
// later read. It is for a valid recipe.
func (r *RecipeResult) Bundled() *RecipeResult {
	b := *r
	b.APIVersion, b.Kind = r.current(), config.RecipeKind
	off := map[string]bool{}
	for i := range r.ComponentRefs {
		off[r.ComponentRefs[i].Name] = !r.ComponentRefs[i].Enabled()
	}
	without := func(names []string) []string {
		return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return off[name] })
	}
	b.ComponentRefs = slices.DeleteFunc(slices.Clone(r.ComponentRefs), func(c ComponentRef) bool { return !c.Enabled() })
	order, _ := r.Order()
	place := make(map[string]int, len(order))
	for i, name := range order {
		place[name] = i
	}
	slices.SortStableFunc(b.ComponentRefs, func(x, y ComponentRef) int { return cmp.Compare(place[x.Name], place[y.Name]) })
	for i := range b.ComponentRefs {
		b.ComponentRefs[i].DependencyRefs = without(b.ComponentRefs[i].DependencyRefs)
	}
	b.DeploymentOrder = without(r.DeploymentOrder)
	return &b
}

// YAML returns the recipe as a document with sorted keys, as AICR writes recipes.
func (r *RecipeResult) YAML() ([]byte, error) { return yaml.Marshal(r) }
