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

// gather makes the report of all results. What a manifest of any release names is not reported as found in values.
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
		for _, f := range r.manifest {
			put(images, r.name, f, SourceManifest)
		}
	}
	if err := errors.Join(problems...); err != nil {
		return Report{}, err
	}
	for _, r := range results {
		for _, f := range r.values {
			if known := images[f.reference]; known == nil || known.Source == SourceValues {
				put(images, r.name, f, SourceValues)
			}
		}
	}
	report.Images = []Image{}
	for _, reference := range slices.Sorted(maps.Keys(images)) {
		report.Images = append(report.Images, *images[reference])
	}
	return report, nil
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
