package images

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

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
	images := map[[2]string]*Image{}
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
				key := [2]string{f.reference, f.note}
				image := images[key]
				if image == nil {
					image = &Image{Reference: f.reference, Source: source, Pinned: f.pinned, TagUnknown: f.note != "", Note: f.note, ofNode: f.ofNode}
					images[key] = image
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
	for _, image := range images {
		if !told(images, image) {
			report.Images = append(report.Images, *image)
		}
	}
	slices.SortFunc(report.Images, func(a, b Image) int {
		return cmp.Or(strings.Compare(a.Reference, b.Reference), strings.Compare(a.Note, b.Note))
	})
	return report, nil
}

// told tells whether an image that is not sure is told better by another one: values by what a
// manifest makes of them, and a name without a tag, the default of an operator, by the same name
// with one.
func told(images map[[2]string]*Image, image *Image) bool {
	for _, other := range images {
		switch {
		case other == image || other.Source != SourceManifest && other.Source != SourceDisabled:
		case image.Source == SourceValues && other.TagUnknown && slices.ContainsFunc(image.Written, func(w string) bool { return slices.Contains(other.Written, w) }):
			return true
		case image.Note == completed && !other.TagUnknown && other.Source == SourceManifest &&
			(strings.HasPrefix(other.Reference, image.Reference+":") || strings.HasPrefix(other.Reference, image.Reference+"@")):
			return true
		}
	}
	return false
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
