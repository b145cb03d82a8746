package verify

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/aicr-flux/aicr/internal/fluxschema"
	"github.com/aicr-flux/aicr/internal/rollout"
)

// scene is what the checks look at, and what they found. What several checks
// need is made once, when the first asks.
type scene struct {
	*rollout.Rollout
	ctx      context.Context //nolint:containedctx // a scene lives as long as the call of Bundle
	options  Options
	external map[rollout.Ref]bool
	findings []Finding
	notSeen  []string
	noted    map[string]bool
	// built says that the objects are those that a build made; buildErr is why they
	// are not, where the build does more than gather them.
	built    bool
	buildErr error

	chartSources func() map[*rollout.Release]rollout.ChartSource
	localCharts  func() []*localChart
	judgements   func() []*judgement
	inventory    func() *inventory
	unlisted     func() []*rollout.Object
	loneCharts   func() []string
	sourceUses   func() []sourceUse
	order        func() *order
}

func newScene(ctx context.Context, read *rollout.Rollout, o Options) *scene {
	s := &scene{Rollout: read, ctx: ctx, options: o, external: map[rollout.Ref]bool{}, noted: map[string]bool{}}
	for _, name := range o.External {
		ref, _ := parseRef(name) // checked with the options
		s.external[ref] = true
	}
	s.chartSources = sync.OnceValue(s.followCharts)
	s.localCharts = sync.OnceValue(s.readCharts)
	s.judgements = sync.OnceValue(s.judgeFlux)
	s.inventory = sync.OnceValue(s.takeInventory)
	s.unlisted = sync.OnceValue(s.Unlisted)
	s.loneCharts = sync.OnceValue(s.findLoneCharts)
	s.sourceUses = sync.OnceValue(s.findSourceUses)
	s.order = sync.OnceValue(func() *order { return newOrder(s.Releases) })
	return s
}

func (s *scene) fluxVersion() string {
	return cmp.Or(s.options.FluxVersion, FluxVersions[len(FluxVersions)-1])
}

// fluxAtLeast reports whether the bundle is held against that version line, or a
// later one.
func (s *scene) fluxAtLeast(version string) bool {
	return slices.Index(FluxVersions[:], s.fluxVersion()) >= slices.Index(FluxVersions[:], version)
}

// known reports whether there is such an object: in the bundle, made by it, or
// in the cluster already. Where not all of the bundle is read, every object may
// be in the rest; and one whose file is not listed is complained of as that.
func (s *scene) known(ref rollout.Ref) bool {
	return s.Object(ref) != nil || strings.Contains(ref.Namespace+ref.Name, "${") || s.Artifact(ref) != nil || s.external[ref] || s.incomplete() || s.spoilt(ref) ||
		slices.ContainsFunc(s.unlisted(), func(o *rollout.Object) bool { return o.Ref == ref || slices.Contains(rollout.Made(o), ref) })
}

// spoilt reports whether something of the bundle was probably meant to be that
// object, and is not for a reason that the checks of schemas and of metadata tell:
// it lacks its namespace, is of a kind that Flux does not have, or makes artifacts
// without names.
func (s *scene) spoilt(ref rollout.Ref) bool {
	return slices.ContainsFunc(s.Objects, func(o *rollout.Object) bool {
		placed := o.Namespace == ref.Namespace
		near := placed || o.Namespace == "" || ref.Namespace == ""
		if o.Kind == "ArtifactGenerator" && ref.Kind == externalArtifact {
			made := rollout.Made(o)
			return near && (len(made) == 0 || slices.ContainsFunc(made, func(r rollout.Ref) bool { return r.Name == "" || !placed && r.Name == ref.Name }))
		}
		if o.Name != ref.Name || !near {
			return false
		}
		return o.Kind == ref.Kind || fluxschema.KnownGroup(o.Group()) && len(fluxschema.Serving(kindOf(o))) == 0
	})
}

// foundOn reports whether one of the checks has found something on the object.
func (s *scene) foundOn(o *rollout.Object, ids ...string) bool {
	at := o.Place()
	return slices.ContainsFunc(s.findings, func(f Finding) bool {
		return f.File == at.File && f.Object == at.Object && slices.Contains(ids, f.Check)
	})
}

// incomplete reports whether Flux has more objects than are read here: some
// cannot be read, come from elsewhere, or are made by the build.
func (s *scene) incomplete() bool {
	return s.BrokenFile() || !s.complete() || slices.ContainsFunc(s.Listing.Entries, func(e rollout.Entry) bool {
		return e.State != rollout.EntryFile && e.State != rollout.EntryKustomization
	})
}

// complete reports whether the objects are those that Flux gets from the
// kustomizations.
func (s *scene) complete() bool { return s.Listing.Plain || s.built }
