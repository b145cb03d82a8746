package aicr

import (
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/values"
)

// requiredSelectors refuses components whose pods may run on any node though the registry says that
// they must not.
func requiredSelectors(r *resolver) error {
	var problems []error
	for i := range r.recipe.ComponentRefs {
		ref := &r.recipe.ComponentRefs[i]
		if !ref.Enabled() {
			continue
		}
		e := r.registry.Entry(ref.Name)
		stores := slices.ContainsFunc(slices.Concat(e.StorageClassPaths, e.SharedStorageClassPaths), func(dotted string) bool {
			v := r.value(ref.Name, dotted)
			return v != nil && v != ""
		})
		for _, node := range []struct {
			*component.NodePaths
			field string
		}{{&e.NodeScheduling.System, "`SystemNodeSelector`"}, {&e.NodeScheduling.Accelerated, "`AcceleratedNodeSelector`"}} {
			if !node.RequireNodeSelector && (!node.RequireNodeSelectorIfStorageClassSet || !stores) {
				continue
			}
			for _, dotted := range node.NodeSelectorPaths {
				keys := strings.Split(dotted, ".")
				opted, held := values.Get(ref.Overrides, keys)
				_, blocked := values.Blocked(ref.Overrides, keys)
				if blocked || held && isEmpty(opted) || slices.ContainsFunc(r.dynamicOf(ref.Name), func(at []string) bool { return overlap(at, keys) }) {
					continue // the recipe says so, or each cluster
				}
				if isEmpty(r.value(ref.Name, dotted)) {
					problems = append(problems, errors.Invalid("component %q: %s is empty, and its pods may not run on every node; give %s", ref.Name, dotted, node.field))
				}
			}
		}
	}
	return errors.Join(problems...)
}
