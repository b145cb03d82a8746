package aicr

import (
	"slices"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// unregistered is what is wrong where no registry says what components are called and where they want
// to hear of nodes.
func (r *resolver) unregistered() error {
	missing := r.registry.Missing()
	if missing == "" {
		return nil
	}
	var problem error
	if meta := r.recipe.Metadata; meta.Version != "" || len(meta.AppliedOverlays) > 0 {
		const made = "the recipe was made from data that have a registry, which completes components and says where tolerations go, and "
		if slices.ContainsFunc(r.recipe.ComponentRefs, func(c recipe.ComponentRef) bool {
			return c.Enabled() && (c.Namespace == "" || c.ManifestOnly() && len(c.ManifestFiles) == 0)
		}) {
			problem = errors.New(errors.ErrCodeNotFound, "%s", made+missing)
		} else {
			r.warn("%s", made+missing)
		}
	}
	s := &r.options.Scheduling
	return errors.Join(problem, refuse("has no place: it is written where the registry says, and "+missing,
		field{"`SystemNodeSelector`", len(s.SystemNodeSelector) > 0}, field{"`SystemNodeTolerations`", len(s.SystemNodeTolerations) > 0},
		field{"`AcceleratedNodeSelector`", len(s.AcceleratedNodeSelector) > 0}, field{"`AcceleratedNodeTolerations`", len(s.AcceleratedNodeTolerations) > 0},
		field{"`WorkloadSelector`", len(s.WorkloadSelector) > 0}, field{"`WorkloadGate`", s.WorkloadGate != Taint{}},
		field{"`Nodes`", s.Nodes > 0}, field{"`StorageClass`", s.StorageClass != ""}))
}
