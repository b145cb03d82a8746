package bundler

import (
	"context"
	stderrors "errors"
	"io/fs"
	"os"
	"strings"

	"github.com/aicr-flux/aicr/pkg/chartpull"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/flux"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// checkVendoring finds contradictions among the options of vendoring.
func checkVendoring(o config.Options) error {
	var problems []error
	if !o.VendorCharts {
		problems = append(problems, refuse("is about the charts in the bundle; add --vendor-charts, or remove it",
			flag{"--helm-bin", o.HelmBin != ""}, flag{"--jobs", o.Jobs != 0}, flag{"--no-cache", o.NoCache},
			flag{"--offline", o.Offline}, flag{"--verify-provenance", o.VerifyProvenance != ""}))
	}
	if o.Jobs < 0 {
		problems = append(problems, errors.Invalid("--jobs %d: charts are pulled by at least one job", o.Jobs))
	}
	if o.NoCache && o.Offline {
		problems = append(problems, errors.Invalid("--offline reads only the cache, and --no-cache reads none of it; remove one of them"))
	}
	return errors.Join(problems...)
}

// puller returns what fetches the charts.
func (b *Bundler) puller(o config.Options) localformat.ChartPuller {
	cache := chartpull.Cache{NoCache: o.NoCache, Offline: o.Offline}
	switch {
	case b.Puller != nil || !o.VendorCharts:
		return b.Puller
	case o.HelmBin != "":
		return &chartpull.CLIChartPuller{HelmBin: o.HelmBin, Cache: cache, Progress: b.ChartProgress}
	}
	return &chartpull.NativeChartPuller{Cache: cache, Progress: b.ChartProgress, UserAgent: b.userAgent()}
}

func (b *Bundler) userAgent() string { return strings.TrimSuffix("aicr/"+b.Version, "/") }

func jobs(o config.Options) int {
	if o.Jobs == 0 {
		return config.DefaultJobs
	}
	return o.Jobs
}

// lock is the provenance of an earlier bundle, to which charts are held. The
// zero value holds them to nothing.
type lock struct {
	file string
	data []byte
}

// openLock reads the file of --verify-provenance, once, so that it may be a
// pipe, and before anything is pulled.
func openLock(o config.Options) (lock, error) {
	l := lock{file: o.VerifyProvenance}
	if l.file == "" {
		return l, nil
	}
	var err error
	l.data, err = os.ReadFile(l.file)
	switch {
	case stderrors.Is(err, fs.ErrNotExist):
		return l, errors.New(errors.ErrCodeNotFound, "--verify-provenance %s does not exist; name the %s of an earlier bundle", l.file, localformat.ProvenanceFile)
	case err != nil:
		return l, errors.Invalid("--verify-provenance %s cannot be read: %s; check the path and its permissions", l.file, reason(err))
	}
	return l, l.verify(nil)
}

func (l lock) verify(charts []localformat.VendorRecord) error {
	if l.file == "" {
		return nil
	}
	return errors.In(chartpull.VerifyProvenance(l.data, charts), "--verify-provenance %s", l.file)
}

// plan plans, which pulls the charts, and verifies them.
func (l lock) plan(ctx context.Context, g *flux.Generator) (*flux.Plan, error) {
	plan, err := g.Plan(ctx)
	if err != nil {
		return nil, err
	}
	return plan, l.verify(plan.Vendored)
}
