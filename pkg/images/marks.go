package images

import (
	"maps"
	"slices"
	"strings"
)

// marks takes annotations in metadata that name an image, such as sidecar.istio.io/proxyImage, and
// takes note of labels and annotations that make a webhook add containers.
func (f *finder) marks(metadata any) {
	m := map[string]any{}
	for _, field := range []string{"labels", "annotations"} {
		held, _ := at(metadata, field).(map[string]any)
		maps.Copy(m, held)
	}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		all := words(key[strings.LastIndex(key, "/")+1:])
		if value := text(m, key); len(all) > 0 && all[len(all)-1] == "image" && strings.Contains(value, "/") && looksLikeOne(value) {
			f.add(value, FoundAnnotation)
		}
		for _, injector := range injectors() {
			prefix, many := strings.CutSuffix(injector.mark, "*")
			if value := scalarText(m[key]); (key == prefix || many && strings.HasPrefix(key, prefix)) && value != injector.no && !looksLikeOne(text(m, injector.image)) {
				f.notes = append(f.notes, injector.who+" adds a container to pods, whose image stands in its own configuration ("+key+": "+value+")")
			}
		}
	}
}

func scalarText(v any) string {
	switch v {
	case true:
		return "true"
	case false:
		return "false"
	}
	s, _ := scalarOf(v)
	return s
}
