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
				image := images[f.reference]
				if image == nil {
					image = &Image{Reference: f.reference, Source: source, Pinned: f.pinned}
					images[f.reference] = image
				}
				if image.Source == source {
					image.Untagged = image.Untagged || f.untagged
					image.Written = insert(image.Written, f.written)
					image.Releases = insert(image.Releases, r.name)
					image.Found = insert(image.Found, f.how)
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
	return slices.DeleteFunc(slices.Clone(r.manifest), func(f found) bool { return f.off != (source == SourceDisabled) })
}

// insert puts a text into a sorted list, once.
func insert[T ~string](list []T, text T) []T {
	at, there := slices.BinarySearch(list, text)
	if there {
		return list
	}
	return slices.Insert(list, at, text)
}
