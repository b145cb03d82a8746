package diff

import "github.com/aicr-flux/aicr/pkg/rollout"

// variables are those that a cluster must give for an object, where its Kustomization substitutes any.
func variables(o *rollout.Object) []string {
	var all []string
	for _, v := range o.Variables() {
		if v.Required {
			all = append(all, "variable "+v.Name)
		}
	}
	return all
}
