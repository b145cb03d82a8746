package verify

import (
	"cmp"
	"context"
	"slices"
	"sync"

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
	order    func() *order
}

func newScene(ctx context.Context, read *rollout.Rollout, o Options) *scene {
	s := &scene{Rollout: read, ctx: ctx, options: o, external: map[rollout.Ref]bool{}}
	for _, name := range o.External {
		ref, _ := parseRef(name) // checked with the options
		s.external[ref] = true
	}
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
// in the cluster already. Where a file cannot be read every object may be in it.
func (s *scene) known(ref rollout.Ref) bool {
	return s.Object(ref) != nil || s.Artifact(ref) != nil || s.external[ref] || s.BrokenFile()
}
