package images

import (
	"maps"
	"slices"
)

// inValues returns the images for which the values of a release have repository, image and version
// side by side, as values that end up in an operator's custom resource do. What the release leaves
// out is taken from the chart's own values; where it sets nothing of the three, the chart alone
// decides, and what that needs is in its manifests.
func inValues(values, defaults map[string]any) []found {
	f := finder{}
	var walk func(own, chart any)
	walk = func(own, chart any) {
		switch own := own.(type) {
		case []any:
			for _, item := range own { // Helm replaces lists
				walk(item, nil)
			}
		case map[string]any:
			below, _ := chart.(map[string]any)
			if names(own) {
				whole := map[string]any{}
				maps.Copy(whole, below)
				maps.Copy(whole, own)
				if p := group(scalars(whole))[""]; p != nil && p.repository != "" && p.name != "" && p.tag+p.digest != "" {
					f.add(p.reference(), FoundParts)
				}
			}
			for _, key := range slices.Sorted(maps.Keys(own)) {
				walk(own[key], below[key])
			}
		}
	}
	walk(values, defaults)
	return f.all
}

// names tells whether values set a part of a reference.
func names(m map[string]any) bool {
	return slices.ContainsFunc([]string{"repository", "image", "version", "tag", "digest"}, func(key string) bool { return scalar(m, key) != "" })
}
