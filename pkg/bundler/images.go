package bundler

import (
	"context"
	"io/fs"
	"os"

	"github.com/aicr-flux/aicr/pkg/chartpull"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/images"
	"github.com/aicr-flux/aicr/pkg/oci"
)

// ImagesOptions are the options of Images.
type ImagesOptions struct {
	// Options are those of the bundle where the source is a recipe; ChartPull and the connection of Publish count for
	// every source. Recipe and Output are not used.
	config.Options
	// KubeVersion and APIVersions are what charts are told of the cluster; see images.Options.
	KubeVersion string
	APIVersions []string
}

// Source is what Images can be asked about.
type Source int

// The sources of images.
const (
	SourceRecipe Source = iota
	SourceDirectory
	SourceArtifact
)

// SourceOf tells what the text names. It looks at the disk, and at no network; what is not there is taken for a recipe.
func SourceOf(source string) Source {
	if oci.IsReference(source) {
		return SourceArtifact
	}
	if info, err := os.Stat(source); err == nil && info.IsDir() {
		return SourceDirectory
	}
	return SourceRecipe
}

// Images lists the images that a bundle needs. The source is the directory of a bundle, oci://HOST/REPOSITORY with a tag
// or a digest, or else a recipe as Bundle takes one, which is bundled in memory. The charts that the bundle does not
// hold are pulled. Warnings of the recipe come before those of images.List.
func (b *Bundler) Images(ctx context.Context, source string, o ImagesOptions) (images.Report, error) {
	if err := chartpull.Check(o.ChartPull); err != nil {
		return images.Report{}, err
	}
	list := images.Options{Puller: b.Puller, Jobs: o.Parallel(), Renderer: b.Renderer, KubeVersion: o.KubeVersion, APIVersions: o.APIVersions}
	if list.Puller == nil {
		list.Puller = chartpull.New(o.ChartPull, b.userAgent(), b.ChartProgress)
	}
	switch SourceOf(source) {
	case SourceArtifact:
		return b.imagesOfArtifact(ctx, source, o, list)
	case SourceDirectory:
		root, err := openBundle(source)
		if err != nil {
			return images.Report{}, err
		}
		defer root.Close()
		report, err := images.List(ctx, root.FS(), list)
		return report, errors.In(err, "bundle %s", source)
	}
	fsys, warnings, err := b.inMemory(ctx, source, o.Options)
	if err != nil {
		return images.Report{}, err
	}
	report, err := images.List(ctx, fsys, list)
	report.Warnings = append(warnings, report.Warnings...)
	return report, errors.In(err, "recipe %s", source)
}

func (b *Bundler) imagesOfArtifact(ctx context.Context, source string, o ImagesOptions, list images.Options) (images.Report, error) {
	ref, err := oci.ParseSource(source)
	if err != nil {
		return images.Report{}, err
	}
	pulled, err := oci.Pull(ctx, ref, oci.PullOptions{Connection: b.connection(o.Publish), Unverified: true})
	if err != nil {
		return images.Report{}, err
	}
	defer pulled.Close()
	report, err := images.List(ctx, pulled.FS(), list)
	return report, errors.In(err, "artifact %s", pulled.Reference.Image())
}

// inMemory bundles a recipe in memory. What only says where the bundle will lie changes no image, and is left out.
func (b *Bundler) inMemory(ctx context.Context, source string, o config.Options) (fs.FS, []string, error) {
	o.Recipe, o.Output, o.Publish, o.ChartPull = source, "", config.Publish{}, config.ChartPull{}
	o.VendorCharts, o.VerifyProvenance, o.FluxOCISourceName = false, "", ""
	g, warnings, err := b.Generator(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	plan, err := g.Plan(ctx)
	if err != nil {
		return nil, nil, err
	}
	files, err := plan.Render()
	if err != nil {
		return nil, nil, err
	}
	return files.FS(), warnings, nil
}
