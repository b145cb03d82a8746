package aicr

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// losses warns of releases that Flux uninstalls: what they own goes with them, such as GPU drivers,
// volumes, and custom resources whose CRDs are in templates.
func losses(changes []rollout.Change) []string {
	var gone, again []string
	for _, c := range changes {
		switch c.Action {
		case rollout.Uninstall:
			gone = append(gone, fmt.Sprintf("%s (namespace %s)", c.Release, c.Namespace))
		case rollout.Reinstall:
			again = append(again, fmt.Sprintf("%s (%s)", c.Release, strings.Join(c.Because, ", ")))
		}
	}
	var warnings []string
	if len(gone) > 0 {
		warnings = append(warnings, "Flux will uninstall what this bundle no longer has, with all that it owns in the cluster: "+firstOf(gone))
	}
	if len(again) > 0 {
		warnings = append(warnings, "Flux will uninstall and then install anew each release whose name, namespace or chart changes, and what it owns in the cluster is lost: "+firstOf(again))
	}
	return warnings
}

func firstOf(list []string) string {
	const most = 6
	if len(list) > most {
		list = append(list[:most:most], fmt.Sprintf("… and %d more", len(list)-most))
	}
	return strings.Join(list, ", ")
}

// inOrder says how to uninstall releases one after the other, where one of them waits for another:
// Flux uninstalls them at once, and an operator that goes before its custom resources leaves them
// with finalizers that nobody removes. The applier is the Kustomization of the bundle; empty where
// it is not known.
func inOrder(earlier, later *rollout.Rollout, applier string) []string {
	gone := rollout.Uninstalled(earlier, later)
	graph := earlier.Graph()
	waits := slices.ContainsFunc(gone, func(r *rollout.Release) bool {
		return slices.ContainsFunc(gone, func(other *rollout.Release) bool { return graph.Waits(r, other) })
	})
	if !waits {
		return nil
	}
	names := make([]string, len(gone))
	for i, r := range gone {
		names[i] = r.Name
		if r.Namespace != gone[0].Namespace {
			return nil // no bundle of ours
		}
	}
	namespace := cmp.Or(gone[0].Namespace, config.DefaultFluxNamespace)
	kustomization := fmt.Sprintf("kustomization %s -n %s", cmp.Or(applier, "NAME"), namespace)
	return []string{fmt.Sprintf("Flux uninstalls these at once, so an operator may go before its custom resources, whose finalizers nobody removes then; to uninstall them in order, before Flux gets this bundle: "+
		"flux suspend %s; for release in %s; do kubectl -n %s delete helmrelease $release || break; done; when it has this bundle: flux resume %s", kustomization, strings.Join(names, " "), namespace, kustomization)}
}

// applier is the Kustomization that applies the bundle, where that is known.
func (r *run) applier() string {
	switch {
	case r.synced != nil:
		return r.synced.Kustomization
	case r.around != nil:
		return r.around.applier()
	}
	return ""
}

func (s *surroundings) applier() string {
	if len(s.appliers) == 0 {
		return ""
	}
	return s.appliers[0].Name
}
