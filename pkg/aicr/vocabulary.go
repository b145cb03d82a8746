package aicr

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/internal/chart/known"
	"github.com/aicr-flux/aicr/internal/render"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/values"
)

// Component is a component of a recipe, as options may call it.
type Component struct {
	Name           string
	Aliases        []string
	Chart, Version string
}

// Components returns the components of a recipe on this disk, for those who help somebody to type
// options. It asks no server: of remote data it knows what is in the cache. Where data are missing
// it knows the names alone.
func Components(ctx context.Context, o BundleOptions) ([]Component, error) {
	r, err := newVocabulary(ctx, o)
	if err != nil {
		return nil, err
	}
	in, _, err := r.resolve(ctx)
	if err != nil {
		if in.Recipe, err = recipe.Load(ctx, o.Recipe, recipe.LoadOptions{Bundled: bundled(o.Recipe)}); err != nil {
			return nil, err
		}
	}
	var found []Component
	for i := range in.Recipe.ComponentRefs {
		ref := &in.Recipe.ComponentRefs[i]
		c := Component{Name: ref.Name, Chart: ref.ChartName(), Version: ref.Version}
		if r.registry != nil {
			c.Aliases = r.registry.Entry(ref.Name).ValueOverrideKeys
		}
		found = append(found, c)
	}
	return found, nil
}

// ValuePaths returns the paths to the values of a component, sorted: those that the recipe sets, and
// those that its chart knows where that is in the bundle at Output or in the cache. It asks no server.
func ValuePaths(ctx context.Context, o BundleOptions, name string) ([]string, error) {
	r, err := newVocabulary(ctx, o)
	if err != nil {
		return nil, err
	}
	in, _, err := r.resolve(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for i := range in.Recipe.ComponentRefs {
		names = append(names, in.Recipe.ComponentRefs[i].Name)
	}
	if name, err = r.registry.Resolve(name, names); err != nil {
		return nil, err
	}
	var paths []string
	add := func(path []string) { paths = append(paths, values.JoinPath(path)) }
	each(in.Values[name], nil, add)
	if archive := r.archive(ctx, in.Recipe.Component(name), o.Output); archive != nil {
		result, err := r.renderer().Chart(ctx, render.ChartJob{Package: chart.Package{Archive: archive}})
		if err == nil && result.Chart != nil {
			known.Of(result.Chart.Parts).Each(add)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths), context.Cause(ctx)
}

// newVocabulary is a run that only looks.
func newVocabulary(ctx context.Context, o BundleOptions) (*run, error) {
	if o.Recipe == "" || o.Recipe == "-" || recipe.IsURL(o.Recipe) {
		return nil, errors.Invalid("the recipe is no file here")
	}
	r, err := newRun(ctx, BundleOptions{Recipe: o.Recipe, Data: o.Data, Renderer: o.Renderer}, deployers())
	if err != nil {
		return nil, err
	}
	r.ChartPull.Offline = true
	return r, nil
}

// archive is the component's chart from the bundle in dir, or from the cache.
func (r *run) archive(ctx context.Context, ref *recipe.ComponentRef, dir string) []byte {
	if root, err := os.OpenRoot(filepath.Clean(dir)); err == nil {
		defer root.Close()
		if packed := vendored(root.FS(), ref.Name); packed != nil {
			return packed
		}
	}
	return r.cached(ctx, ref)
}

// vendored is the chart that a bundle holds of a component, or nil.
func vendored(bundle fs.FS, component string) []byte {
	found, _ := fs.Glob(bundle, component+"/charts/*.tgz")
	if len(found) != 1 {
		return nil
	}
	packed, _ := fs.ReadFile(bundle, found[0])
	return packed
}

// each calls f with the path to each value.
func each(vals map[string]any, at []string, f func(path []string)) {
	for key, v := range vals {
		path := append(slices.Clone(at), key)
		f(path)
		if inner, isMap := v.(map[string]any); isMap {
			each(inner, path, f)
		}
	}
}
