package diff

import (
	"maps"
	"regexp"
	"slices"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

// release compares a release of which the change is known.
func (c *comparison) release(change rollout.Change) judged {
	was, is := c.from.Release(change.Ref), c.to.Release(change.Ref)
	r := judged{Release: Release{Change: change, Images: compareSets(c.imagesOf(change.Ref))}}
	if was != nil {
		chart := c.from.HelmChart(was)
		r.Chart.From, r.suspended = &chart, was.Get("spec", "suspend") == true
		r.staysBehind = was.Text("metadata", "annotations", prune) == "disabled"
	}
	if is != nil {
		chart := c.to.HelmChart(is)
		r.Chart.To, r.place, r.suspended = &chart, is.Place(), is.Get("spec", "suspend") == true
		r.Values = c.fields(c.from.values(was), c.to.values(is))
	}
	if r.WaitsFor = compareSets(nil, nil); is != nil { // of what goes, nobody asks
		r.WaitsFor = compareSets(dependencies(was), dependencies(is))
	}
	if was != nil && is != nil {
		r.Settings = c.fields(settings(was, is), settings(is, was))
		r.stale = change.Action == Configure && !sameFiles(c.from, was, c.to, is)
	}
	if change.Action != Configure {
		c.rendered(&r, was, is)
	}
	return r
}

// prune is the annotation by which an object stays when it leaves the bundle.
const prune = "kustomize.toolkit.fluxcd.io/prune"

// moved reports whether the chart comes from elsewhere.
func (r *judged) moved() bool {
	return r.Chart.From != nil && r.Chart.To != nil && r.Chart.From.Source != r.Chart.To.Source
}

func dependencies(r *rollout.Release) (names []string) {
	if r == nil {
		return nil
	}
	for _, d := range r.DependsOn {
		names = append(names, d.Name)
	}
	return names
}

// settings are the fields of a HelmRelease that nothing else here tells of.
func settings(r, other *rollout.Release) map[string]any {
	content := withoutMarks(r.Content)
	spec := with(at(content, "spec"), "chartRef", nil)
	for _, field := range []string{"values", "valuesFrom", "releaseName", "targetNamespace", "storageNamespace"} {
		delete(spec, field)
	}
	if r.HasChartRef != other.HasChartRef {
		delete(spec, "chart")
	} else if chart, ok := at(spec, "chart", "spec").(map[string]any); ok {
		chart = maps.Clone(chart)
		for _, field := range []string{"chart", "version", "valuesFiles", "sourceRef"} {
			delete(chart, field)
		}
		spec["chart"] = with(spec["chart"], "spec", chart)
	}
	if from := sources(r); len(from) > 0 {
		spec["valuesFrom"] = from
	}
	delete(spec, "dependsOn")
	if waits := conditions(r, other); len(waits) > 0 {
		spec["dependsOn"] = waits
	}
	return with(content, "spec", spec)
}

// ofContent ends the names of objects that are made of content.
var ofContent = regexp.MustCompile(`-[0-9a-f]{12}$`)

// sources are where values come from. What they are is told elsewhere.
func sources(r *rollout.Release) (names []any) {
	for _, from := range r.ValuesFrom {
		names = append(names, from.Kind+" "+ofContent.ReplaceAllString(from.Name, "-…"))
	}
	return names
}

// conditions are what the entries of dependsOn say besides the name, for releases that both sides
// wait for, in whatever order: one for all of them where they say the same.
func conditions(r, other *rollout.Release) map[string]any {
	names := setOf(dependencies(other))
	all, expressions := map[string]any{}, map[string]bool{}
	for i, d := range r.DependsOn {
		if names[d.Name] {
			if expression := r.Text("spec", "dependsOn", i, "readyExpr"); expression != "" {
				all[d.Name], expressions[expression] = expression, true
			}
		}
	}
	if len(expressions) == 1 {
		for expression := range expressions {
			return map[string]any{"readyExpr": expression}
		}
	}
	return all
}

// sameFiles reports whether a chart in the bundle consists of the same files. Flux looks at the
// version of a chart from Git, and not at its files.
func sameFiles(from *Side, was *rollout.Release, to *Side, is *rollout.Release) bool {
	a, b := from.ChartSource(was, ""), to.ChartSource(is, "")
	if a.Origin != rollout.OriginGit || b.Origin != rollout.OriginGit || is.Text("spec", "chart", "spec", "reconcileStrategy") == "Revision" {
		return true
	}
	return maps.Equal(from.chartFiles(a), to.chartFiles(b))
}

// chartFiles are the files of a chart, without those that are objects of the bundle, which lie there,
// too, and without Chart.yaml, which may name another version of the component.
func (s *Side) chartFiles(source rollout.ChartSource) map[string]string {
	listed := map[string]bool{}
	for _, entry := range s.Listing.Entries {
		listed[entry.Target] = true
	}
	files := map[string]string{}
	for name, file := range source.Files {
		if data, err := s.Tree.Read(file); err == nil && !listed[file] && name != "Chart.yaml" {
			files[name] = string(data)
		}
	}
	return files
}

// imagesOf are the images of a release on both sides, as far as they can be compared: what only a
// chart says is left out where only one side has the chart.
func (c *comparison) imagesOf(ref rollout.Ref) (from, to []string) {
	was, is := c.from.Rendered[ref], c.to.Rendered[ref]
	both := (was == nil || was.known()) && (is == nil || is.known())
	of := func(r *Rendered) []string {
		switch {
		case r == nil:
			return nil
		case both:
			return slices.Concat(r.Images, r.InValues)
		}
		return r.InValues
	}
	return of(was), of(is)
}
