package rollout

import (
	"fmt"

	"helm.sh/helm/v4/pkg/chart/v2/loader"

	"github.com/aicr-flux/aicr/pkg/values"
)

// Compose merges what helm-controller gives to Helm: each valuesFrom in order,
// over the one before it, and the inline values over all of them. What it cannot
// read, a Secret or an object that the bundle lacks, is left out and noted.
func (r *Rollout) Compose(release *Release) (composed map[string]any, problems []Problem) {
	composed = map[string]any{}
	for _, from := range release.ValuesFrom {
		more, err := r.valuesOf(from)
		if err != nil {
			problems = append(problems, Problem{from.Place, err.Error()})
			continue
		}
		composed = loader.MergeMaps(composed, more)
	}
	return loader.MergeMaps(composed, values.Clone(release.Values())), problems
}

func (r *Rollout) valuesOf(from ValuesFrom) (map[string]any, error) {
	if from.Kind != "ConfigMap" || from.TargetPath != "" {
		return nil, fmt.Errorf("the values of %s are not in the bundle as a whole", from.Ref)
	}
	configMap := r.Object(from.Ref)
	if configMap == nil {
		if from.Optional {
			return nil, nil
		}
		return nil, fmt.Errorf("the bundle does not hold %s", from.Ref)
	}
	text, ok := configMap.Get("data", from.Key).(string)
	if !ok {
		if from.Optional {
			return nil, nil
		}
		return nil, fmt.Errorf("%s has no key %q", from.Ref, from.Key)
	}
	more, err := values.Decode([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("%s: key %q: %w", from.Ref, from.Key, err)
	}
	return more, nil
}
