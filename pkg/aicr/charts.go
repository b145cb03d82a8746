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
	if !o.VendorCharts {
		problems = append(problems, refuse("is about the charts in the bundle; add `VendorCharts`, or remove it", field{"`VerifyProvenance`", o.VerifyProvenance != ""}))
	}
	if p := &o.ChartPull; !o.VendorCharts && !o.CheckCharts {
		problems = append(problems, refuse("is about pulling charts; add `VendorCharts` or `CheckCharts`, or remove it", pulling(p)...))
		if !datasource.AnyRemote(o.Data) {
			problems = append(problems, refuse("is about what is downloaded, and nothing is; add `VendorCharts`, `CheckCharts` or `Data` from elsewhere, or remove it",
				downloading(p)...))
		}
	}
	return errors.Join(append(problems, chartpull.Check(o.ChartPull))...)
}

// pulling are the options that are about charts alone, and downloading those about everything that
// is downloaded.
func pulling(p *config.ChartPull) []field {
	return []field{{"`HelmBin`", p.HelmBin != ""}, {"`Jobs`", p.Jobs != 0}, {"`ChartCAFile`", p.ChartCAFile != ""}, {"`ChartPlainHTTP`", p.ChartPlainHTTP}}
}

func downloading(p *config.ChartPull) []field {
	return []field{{"`NoCache`", p.NoCache}, {"`Offline`", p.Offline}}
}

// puller returns what pulls the charts.
func (o *BundleOptions) puller() localformat.ChartPuller {
	rewrites, _ := recipe.ParseRewrites(o.RegistryRewrite) // it has been checked
	return pullerOf(o.Puller, o.ChartPull, rewrites, o.Version, o.ChartProgress)
}

// pullerFor is puller for the charts of the bundle that source names. One that is made of a recipe
// takes them from mirrors already.
func (o *BundleOptions) pullerFor(source string) (localformat.ChartPuller, error) {
	rewrites, err := recipe.ParseRewrites(o.RegistryRewrite)
	if err != nil || KindOf(source) == KindRecipe {
		return o.puller(), err
	}
	return rewriting{o.puller(), rewrites}, nil
}

// pullerOf is the puller that was given, or else the one that all verbs share, with its cache.
func pullerOf(given localformat.ChartPuller, o config.ChartPull, rewrites recipe.Rewrites, version string, progress func(chartpull.Progress)) localformat.ChartPuller {
	if given != nil {
		return given
	}
	return &chartpull.Puller{ChartPull: o, Rewrites: rewrites, UserAgent: userAgent(version), Progress: progress}
}

// rewriting pulls from mirrors what a bundle, which is there already, takes from elsewhere.
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
