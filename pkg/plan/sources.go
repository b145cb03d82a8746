package plan

import (
	"cmp"
	"slices"
	"time"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

// sources are what Flux asks for news, and how often. Two kinds are left out, as source-controller
// does not ask for them: a HelmRepository of type oci is only an address, and a chart of a pinned
// version is not looked for again once it is there.
func (p *planner) sources() []Source {
	var all []Source
	for _, o := range p.rollout.Objects {
		if o.Group() != "source.toolkit.fluxcd.io" || o.Kind == "HelmRepository" && o.Text("spec", "type") == "oci" {
			continue
		}
		if suspended, _ := o.Get("spec", "suspend").(bool); suspended {
			continue
		}
		every := duration0(o.Text("spec", "interval"))
		if !slices.Contains([]string{"GitRepository", "OCIRepository", "HelmRepository", "Bucket"}, o.Kind) || every == 0 {
			continue
		}
		all = append(all, Source{
			Kind: o.Kind, Name: o.Name, URL: cmp.Or(o.Text("spec", "url"), o.Text("spec", "endpoint")),
			Interval: Span(every), PerHour: float64(p.Clusters) * float64(time.Hour) / float64(every),
		})
	}
	slices.SortFunc(all, func(a, b Source) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name)) })
	p.brings(all)
	return all
}

// brings says what else is asked: the source that brings the bundle is of the cluster.
func (p *planner) brings(all []Source) {
	git := slices.ContainsFunc(all, func(s Source) bool { return s.Kind == "GitRepository" })
	if !git || slices.ContainsFunc(p.releases, func(r *rollout.Release) bool { return r.Source.Kind == "ExternalArtifact" }) {
		p.warn("the source that brings the bundle into each cluster is asked too, at its own interval; the bundle does not hold it")
	}
}
