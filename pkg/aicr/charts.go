package aicr

import (
	"context"
	"strings"

	"github.com/aicr-flux/aicr/internal/datasource"
	"github.com/aicr-flux/aicr/internal/inputfile"
	"github.com/aicr-flux/aicr/pkg/chartpull"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// checkCharts finds contradictions among the options about charts in the bundle.
func (o *BundleOptions) checkCharts() error {
	var problems []error
	if p := &o.ChartPull; !o.VendorCharts {
		problems = append(problems, refuse("is about the charts in the bundle; add `VendorCharts`, or remove it",
			field{"`HelmBin`", p.HelmBin != ""}, field{"`Jobs`", p.Jobs != 0}, field{"`ChartCAFile`", p.ChartCAFile != ""},
			field{"`ChartPlainHTTP`", p.ChartPlainHTTP}, field{"`VerifyProvenance`", o.VerifyProvenance != ""}))
		if !datasource.AnyRemote(o.Data) {
			problems = append(problems, refuse("is about what is downloaded, and nothing is; add `VendorCharts` or `Data` from elsewhere, or remove it",
				field{"`NoCache`", p.NoCache}, field{"`Offline`", p.Offline}))
		}
	}
	return errors.Join(append(problems, chartpull.Check(o.ChartPull))...)
}

// puller returns what pulls the charts.
func (o *BundleOptions) puller() localformat.ChartPuller {
	if o.Puller != nil {
		return o.Puller
	}
	rewrites, _ := recipe.ParseRewrites(o.RegistryRewrite) // it has been checked
	return &chartpull.Puller{ChartPull: o.ChartPull, Rewrites: rewrites, UserAgent: userAgent(o.Version), Progress: o.ChartProgress}
}

// rewriting pulls what a bundle takes from elsewhere from mirrors.
type rewriting struct {
	localformat.ChartPuller
	rewrites recipe.Rewrites
}

// Pull pulls the chart from its repository's mirror.
func (r rewriting) Pull(ctx context.Context, c localformat.Component) ([]byte, localformat.VendorRecord, string, error) {
	if repo, err := recipe.ParseRepository(c.Repository); err == nil {
		repo = r.rewrites.Repository(repo)
		c.Repository, c.IsOCI = repo.String(), repo.OCI()
	}
	return r.ChartPuller.Pull(ctx, c)
}

// userAgent is what servers see.
func userAgent(version string) string { return strings.TrimSuffix("aicr/"+version, "/") }

// lock is the provenance of an earlier bundle, to which charts are held. The zero value holds them
// to nothing.
type lock struct {
	file string
	data []byte
}

// openLock reads the provenance once, so that it may be a pipe, and before anything is pulled.
func openLock(ctx context.Context, file string) (lock, error) {
	l := lock{file: file}
	if file == "" {
		return l, nil
	}
	var err error
	if l.data, err = inputfile.Read(ctx, "`VerifyProvenance` "+file, file, config.MaxDataFile); err != nil {
		return l, err
	}
	return l, l.verify(nil)
}

func (l lock) verify(charts []localformat.VendorRecord) error {
	if l.file == "" {
		return nil
	}
	return errors.In(chartpull.VerifyProvenance(l.data, charts), "`VerifyProvenance` %s", l.file)
}
