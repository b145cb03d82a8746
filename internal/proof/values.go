package proof

import (
	"fmt"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"sigs.k8s.io/yaml"
)

// values composes what helm-controller would give to Helm: each valuesFrom in order, each over the one before it, and
// the inline values over all of them.
func (s *scene) values(release *helmv2.HelmRelease) (map[string]any, error) {
	values := map[string]any{}
	for _, from := range release.Spec.ValuesFrom {
		if from.Kind != "ConfigMap" || from.TargetPath != "" {
			return nil, fmt.Errorf("valuesFrom %s %q: only a whole ConfigMap can be judged here", from.Kind, from.Name)
		}
		text, ok := "", false
		if configMap := s.configMaps[release.Namespace+"/"+from.Name]; configMap != nil {
			text, ok = configMap.Data[from.GetValuesKey()]
		}
		if !ok {
			if from.Optional {
				continue
			}
			return nil, fmt.Errorf("valuesFrom ConfigMap %q: there is no key %q", from.Name, from.GetValuesKey())
		}
		var more map[string]any
		if err := yaml.UnmarshalStrict([]byte(text), &more); err != nil {
			return nil, fmt.Errorf("valuesFrom ConfigMap %q: key %q: %w", from.Name, from.GetValuesKey(), err)
		}
		values = loader.MergeMaps(values, more)
	}
	return loader.MergeMaps(values, release.GetValues()), nil
}
