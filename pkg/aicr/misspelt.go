package aicr

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/internal/chart/known"
	"github.com/aicr-flux/aicr/internal/render"
	"github.com/aicr-flux/aicr/pkg/chartpull"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/values"
)

// misspelt warns of what the options assign at a path that the component's chart does not know
// where it knows one that is spelled nearly so, and of what does not go with the chart's default. It
// asks only charts that are at hand.
func (r *run) misspelt(ctx context.Context, in deployer.Input, made *deployer.Bundle) ([]string, error) {
	var warnings []string
	for i := range in.Recipe.ComponentRefs {
		ref := &in.Recipe.ComponentRefs[i]
		given := r.assigned[ref.Name]
		if len(given) == 0 {
			continue
		}
		archive := r.atHand(ctx, ref, made)
		if archive == nil {
			continue
		}
		// What is wrong with the chart is the business of those who install it.
		result, err := r.renderer().Chart(ctx, render.ChartJob{Package: chart.Package{Archive: archive}})
		if err != nil || result.Chart == nil {
			continue
		}
		k := known.Of(result.Chart.Parts)
		unknown := k.Unknown(withUnset(in.Values[ref.Name], given))
		for _, a := range given {
			if text := a.against(k, unknown, "chart "+result.Chart.Name+" "+ref.Version); text != "" {
				warnings = append(warnings, a.label+": "+text)
			}
		}
	}
	return warnings, context.Cause(ctx)
}

// atHand returns the component's chart from the bundle, or from the cache, and nil where it is in
// neither.
func (r *run) atHand(ctx context.Context, ref *recipe.ComponentRef, made *deployer.Bundle) []byte {
	if packed := vendored(made.Files.FS(), ref.Name); packed != nil {
		return packed
	}
	return r.cached(ctx, ref)
}

// cached returns the component's chart from the cache, or nil.
func (r *run) cached(ctx context.Context, ref *recipe.ComponentRef) []byte {
	if ref.ManifestOnly() || r.Puller != nil {
		return nil
	}
	cache := &chartpull.Puller{ChartPull: config.ChartPull{Offline: true}}
	archive, _, _, _ := cache.Pull(ctx, localformat.Component{Name: ref.Name, Repository: ref.Source, ChartName: ref.ChartName(), Version: ref.Version})
	return archive
}

func (r *run) renderer() Renderer { return cmp.Or[Renderer](r.Renderer, render.InProcess{}) }

// withUnset is the values with the paths that are left for the cluster to set.
func withUnset(vals map[string]any, given []assignment) map[string]any {
	vals = values.Clone(vals)
	for _, a := range given {
		if _, has := values.Get(vals, a.path); !has {
			values.Set(vals, a.path, "")
		}
	}
	return vals
}

// against holds the assignment against the chart of that name, and says what is wrong, if anything.
func (a assignment) against(k *known.Values, unknown []known.Key, of string) string {
	for _, key := range unknown {
		at := len(key.Path) - 1
		if !a.touches(key.Path) || key.Nearest == nil {
			continue
		}
		where := ""
		if at > 0 {
			where = fmt.Sprintf(" in %q", values.JoinPath(key.Path[:at]))
		}
		return fmt.Sprintf("%s knows no %q%s, so it has no effect; did you mean %q?", of, key.Path[at], where, key.Meant())
	}
	if text, isText := a.value.(string); a.verbatim || isText && strings.Contains(text, "{{") {
		return ""
	}
	return a.clash("the default of "+of, k.Default(a.path))
}

// touches reports whether the path is that of the assignment, or one of them leads to the other.
func (a assignment) touches(path []string) bool {
	n := min(len(a.path), len(path))
	return slices.Equal(a.path[:n], path[:n])
}

// assignments are what the options assign, by component, with the paths of DynamicValues and
// SecretValues.
func (r *resolver) assignments() map[string][]assignment {
	given := map[string][]assignment{}
	for _, a := range slices.Concat(r.sets, r.last) {
		given[a.component] = append(given[a.component], a)
	}
	for _, name := range slices.Sorted(maps.Keys(r.dynamic)) {
		for _, path := range r.dynamic[name] {
			keys, err := values.ParsePath(path)
			if err == nil {
				given[name] = append(given[name], assignment{path: keys, label: "`DynamicValues` " + name + ":" + path, verbatim: true})
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.secret)) {
		for _, v := range r.secret[name] {
			if keys, err := values.ParsePath(v.Path); err == nil {
				given[name] = append(given[name], assignment{path: keys, label: "`SecretValues` " + name + ":" + v.Path, verbatim: true})
			}
		}
	}
	return given
}
