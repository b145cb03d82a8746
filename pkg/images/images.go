// Package images lists the container images that a bundle needs: what a mirror, an allow list or a
// scanner has to know before the bundle reaches a cluster.
//
// It stands behind the flow that writes bundles, like pkg/verify, and reads any bundle of the same
// shape. Each release's chart is found in the bundle, or pulled, and rendered with the release's
// own values, as helm-controller would:
//
//	bundle ─► releases (pkg/rollout) ─► manifests (internal/render) ─► images
//
// What a container names is certain. What an operator will pull later stands in its custom
// resources, in its environment, its arguments or the values, and is found by its form; each image
// says how it was found.
package images

import (
	"context"
	"io/fs"
	"strings"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/internal/parallel"
	"github.com/aicr-flux/aicr/internal/render"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// Options are the options of List. The zero value is enough for a bundle that holds its charts.
type Options struct {
	// Puller fetches the charts that the bundle does not hold; nil makes such a chart an error.
	Puller localformat.ChartPuller
	// Jobs is how many charts are pulled at once; 0 means config.DefaultJobs.
	Jobs int
	// Renderer renders the charts and runs kustomize; nil means render.InProcess{}, which trusts
	// them.
	Renderer render.Renderer
	// KubeVersion and APIVersions are what charts are told of the cluster; see chart.Install.
	KubeVersion string
	APIVersions []string
	// NodeOS are the operating systems of the nodes, as tags of driver images name them, perhaps with
	// an architecture: "ubuntu24.04", "rhel9", "ubuntu24.04/arm64". They complete tags to which an
	// operator appends that of a node.
	NodeOS []string
}

// Source is how sure it is that an image is needed.
type Source string

// The sources of images.
const (
	// SourceManifest: a rendered object names the image.
	SourceManifest Source = "manifest"
	// SourceDisabled: rendered objects name it only in parts with "enabled: false".
	SourceDisabled Source = "disabled"
	// SourceValues: only the values of a release name it, so it may not be used.
	SourceValues Source = "values"
)

// Found is the kind of place in which an image stands.
type Found string

// The kinds of places.
const (
	FoundContainer  Found = "container"           // a container of any kind in a pod spec
	FoundVolume     Found = "volume"              // an image volume
	FoundEnv        Found = "environment"         // a container's environment variable
	FoundArg        Found = "argument"            // a container's argument
	FoundField      Found = "field"               // a field of a custom resource
	FoundParts      Found = "repository and name" // fields of a custom resource, or of values, that make a reference
	FoundText       Found = "text"                // a text in a ConfigMap, or YAML or JSON in it
	FoundAnnotation Found = "annotation"          // an annotation, such as Istio's proxyImage
)

// Image is one image that a bundle needs.
type Image struct {
	// Reference is the whole reference: "docker.io/library/nginx:1.29" for nginx:1.29.
	Reference string `json:"reference"`
	// Written are the forms in which it is written, sorted.
	Written []string `json:"written"`
	// Releases are the names of those that need it, sorted; "Kind namespace/name" is an object of
	// the bundle itself.
	Releases []string `json:"releases"`
	Source   Source   `json:"source"`
	// Found are the kinds of places in which it stands, sorted.
	Found []Found `json:"found"`
	// Pinned says that the reference has a digest, Untagged that it has neither that nor a tag,
	// which means :latest.
	Pinned   bool `json:"pinned"`
	Untagged bool `json:"untagged"`
	// TagUnknown says that Reference has no tag because the bundle does not tell it, and Note where it
	// comes from.
	TagUnknown bool   `json:"tagUnknown"`
	Note       string `json:"note,omitempty"`
	// ofNode says that Options.NodeOS completes the tag.
	ofNode bool
}

// Report is what List found.
type Report struct {
	// Images are sorted by Reference.
	Images []Image `json:"images"`
	// Charts are those that the bundle does not hold, sorted by repository, name and version.
	Charts []Chart `json:"charts,omitempty"`
	// Warnings are why the list may be incomplete.
	Warnings []string `json:"warnings,omitempty"`
}

// List returns the images that the bundle in fsys needs. Releases whose charts cannot be pulled or
// rendered are all in one error, each with its chart. A bundle that cannot be read, or that has no
// release, is ErrCodeInvalidRequest.
func List(ctx context.Context, fsys fs.FS, o Options) (Report, error) {
	r, err := rollout.Read(ctx, fsys, rollout.Options{Builder: o.Renderer})
	if err != nil {
		return Report{}, err
	}
	if err := readable(r); err != nil {
		return Report{}, err
	}
	if err := errors.Join(chart.CheckKubeVersion(o.KubeVersion), checkNodes(o.NodeOS)); err != nil { // before anything is pulled
		return Report{}, err
	}
	l := lister{rollout: r, charts: &charts{}, Options: o}
	results := make([]result, len(r.Releases))
	parallel.Limited(config.ChartPull{Jobs: o.Jobs}.Parallel(), len(results), func(i int) {
		if ctx.Err() == nil {
			results[i] = l.release(ctx, r.Releases[i])
		}
	})
	if ctx.Err() != nil {
		return Report{}, context.Cause(ctx)
	}
	report, err := gather(append(results, o.ownObjects(r)...))
	report.Charts = l.charts.sorted()
	return report, err
}

// ownObjects looks into the objects that the bundle brings without a chart. Values are looked at
// where they are merged, whether a HelmRelease holds them or a ConfigMap.
func (o Options) ownObjects(r *rollout.Rollout) []result {
	values := map[rollout.Ref]bool{}
	for _, release := range r.Releases {
		for _, from := range release.ValuesFrom {
			values[from.Ref] = true
		}
	}
	var results []result
	for _, object := range r.Objects {
		if values[object.Ref] || strings.HasSuffix(object.Group(), "fluxcd.io") {
			continue
		}
		own := result{name: object.String(), object: true}
		own.take(o, object.File, object.Content)
		results = append(results, own)
	}
	return results
}

// readable refuses a bundle of which a part would be missing from the list.
func readable(r *rollout.Rollout) error {
	var problems []error
	for i := range r.Broken {
		problems = append(problems, errors.Invalid("%s", r.Broken[i].Error()))
	}
	if len(problems) == 0 && len(r.Releases) == 0 {
		return errors.Invalid("it holds no HelmRelease; name the directory of a bundle, with its kustomization.yaml")
	}
	return errors.Join(problems...)
}
