package chart

import (
	"cmp"
	"slices"

	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
)

// Part is a chart, or one inside it, as its files have it: nothing is rendered, and no value has
// gone from one to another. Nobody may change it.
type Part struct {
	Name, Version string
	// Values is the text of values.yaml, Schema that of values.schema.json, if any.
	Values, Schema []byte
	// Templates are the texts below templates/, by path, helpers and notes among them.
	Templates map[string][]byte
	// Dependencies are those of Chart.yaml.
	Dependencies []Dependency
	// Inside are the charts in charts/.
	Inside []*Part
}

// Dependency is one that Chart.yaml names.
type Dependency struct {
	Name, Alias, Version, Repository string
	// Condition is as it is written: paths of values, separated by commas.
	Condition string
	// Imports says that values of the dependency become values of this chart.
	Imports bool
}

// Accepts reports whether a chart inside this one is what the dependency means.
func (d Dependency) Accepts(inside *Part) bool {
	return d.Name == inside.Name && chartutil.IsCompatibleRange(d.Version, inside.Version)
}

func partOf(c *chartv2.Chart) *Part {
	p := &Part{Name: c.Name(), Version: c.Metadata.Version, Schema: c.Schema, Templates: map[string][]byte{}}
	for _, file := range c.Raw {
		if file.Name == chartutil.ValuesfileName {
			p.Values = file.Data
		}
	}
	for _, template := range c.Templates {
		p.Templates[template.Name] = template.Data
	}
	for _, d := range c.Metadata.Dependencies {
		p.Dependencies = append(p.Dependencies, Dependency{
			Name: d.Name, Alias: d.Alias, Version: d.Version, Repository: d.Repository,
			Condition: d.Condition, Imports: len(d.ImportValues) > 0,
		})
	}
	for _, inside := range c.Dependencies() {
		p.Inside = append(p.Inside, partOf(inside))
	}
	// Helm loads them in any order.
	slices.SortFunc(p.Inside, func(a, b *Part) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version)) })
	return p
}
