package aicr

import (
	"slices"

	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// unregistered finds a recipe that AICR made, which counts on AICR's registry, without one.
func (r *resolver) unregistered() error {
	meta := r.recipe.Metadata
	if r.registry.Missing() == "" || meta.Version == "" && len(meta.AppliedOverlays) == 0 {
		return nil
	}
	text := "the recipe was made from data that have a registry, which completes components and says where tolerations go, and " + component.RegistryFile + " is " + r.roots.Without()
	if slices.ContainsFunc(r.recipe.ComponentRefs, func(c recipe.ComponentRef) bool {
		return c.Enabled() && (c.Namespace == "" || c.ManifestOnly() && len(c.ManifestFiles) == 0)
	}) {
		return errors.New(errors.ErrCodeNotFound, "%s\n%s", text, r.dataAdvice())
	}
	r.warn("%s. %s", text, r.dataAdvice())
	return nil
}
