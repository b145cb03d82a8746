package aicr

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/substitution"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/values"
)

// checkVariables checks what the Kustomization gives to variables.
func (s *Sync) checkVariables() error {
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(s.Substitute)) {
		switch {
		case !substitution.IsName(name):
			problems = append(problems, errors.Invalid("`Sync.Substitute` %q is not the name of a variable; use letters, digits and _, and no digit at the beginning", name))
		case len(values.PathsInClear(map[string]any{name: s.Substitute[name]})) > 0:
			problems = append(problems, errors.Invalid("`Sync.Substitute` %s looks like a secret, and would stand in the file in clear; let a Secret of the cluster give it, with `Sync.SubstituteFrom` Secret/NAME", name))
		}
	}
	for _, from := range s.SubstituteFrom {
		if kind, name, _ := strings.Cut(from, "/"); kind != "ConfigMap" && kind != "Secret" || !recipe.IsDNSLabel(name) {
			problems = append(problems, errors.Invalid("`Sync.SubstituteFrom` %q is not ConfigMap/NAME or Secret/NAME", from))
		}
	}
	return errors.Join(problems...)
}

// postBuild is what the Kustomization has for variables; nil where it gives none.
func (s *Sync) postBuild() map[string]any {
	postBuild := map[string]any{}
	if len(s.Substitute) > 0 {
		given := map[string]any{}
		for name, value := range s.Substitute {
			given[name] = value
		}
		postBuild["substitute"] = given
	}
	if len(s.SubstituteFrom) > 0 {
		var from []any
		for _, ref := range s.SubstituteFrom {
			kind, name, _ := strings.Cut(ref, "/")
			from = append(from, map[string]any{"kind": kind, "name": name})
		}
		postBuild["substituteFrom"] = from
	}
	if len(postBuild) == 0 {
		return nil
	}
	return map[string]any{"postBuild": postBuild}
}

// give holds what the Kustomization gives against the variables of the bundle, and says what the
// cluster has to have for that.
func (s *Sync) give(variables []rollout.Variable, namespace string) (notes, warnings []string, err error) {
	if s.File == "" {
		return nil, nil, nil
	}
	known, missing := map[string]bool{}, []string{}
	for _, v := range variables {
		known[v.Name] = true
		if _, given := s.Substitute[v.Name]; v.Required && !given {
			missing = append(missing, v.Name)
		}
	}
	const how = "give them with `Sync.Substitute` NAME=VALUE, or name what has them in the cluster with `Sync.SubstituteFrom` ConfigMap/NAME"
	switch {
	case len(s.SubstituteFrom) > 0:
	case len(missing) > 0:
		return nil, nil, errors.Invalid("the Kustomization of `Sync` does not give %s, which the bundle needs; %s", strings.Join(missing, ", "), how)
	case len(variables) > 0 && len(s.Substitute) == 0:
		return nil, nil, errors.Invalid("the Kustomization of `Sync` gives no variable, and Flux then leaves those of the bundle as they are, without their defaults; %s", how)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Substitute)) {
		if !known[name] {
			warnings = append(warnings, fmt.Sprintf("`Sync.Substitute` %s has no effect: no release of the bundle has that variable; see `SubstitutedValues`", name))
		}
	}
	if namespace == "" {
		namespace = config.DefaultFluxNamespace
	}
	if len(s.SubstituteFrom) == 0 {
		return nil, warnings, nil
	}
	with := ""
	if len(missing) > 0 {
		with = ", for the variables " + strings.Join(missing, ", ")
	}
	return []string{fmt.Sprintf("Needs %s in namespace %q before%s", strings.Join(s.SubstituteFrom, " and "), namespace, with)}, warnings, nil
}

// lacking warns of the Kustomizations that apply the bundle already, and do not give what it needs now.
func (r *run) lacking(ctx context.Context, variables []rollout.Variable) (warnings []string, err error) {
	if r.around == nil || len(variables) == 0 {
		return nil, nil
	}
	all, err := r.around.substitutions(ctx)
	for i, s := range all {
		if r.synced != nil && r.syncPlace.with(r.around) && r.syncPlace.path == r.around.appliers[i].File {
			continue // this run writes it
		}
		missing := s.Missing(variables)
		switch {
		case !s.Any():
			warnings = append(warnings, fmt.Sprintf("%s gives no variable, so that Flux leaves those of the bundle as they stand; give them in its postBuild, in the same commit", s.By))
		case len(missing) > 0:
			warnings = append(warnings, fmt.Sprintf("%s does not give %s, which the bundle needs; add it to its postBuild, in the same commit", s.By, strings.Join(missing, ", ")))
		}
	}
	return warnings, err
}
