package engine

import (
	"cmp"
	"strings"

	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// Pin is where the version of a chart from a repository is written.
type Pin struct {
	Version string
	object  *rollout.Object
	path    []any
	// tag says that it is an OCI tag, which is taken literally.
	tag bool
}

// Place is where the version is written.
func (p Pin) Place() rollout.Place { return p.object.Place(p.path...) }

// Missing reports whether no version is named.
func (p Pin) Missing() bool {
	if v := p.object.Get(p.path...); v != nil && p.Version == "" {
		if _, text := v.(string); !text {
			return false // the schema complains of it
		}
	}
	return p.Version == "" || p.Version == "*" || p.tag && p.Version == "latest"
}

// Complete reports whether the version is a pin, and not a range.
func (p Pin) Complete() bool {
	// What substitution makes of a variable is not known here, and substitution complains of it.
	if p.tag || p.Version == "" || strings.Contains(p.Version, "${") {
		return true
	}
	return recipe.IsPin(p.Version)
}

// Broken returns why no chart can be found for the version; nil where one may be.
func (p Pin) Broken() error {
	if p.tag || p.Version == "" || strings.Contains(p.Version, "${") {
		return nil
	}
	return recipe.CheckVersion(p.Version)
}

// Pins are the versions of the charts from repositories, in the order of the objects; a version
// that several releases share is there once.
func (s *Scene) Pins() []Pin {
	charts := map[rollout.Ref]bool{}
	for _, release := range s.Releases {
		charts[release.Source] = charts[release.Source] || release.HasChartRef
	}
	var all []Pin
	for _, o := range s.Objects {
		switch {
		case o.Kind == "HelmRelease" && o.Group() == "helm.toolkit.fluxcd.io":
			if o.Text("spec", "chart", "spec", "sourceRef", "kind") == "HelmRepository" {
				all = append(all, Pin{Version: o.Text("spec", "chart", "spec", "version"), object: o, path: []any{"spec", "chart", "spec", "version"}})
			}
		case o.Kind == "HelmChart" && o.Text("spec", "sourceRef", "kind") == "HelmRepository":
			all = append(all, Pin{Version: o.Text("spec", "version"), object: o, path: []any{"spec", "version"}})
		case o.Kind == "OCIRepository" && charts[o.Ref]:
			all = append(all, tagOf(o)...)
		}
	}
	return all
}

// tagOf returns what an OCIRepository is pinned to; a digest needs no look.
func tagOf(o *rollout.Object) []Pin {
	ref := func(field string) string { return o.Text("spec", "ref", field) }
	switch {
	case ref("digest") != "":
		return nil
	case ref("semver") != "":
		return []Pin{{Version: ref("semver"), object: o, path: []any{"spec", "ref", "semver"}}}
	}
	return []Pin{{Version: cmp.Or(ref("tag"), "latest"), object: o, path: []any{"spec", "ref", "tag"}, tag: true}}
}
