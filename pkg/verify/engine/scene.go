// Package engine holds what the checks of pkg/verify share: the scene they look at, their findings,
// and the report that these become.
package engine

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/aicr-flux/aicr/internal/kubeschema"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// Scene is what the checks look at, and what they found. What several checks need is made once,
// when the first asks.
type Scene struct {
	*rollout.Rollout
	Ctx      context.Context //nolint:containedctx // a scene lives as long as the call of Bundle
	Options  Options
	External map[rollout.Ref]bool
	Findings []Finding
	NotSeen  []string
	noted    map[string]bool
	// unrendered are the releases whose charts are not looked at.
	unrendered map[rollout.Ref]bool
	seen       map[trace]bool

	// output is the size of what the charts render, in bytes.
	output atomic.Int64
	// failure is the first error of the Renderer itself, or of the API server.
	failed  sync.Once
	failure error
	// notes are what checks say of the bundle as a whole.
	notes []string

	chartSources func() map[*rollout.Release]rollout.ChartSource
	// Charts are the charts at hand of all releases, in their order, loaded and rendered side by
	// side.
	Charts     func() []*LocalChart
	Judgements func() []*judgement
	// JudgedValues are those of all releases whose charts are at hand.
	JudgedValues func() []*JudgedValues
	Inventory    func() *Inventory
	Foreign      func() *Foreign
	// UnlistedObjects are in files that no kustomization lists.
	UnlistedObjects func() []*rollout.Object
	// UnusedCharts are the directories with a Chart.yaml, not inside another chart, that no release
	// uses and no artifact is copied from, sorted.
	UnusedCharts func() []string
	SourceUses   func() []SourceUse
	Order        func() *rollout.Graph
	// Definitions are the CustomResourceDefinitions of the bundle and of its charts.
	Definitions func() map[schema.GroupKind][]*Definition
	kube        func() kube
}

// NewScene returns a scene of a bundle that is read.
func NewScene(ctx context.Context, read *rollout.Rollout, o Options) *Scene {
	s := &Scene{Rollout: read, Ctx: ctx, Options: o, External: map[rollout.Ref]bool{}, noted: map[string]bool{}, unrendered: map[rollout.Ref]bool{}, seen: map[trace]bool{}}
	for _, name := range o.External {
		ref, _ := ParseRef(name) // checked with the options
		s.External[ref] = true
	}
	s.chartSources = sync.OnceValue(s.followCharts)
	s.Charts = sync.OnceValue(s.readCharts)
	s.JudgedValues = sync.OnceValue(s.judgeValues)
	s.Judgements = sync.OnceValue(s.judgeFlux)
	s.Inventory = sync.OnceValue(s.takeInventory)
	s.Foreign = sync.OnceValue(s.findForeign)
	s.UnlistedObjects = sync.OnceValue(s.Unlisted)
	s.UnusedCharts = sync.OnceValue(s.findLoneCharts)
	s.SourceUses = sync.OnceValue(s.findSourceUses)
	s.Order = sync.OnceValue(s.Graph)
	s.Definitions = sync.OnceValue(s.findDefinitions)
	s.kube = sync.OnceValue(s.findKube)
	return s
}

// Failure is why the Renderer cannot render, or why the API server does not answer; no bundle is at
// fault.
func (s *Scene) Failure() error {
	s.Charts()
	return s.failure
}

// FluxVersion returns the line of Flux versions that the bundle is held against.
func (s *Scene) FluxVersion() string {
	lines := kubeschema.Lines()
	return cmp.Or(s.Options.FluxVersion, lines[len(lines)-1])
}

// Known reports whether there is such an object: in the bundle, made by it, or in the cluster
// already. Where not all of the bundle is read, every object may be in the rest; and one whose file
// is not listed is complained of as that.
func (s *Scene) Known(ref rollout.Ref) bool {
	return s.Object(ref) != nil || strings.Contains(ref.Namespace+ref.Name, "${") || s.Artifact(ref) != nil || s.External[ref] || s.Incomplete() || s.spoilt(ref) ||
		slices.ContainsFunc(s.UnlistedObjects(), func(o *rollout.Object) bool { return o.Ref == ref || slices.Contains(rollout.Made(o), ref) })
}

// spoilt reports whether something of the bundle was probably meant to be that object, and is not
// for a reason that the checks of schemas and of metadata tell: it lacks its namespace, is of a
// kind that Flux does not have, or makes artifacts without names.
func (s *Scene) spoilt(ref rollout.Ref) bool {
	return slices.ContainsFunc(s.Objects, func(o *rollout.Object) bool {
		placed := o.Namespace == ref.Namespace
		near := placed || o.Namespace == "" || ref.Namespace == ""
		if o.Kind == "ArtifactGenerator" && ref.Kind == ExternalArtifact {
			made := rollout.Made(o)
			return near && (len(made) == 0 || slices.ContainsFunc(made, func(r rollout.Ref) bool { return r.Name == "" || !placed && r.Name == ref.Name }))
		}
		if o.Name != ref.Name || !near {
			return false
		}
		return o.Kind == ref.Kind || kubeschema.KnownGroup(o.Group()) && len(kubeschema.Serving(kindOf(o))) == 0
	})
}

// Incomplete reports whether Flux has more objects than are read here: some cannot be read, come
// from elsewhere, or are made by the build.
func (s *Scene) Incomplete() bool {
	return len(s.Broken) > 0 || !s.Complete() || slices.ContainsFunc(s.Listing.Entries, func(e rollout.Entry) bool {
		return e.State != rollout.EntryFile && e.State != rollout.EntryKustomization
	})
}

// Complete reports whether the objects are those that Flux gets from the kustomizations.
func (s *Scene) Complete() bool { return s.Listing.Plain || s.Built }

// Kustomizations are the files of the root's kustomization and of those that it takes in.
func (s *Scene) Kustomizations() []string {
	if s.Listing.File == "" {
		return nil
	}
	files := []string{s.Listing.File}
	for _, entry := range s.Listing.Entries {
		if entry.State == rollout.EntryKustomization {
			files = append(files, s.Tree.KustomizationFile(entry.Target))
		}
	}
	return files
}
