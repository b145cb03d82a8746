package flux_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// crowd is a puller that returns nothing before a number of pulls are under way.
type crowd struct {
	stubPuller
	wanted    int64
	now, most atomic.Int64
	met       sync.Once
	together  chan struct{}
}

func (p *crowd) Pull(ctx context.Context, c localformat.Component) (tgz []byte, rec localformat.VendorRecord, tarball string, err error) {
	now := p.now.Add(1)
	defer p.now.Add(-1)
	for most := p.most.Load(); now > most && !p.most.CompareAndSwap(most, now); most = p.most.Load() {
	}
	if now == p.wanted {
		p.met.Do(func() { close(p.together) })
	}
	select {
	case <-p.together:
	case <-time.After(10 * time.Second):
		return nil, rec, "", fmt.Errorf("only %d pulls are under way, want %d", now, p.wanted)
	}
	time.Sleep(time.Millisecond) // for one too many to come
	return p.stubPuller.Pull(ctx, c)
}

// TestJobsBoundThePulls: as many at once as Jobs says, one after the other
// where it says nothing, and the same plan in either case.
func TestJobsBoundThePulls(t *testing.T) {
	var refs []flux.Release
	for jobs, want := range map[int]int64{-1: 1, 0: 1, 1: 1, 3: 3} {
		g := newGenerator(chartRef("a"), chartRef("b"), chartRef("c"), chartRef("d"), chartRef("e"), chartRef("f"))
		p := &crowd{stubPuller: stubPuller{t}, wanted: want, together: make(chan struct{})}
		g.VendorCharts, g.Jobs, g.Puller = true, jobs, p
		plan := mustPlan(t, g)
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
