package flux

import (
	"cmp"
	"context"
	"path"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/values"
)

// chart adds the release of the component's upstream chart, or of the wrapper around it where
// charts are vendored.
func (p *componentPlanner) chart(ctx context.Context, ref *recipe.ComponentRef, v *componentValues) error {
	repo, err := recipe.ParseRepository(ref.Source)
	if err != nil {
		return err
	}
	version := ref.Version
	if !repo.OCI() {
		version = strings.TrimPrefix(version, "v")
	}
	if !recipe.IsPin(version) {
		p.warn("component %q: version %q is a range, not a pin: the cluster takes the newest chart that matches; write a complete version such as 1.2.3", ref.Name, ref.Version)
	}
	if p.g.VendorCharts {
		return p.vendored(ctx, ref, v, localformat.Component{
			Name: ref.Name, Namespace: ref.Namespace, Repository: repo.String(), ChartName: ref.ChartName(), Version: version, IsOCI: repo.OCI(),
		})
	}
	if err := recipe.CheckChartName(ref.ChartName()); err != nil {
		return errors.Invalid("%s; correct it, or put the chart into the bundle with `VendorCharts`", err)
	}
	r := p.release(ref, ref.Name)
	r.upstream = true
	r.Chart, r.Version, r.SourceURL, r.SourceKind = ref.ChartName(), version, repo.String(), "HelmRepository"
	r.component, r.chartName = v, path.Base(ref.ChartName())
	r.Values, r.Dynamic, r.Unset, r.SecretValues = v.inline, v.dynamic, v.unset, v.secret
	r.substituted, r.Variables = v.substituted, v.variables
	return nil
}

func (p *componentPlanner) vendored(ctx context.Context, ref *recipe.ComponentRef, v *componentValues, c localformat.Component) error {
	puller := p.g.Puller
	if puller == nil {
		puller = &localformat.CLIChartPuller{}
	}
	tgz, rec, tarball, err := puller.Pull(ctx, c)
	if err != nil {
		return err
	}
	if tarball == "" {
		tarball = path.Base(c.ChartName) + "-" + c.Version + ".tgz"
	}
	if rec, err = rec.Complete(c, tgz, tarball); err != nil {
		return err
	}
	chart, err := localformat.NewWrapperChart(c, ref.Version, tgz, tarball)
	if err != nil {
		return err
	}
	p.vendoredFrom = append(p.vendoredFrom, rec)
	r := p.release(ref, ref.Name)
	r.upstream = true
	p.local(r, chart)
	r.component, r.chartName = v, chart.Name
	r.nest(chart.Name, v, false)
	if chart.ReadsTags {
		r.raiseTags(v)
	}
	if !chart.MayShipNamespaces || p.g.Namespaces == nil {
		return nil
	}
	vals := values.Clone(r.Values)
	values.Merge(vals, values.Clone(r.Dynamic))
	chart.Namespaces, err = p.g.Namespaces(ctx, chart, cmp.Or(r.ReleaseName, r.Name), r.TargetNamespace, vals)
	return err
}
