package chart

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

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
	// Texts are those of the other files that look like templates, by path: a template may have them
	// rendered.
	Texts map[string][]byte
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
	// Imports are the values of the dependency that become defaults of this chart.
	Imports []Import
}

// Import is an entry of import-values, by its paths: what the dependency has at Child becomes what
// the chart has at Parent, where "." is all of them.
type Import struct{ Child, Parent string }

// Key is the key below which the dependency has its values.
func (d Dependency) Key() string { return cmp.Or(d.Alias, d.Name) }

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
	for _, file := range c.Files {
		if bytes.Contains(file.Data, []byte("{{")) && !strings.HasSuffix(file.Name, ".md") {
			if p.Texts == nil {
				p.Texts = map[string][]byte{}
			}
			p.Texts[file.Name] = file.Data
		}
	}
	for _, d := range c.Metadata.Dependencies {
		p.Dependencies = append(p.Dependencies, Dependency{
			Name: d.Name, Alias: d.Alias, Version: d.Version, Repository: d.Repository,
			Condition: d.Condition, Imports: importsOf(d),
		})
	}
	for _, inside := range c.Dependencies() {
		p.Inside = append(p.Inside, partOf(inside))
	}
	// Helm loads them in any order.
	slices.SortFunc(p.Inside, func(a, b *Part) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version)) })
	return p
}

// importsOf reads what Helm takes for import-values: a name below exports, or both paths.
func importsOf(d *chartv2.Dependency) (all []Import) {
	for _, entry := range d.ImportValues {
		switch entry := entry.(type) {
		case string:
			all = append(all, Import{Child: "exports." + entry, Parent: "."})
		case map[string]any:
			child, _ := entry["child"].(string)
			parent, _ := entry["parent"].(string)
			all = append(all, Import{Child: child, Parent: parent})
		}
	}
	return all
}
