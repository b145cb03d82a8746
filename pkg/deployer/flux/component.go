package flux

import (
	"context"
	"fmt"
	"strings"

	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/values"
)

// componentPlanner plans the releases of one component. Components are planned side by side: what
// one needs to know of the others comes later, in planner.
type componentPlanner struct {
	g        *Generator
	settings *settings

	releases     []Release
	vendoredFrom []localformat.VendorRecord
	warnings     []string
}

// component adds the component's releases: its pre-manifests, its chart or, for a manifest-only
// component, its manifests, and its post-manifests.
func (p *componentPlanner) component(ctx context.Context, ref *recipe.ComponentRef) error {
	if err := errors.Join(checkText(ref.Chart), checkText(ref.Version)); err != nil {
		return err
	}
	all, err := p.values(ref)
	if err != nil {
		return err
	}
	if pre := p.g.ComponentPreManifests[ref.Name]; len(pre) > 0 {
		if err := p.manifests(ref, ref.Name+"-pre", pre, all); err != nil {
			return err
		}
	}
	manifests := p.g.ComponentManifests[ref.Name]
	if ref.ManifestOnly() {
		if err := p.manifests(ref, ref.Name, manifests, all); err != nil {
			return err
		}
	} else {
		if err := p.chart(ctx, ref, all); err != nil {
			return err
		}
		if len(manifests) > 0 {
			if err := p.manifests(ref, ref.Name+"-post", manifests, all); err != nil {
				return err
			}
		}
	}
	return p.gates(ref)
}

func (p *componentPlanner) warn(format string, args ...any) {
	p.warnings = append(p.warnings, fmt.Sprintf(format, args...))
}

func (p *componentPlanner) release(ref *recipe.ComponentRef, name string) *Release {
	r := Release{Name: name, Component: ref.Name, TargetNamespace: ref.Namespace, CreateNamespace: true, CRDs: p.g.crdPolicy(ref.Name)}
	if p.g.ReleaseNames != deployer.NamesAICR {
		r.ReleaseName, r.StorageNamespace = name, ref.Namespace
	}
	p.releases = append(p.releases, r)
	return &p.releases[len(p.releases)-1]
}

// manifests adds a release of a local chart of manifests. It gets the values under the component's
// name, and only where its templates read values.
func (p *componentPlanner) manifests(ref *recipe.ComponentRef, name string, files map[string][]byte, v *componentValues) error {
	chart, err := localformat.NewManifestChart(localformat.Manifests{
		Release: name, Namespace: ref.Namespace, AppVersion: ref.Version, Files: files,
	})
	if err != nil {
		return err
	}
	r := p.release(ref, name)
	p.local(r, chart)
	if chart.ReadsValues {
		r.nest(ref.Name, v, true)
	} else if ref.ManifestOnly() && name == ref.Name && len(v.dynamic)+len(v.unset)+len(v.secret) > 0 {
		p.warn("component %q: no manifest of it reads values, so its dynamic and secret values have no effect", ref.Name)
	}
	if !chart.ReadsValues && ref.ManifestOnly() && len(v.substituted) > 0 {
		return errors.Invalid("no manifest of it reads values, so that no variable in them has an effect; let one read the value at %q with .Values", values.JoinPath(v.substituted[0]))
	}
	return nil
}

func (p *componentPlanner) local(r *Release, chart *localformat.Chart) {
	r.Local, r.Version = chart, chart.Version
	r.Chart = "./" + strings.TrimPrefix(p.settings.repoPath+"/"+r.Name, "/")
	for _, w := range chart.Warnings {
		p.warn("component %q: %s", r.Component, w)
	}
}
