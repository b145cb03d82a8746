package aicr

import (
	"slices"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// unregistered finds a recipe that AICR made, which counts on AICR's registry, without one.
func (r *resolver) unregistered() error {
	missing, meta := r.registry.Missing(), r.recipe.Metadata
	if missing == "" || meta.Version == "" && len(meta.AppliedOverlays) == 0 {
		return nil
	}
	const made = "the recipe was made from data that have a registry, which completes components and says where tolerations go, and "
	if slices.ContainsFunc(r.recipe.ComponentRefs, func(c recipe.ComponentRef) bool {
		return c.Enabled() && (c.Namespace == "" || c.ManifestOnly() && len(c.ManifestFiles) == 0)
	}) {
		return errors.New(errors.ErrCodeNotFound, "%s", made+missing)
	}
	r.warn("%s", made+missing)
	return nil
}
