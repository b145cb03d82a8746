package aicr

import (
	"context"
	"io/fs"
	"os"

	"github.com/aicr-flux/aicr/internal/datasource"
	"github.com/aicr-flux/aicr/pkg/chartpull"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/images"
	"github.com/aicr-flux/aicr/pkg/oci"
)

// ImagesOptions say which bundle Images looks at, and how. Source is required.
type ImagesOptions struct {
	// Source is the directory of a bundle, oci://HOST/REPOSITORY with a tag or a digest, or else a
	// recipe as Bundle takes one.
	Source string
	// BundleOptions are those with which a recipe is bundled in memory; Registry, RegistryRewrite and
	// what is about pulling charts count for every source.
	BundleOptions
	// KubeVersion and APIVersions are what charts are told of the cluster; see images.Options.
	KubeVersion string
	APIVersions []string
	// NodeOS are the operating systems of the nodes, which complete the tags of drivers; see
	// images.Options.
	NodeOS []string
}

// Kind is a kind of thing that Images can be asked about.
type Kind int

// The kinds of sources.
const (
	KindRecipe Kind = iota
	KindDirectory
	KindArtifact
)

// KindOf tells what the source names. It looks at the disk, and at no network; what is not there is
// taken for a recipe.
func KindOf(source string) Kind {
	if oci.IsReference(source) {
		return KindArtifact
	}
	if info, err := os.Stat(source); err == nil && info.IsDir() {
		return KindDirectory
	}
	return KindRecipe
}

// Images lists the images that a bundle needs. The charts that the bundle does not hold are pulled.
// Warnings of the recipe come before those of images.List.
func Images(ctx context.Context, o ImagesOptions) (report images.Report, err error) {
	puller, problem := o.pullerFor(o.Source)
	if err := errors.Join(chartpull.Check(o.ChartPull), problem); err != nil {
		return images.Report{}, err
	}
	warnings, err := look(ctx, o.Source, o.BundleOptions, func(fsys fs.FS) error {
		report, err = images.List(ctx, fsys, images.Options{
			Puller: puller, Jobs: o.ChartPull.Parallel(), Renderer: o.Renderer, KubeVersion: o.KubeVersion, APIVersions: o.APIVersions, NodeOS: o.NodeOS,
		})
		return err
	})
	report.Warnings = append(warnings, report.Warnings...)
	return report, err
}

// inMemory is the options of a bundle of the recipe that only says what is in it, and not where it
// will be.
func inMemory(b BundleOptions, file string) BundleOptions {
	b.Recipe, b.Output, b.Publish = file, "", Publish{}
	b.VendorCharts, b.CheckCharts, b.VerifyProvenance, b.OCISourceName = false, false, "", ""
	b.pullOnlyData()
	return b
}

// pullOnlyData leaves of the options about pulling those that count where only data are downloaded.
func (o *BundleOptions) pullOnlyData() {
	given := o.ChartPull
	o.ChartPull = config.ChartPull{}
	if datasource.AnyRemote(o.Data) {
		o.ChartPull.Offline, o.ChartPull.NoCache = given.Offline, given.NoCache
	}
}
