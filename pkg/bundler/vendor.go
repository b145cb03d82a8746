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
			flag{"--offline", o.Offline}, flag{"--chart-ca-file", o.ChartCAFile != ""}, flag{"--chart-plain-http", o.ChartPlainHTTP},
			flag{"--verify-provenance", o.VerifyProvenance != ""}))
	}
	return errors.Join(append(problems, chartpull.Check(o.ChartPull))...)
}

// puller returns what fetches the charts.
func (b *Bundler) puller(o config.Options) localformat.ChartPuller {
	if b.Puller != nil || !o.VendorCharts {
		return b.Puller
	}
	return &chartpull.Puller{ChartPull: o.ChartPull, UserAgent: b.userAgent(), Progress: b.ChartProgress}
}

func (b *Bundler) userAgent() string { return strings.TrimSuffix("aicr/"+b.Version, "/") }

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
