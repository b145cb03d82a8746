package rollout

import (
	"path"
	"slices"
	"strings"
)

// bases are the fields whose entries, where they are no paths, name repositories.
var bases = []string{"bases", "components", "generators", "transformers", "validators"}

// absent finds entries that are no paths of the bundle: kustomize would take
// them for repositories to clone.
func (l *lister) absent(dir string, k *Object, field string) []Place {
	var found []Place
	for i, entry := range asList(k.Get(field)) {
		text, _ := entry.(string)
		target := path.Join(dir, text)
		if strings.Contains(text, "\n") || l.tree.IsFile(target) || l.tree.IsDir(target) {
			continue
		}
		at := k.Place(field, i)
		found = append(found, Place{File: k.File, Line: at.Line, Path: at.Path})
	}
	return found
}

// remote finds URLs in a value: kustomize would fetch them.
func remote(file string, k *Object, v any, at ...any) []Place {
	var found []Place
	switch v := v.(type) {
	case string:
		if strings.Contains(v, "://") {
			where := k.Place(at...)
			found = append(found, Place{File: file, Line: where.Line, Path: where.Path})
		}
	case map[string]any:
		for key, item := range v {
			found = append(found, remote(file, k, item, append(slices.Clone(at), key)...)...)
		}
	case []any:
		for i, item := range v {
			found = append(found, remote(file, k, item, append(slices.Clone(at), i)...)...)
		}
	}
	return found
}
