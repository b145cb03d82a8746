package aicr

import (
	"cmp"
	"context"
	"os"
	"path/filepath"

	"github.com/aicr-flux/aicr/internal/datasource"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// openData opens where data are, the strongest first: Data, and the directory of the recipe. What it
// returns has to be closed, also beside an error.
func (r *run) openData(ctx context.Context) ([]*datasource.Source, error) {
	o := r.data
	o.Offline, o.NoCache, o.UserAgent = r.ChartPull.Offline, r.ChartPull.NoCache, userAgent(r.Version)
	// Nobody sees how it goes on, so it is tried again only shortly.
	o.Retry.Retries, o.Registry.Retries = cmp.Or(o.Retry.Retries, 2), cmp.Or(o.Registry.Retries, 2)
	var sources []*datasource.Source
	var problems []error
	add := func(s *datasource.Source, err error) {
		if problems = append(problems, err); err == nil {
			sources = append(sources, s)
		}
	}
	for _, text := range r.Data {
		add(datasource.Open(ctx, text, o))
	}
	if r.Recipe != "-" && !recipe.IsURL(r.Recipe) {
		// Where the recipe itself is missing, loading it says so best. A pipe such as <(…) lies in no
		// directory of its own.
		if info, err := os.Stat(r.Recipe); err == nil && info.Mode().IsRegular() {
			add(datasource.OpenDir(filepath.Dir(r.Recipe)))
		}
	}
	return sources, errors.Join(problems...)
}

// archives are the data that come from archives, for the result.
func (r *run) archives() []deployer.DataSource {
	var list []deployer.DataSource
	for _, root := range r.roots {
		if root.archive != "" {
			list = append(list, deployer.DataSource{Source: root.dir, Digest: root.archive})
		}
	}
	return list
}
