package rollout

import (
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// onlyMarks reports whether the patches of a kustomization do no more than to write annotations of
// this program into objects, as every bundle's does: no controller acts on those, so nothing has to
// be built to know what the bundle does.
func onlyMarks(k *Object) bool {
	for i := range asList(k.Get("patches")) {
		var patch map[string]any
		if err := yaml.Unmarshal([]byte(k.Text("patches", i, "patch")), &patch); err != nil || len(patch) == 0 {
			return false
		}
		metadata := asMap(patch["metadata"])
		foreign := func(key string) bool { return !strings.HasPrefix(key, "aicr.run/") }
		if !within(patch, "apiVersion", "kind", "metadata") || !within(metadata, "name", "annotations") || len(asMap(metadata["annotations"])) == 0 ||
			len(asMap(k.Get("patches", i, "options"))) > 0 || slices.ContainsFunc(slices.Collect(maps.Keys(asMap(metadata["annotations"]))), foreign) {
			return false
		}
	}
	return true
}

// within reports whether a map has no other keys.
func within(m map[string]any, keys ...string) bool {
	for key := range m {
		if !slices.Contains(keys, key) {
			return false
		}
	}
	return true
}
