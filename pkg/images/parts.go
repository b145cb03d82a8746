package images

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// parts takes a map whose fields make a reference together, in the forms that operators read:
//
//	repository: nvcr.io/nvidia    repository: quay.io/org/agent
//	image: driver                 tag: v1.2.3
//	version: 580.82.07            registry: quay.io (before the repository)
func (f *finder) parts(m map[string]any) {
	if reference, ok := joined(m); ok {
		f.add(reference, FoundParts)
		return
	}
	repository, tag := text(m, "repository"), scalar(m, "tag")
	if repository == "" || tag == "" && digest(m) == "" || text(m, "image") != "" {
		return
	}
	f.add(join(strings.TrimPrefix(text(m, "registry")+"/", "/")+repository, tag, digest(m)), FoundParts)
}

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
				if reference, ok := joined(whole); ok {
					f.add(reference, FoundParts)
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

// joined makes a reference of repository, image and version (or tag), or digest.
func joined(m map[string]any) (string, bool) {
	repository, image := text(m, "repository"), text(m, "image")
	if repository == "" || image == "" || version(m)+digest(m) == "" {
		return "", false
	}
	return join(strings.TrimSuffix(repository, "/")+"/"+image, version(m), digest(m)), true
}

// version returns what stands beside an image as its tag.
func version(m map[string]any) string {
	return cmp.Or(scalar(m, "version"), scalar(m, "tag"), scalar(m, "imageTag"))
}

// digest returns what stands beside an image as its digest; containerSHA is that of a Skyhook.
func digest(m map[string]any) string {
	for _, key := range []string{"digest", "containerSHA"} {
		if d := text(m, key); strings.HasPrefix(d, "sha256:") {
			return d
		}
	}
	return ""
}

// join joins what is there. A version may be a digest, as for NVIDIA's operators.
func join(repository, version, digest string) string {
	if strings.HasPrefix(version, "sha256:") {
		version, digest = "", version
	}
	if version != "" {
		repository += ":" + version
	}
	if digest != "" {
		repository += "@" + digest
	}
	return repository
}

func text(m map[string]any, key string) string {
	s, _ := m[key].(string)
	return s
}

// scalar is text that may be written as a number: version: 580.
func scalar(m map[string]any, key string) string {
	switch v := m[key].(type) {
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}
