package images

import (
	"fmt"
	"maps"
	"slices"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// result is what one release brings, or one object of the bundle itself.
type result struct {
	name string
	// object says that the name is that of an object of the bundle.
	object           bool
	manifest, values []found
	warnings         []string
	err              error
}

// gather makes the report of all results. Each image is reported with its surest source: what a
// manifest of any release names is not reported as found in values.
func gather(results []result) (Report, error) {
	var problems []error
	var report Report
	images := map[string]*Image{}
	for _, r := range results {
		problems = append(problems, errors.In(r.err, "release %q", r.name))
		for _, text := range r.warnings {
			label := fmt.Sprintf("release %q", r.name)
			if r.object {
				label = r.name
			}
			report.Warnings = append(report.Warnings, label+": "+text)
		}
	}
	if err := errors.Join(problems...); err != nil {
		return Report{}, err
	}
	for _, source := range []Source{SourceManifest, SourceDisabled, SourceValues} {
		for _, r := range results {
			for _, f := range r.of(source) {
				if known := images[f.reference]; known == nil || known.Source == source {
					put(images, r.name, f, source)
				}
			}
		}
	}
	report.Images = []Image{}
	for _, reference := range slices.Sorted(maps.Keys(images)) {
		report.Images = append(report.Images, *images[reference])
	}
	return report, nil
}

// of returns what the result has of a source.
func (r result) of(source Source) []found {
	if source == SourceValues {
		return r.values
	}
	var some []found
	for _, f := range r.manifest {
		if f.off == (source == SourceDisabled) {
			some = append(some, f)
		}
	}
	return some
}

func put(images map[string]*Image, release string, f found, source Source) {
	image := images[f.reference]
	if image == nil {
		image = &Image{Reference: f.reference, Source: source, Pinned: f.pinned, Untagged: f.untagged}
		images[f.reference] = image
	}
	image.Untagged = image.Untagged || f.untagged
	image.Written = insert(image.Written, f.written)
	image.Releases = insert(image.Releases, release)
	image.Found = insert(image.Found, f.how)
}

// insert puts a text into a sorted list, once.
func insert[T ~string](list []T, text T) []T {
	at, there := slices.BinarySearch(list, text)
	if there {
		return list
	}
	return slices.Insert(list, at, text)
}
