package aicr

import (
	"github.com/aicr-flux/aicr/internal/registryhttp"
	"github.com/aicr-flux/aicr/pkg/component"
)

// readUpgrades finds what a cluster needs before it gets the versions of the recipe, where the data
// have records about that. Records are advice: what cannot be read of them stops no run.
func (r *resolver) readUpgrades() {
	for i := range r.recipe.ComponentRefs {
		ref := &r.recipe.ComponentRefs[i]
		if !ref.Enabled() {
			continue
		}
		found, err := r.roots.Upgrades(r.registry.Entry(ref.Name), ref.Version)
		if err != nil {
			r.note("The upgrade records of component %q cannot be read, so nothing is said about its upgrades: %s", ref.Name, registryhttp.Clean(err.Error()))
			continue
		}
		for _, u := range found {
			effect := "needs work by hand"
			if u.Verdict == component.VerdictBlocked {
				effect = "is blocked"
			}
			r.warn("component %q: an upgrade of an earlier version to %s %s: %s; see UPGRADING.md", ref.Name, u.Version, effect, registryhttp.Clean(u.Summary))
		}
		r.upgrades = append(r.upgrades, found...)
	}
}
