package flux_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// crowd is a puller that counts how many pulls are under way at once. Each takes a second by the
// clock of synctest, which goes on only when no other pull can start.
type crowd struct {
	stubPuller
	now, most atomic.Int64
}

func (p *crowd) Pull(ctx context.Context, c localformat.Component) (tgz []byte, rec localformat.VendorRecord, tarball string, err error) {
	now := p.now.Add(1)
	defer p.now.Add(-1)
	for most := p.most.Load(); now > most && !p.most.CompareAndSwap(most, now); most = p.most.Load() {
	}
	time.Sleep(time.Second)
	return p.stubPuller.Pull(ctx, c)
}

// TestJobsBoundThePulls: as many at once as Jobs says, one after the other
// where it says nothing, and the same plan in either case.
func TestJobsBoundThePulls(t *testing.T) {
	var refs []flux.Release
	for jobs, want := range map[int]int64{-1: 1, 0: 1, 1: 1, 3: 3} {
		g := newGenerator(chartRef("a"), chartRef("b"), chartRef("c"), chartRef("d"), chartRef("e"), chartRef("f"))
		p := &crowd{stubPuller: stubPuller{t}}
		g.VendorCharts, g.Jobs, g.Puller = true, jobs, p
		var plan *flux.Plan
		synctest.Test(t, func(t *testing.T) { plan = mustPlan(t, g) })
		if most := p.most.Load(); most != want {
			t.Errorf("with %d jobs %d charts are pulled at once", jobs, most)
		}
		if refs == nil {
			refs = plan.Releases
		}
		for i, r := range plan.Releases {
			if r.Name != refs[i].Name || r.Version != refs[i].Version {
				t.Errorf("with %d jobs release %d is %s %s, not %s %s", jobs, i, r.Name, r.Version, refs[i].Name, refs[i].Version)
			}
		}
	}
}
