package engine

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

// sourceUse is a place that names a source.
type sourceUse struct {
	rollout.Ref
	Place rollout.Place
	// Bundle says that the source may well be the one that the bundle itself comes from, which no
	// bundle holds.
	Bundle bool
}

// findSourceUses returns the sources that the objects name.
func (s *Scene) findSourceUses() []sourceUse {
	kinds := map[string]bool{}
	releases := make(map[*rollout.Object]*rollout.Release, len(s.Releases))
	for _, release := range s.Releases {
		releases[release.Object] = release
	}
	for _, o := range s.Objects {
		kinds[o.Kind] = true
	}
	var all []sourceUse
	for _, o := range s.Objects {
		release := releases[o]
		if release == nil {
			all = append(all, SourcesOf(o)...)
			continue
		}
		// The bundle holds the chart, and no source that it could come from.
		bundle := !kinds[release.Source.Kind] && s.Source(release).Origin == rollout.OriginGit || bootstrapped(release.Source)
		all = append(all, named(sourceUse{release.Source, release.SourcePlace(), bundle})...)
	}
	return all
}

// bootstrapped reports whether it is the source that `flux bootstrap` and the Flux operator make in
// each cluster, named after the namespace of Flux.
func bootstrapped(ref rollout.Ref) bool {
	return (ref.Kind == "GitRepository" || ref.Kind == "OCIRepository" || ref.Kind == "Bucket") && ref.Name == ref.Namespace
}

// SourcesOf returns the sources that an object names.
func SourcesOf(o *rollout.Object) []sourceUse {
	if release := rollout.ReleaseOf(o); release != nil {
		return named(sourceUse{Ref: release.Source, Place: release.SourcePlace()})
	}
	at := func(bundle bool, path ...any) sourceUse {
		text := func(field string) string { return o.Text(append(path, field)...) }
		ref := rollout.Ref{Kind: text("kind"), Namespace: cmp.Or(text("namespace"), o.Namespace), Name: text("name")}
		return sourceUse{ref, o.Place(path...), bundle}
	}
	switch {
	case o.Kind == "ArtifactGenerator" && o.Group() == "source.extensions.fluxcd.io":
		var all []sourceUse
		list, _ := o.Get("spec", "sources").([]any)
		for i := range list {
			use := at(false, "spec", "sources", i)
			use.Bundle = use.Kind == "OCIRepository"
			all = append(all, named(use)...)
		}
		return all
	case strings.HasSuffix(o.Group(), ".toolkit.fluxcd.io"):
		bundle := o.Group() == "kustomize.toolkit.fluxcd.io" || o.Group() == "image.toolkit.fluxcd.io"
		return named(at(bundle, "spec", "sourceRef"))
	}
	return nil
}

// named leaves out what the schema complains of.
func named(use sourceUse) []sourceUse {
	if use.Kind == "" || use.Name == "" {
		return nil
	}
	return []sourceUse{use}
}

// IsSource reports whether an object is one that charts can come from.
func IsSource(o *rollout.Object) bool { return o.Group() == "source.toolkit.fluxcd.io" }

// Instead takes back what other checks said of the place, and of what lies below it: this one says
// it better.
func (p *Pass) Instead(at rollout.Place) {
	p.Findings = slices.DeleteFunc(p.Findings, func(f Finding) bool {
		rest, below := strings.CutPrefix(f.Path, at.Path)
		return below && f.File == at.File && f.Object == at.Object && (rest == "" || rest[0] == '.' || rest[0] == '[')
	})
}
