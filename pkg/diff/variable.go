package diff

import (
	"regexp"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

const substitute = "kustomize.toolkit.fluxcd.io/substitute"

// variable is a variable without a default: a cluster must have it.
var variable = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// variables are those that kustomize-controller fills into an object, where a cluster substitutes
// any.
func variables(o *rollout.Object) []string {
	if textAt(o.Content, "metadata", "annotations", substitute) == "disabled" || textAt(o.Content, "metadata", "labels", substitute) == "disabled" {
		return nil
	}
	var all []string
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, item := range v {
				walk(item)
			}
		case []any:
			for _, item := range v {
				walk(item)
			}
		case string:
			for _, found := range variable.FindAllStringSubmatch(v, -1) {
				all = append(all, "variable "+found[1])
			}
		}
	}
	walk(o.Content)
	return all
}
