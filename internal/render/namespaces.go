package render

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/values"
)

// Namespaces renders a local chart as a release with its values, and returns the Namespaces that it
// gives. Values alone decide whether there is one, so templates would not tell. A chart that cannot
// be rendered gives none here; what is wrong with it, verify says.
func Namespaces(ctx context.Context, r Renderer, local *localformat.Chart, release, namespace string, vals map[string]any) ([]localformat.Namespace, error) {
	text, err := json.Marshal(vals)
	if err != nil {
		return nil, err
	}
	chartYAML, err := local.ChartYAML()
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"Chart.yaml": chartYAML}
	for _, f := range local.Files {
		files[f.Path] = f.Data
	}
	result, err := r.Chart(ctx, ChartJob{
		Package:  chart.Package{Files: files},
		Installs: []chart.Install{{Release: release, Namespace: namespace, Values: text, AnyKubeVersion: true}},
	})
	if err != nil {
		return nil, err
	}
	var found []localformat.Namespace
	for _, installed := range result.Installs {
		for _, m := range installed.Manifests {
			object := m.Object()
			if object["kind"] != "Namespace" || object["apiVersion"] != "v1" {
				continue
			}
			name, _ := values.Get(object, []string{"metadata", "name"})
			policy, _ := values.Get(object, []string{"metadata", "annotations", "helm.sh/resource-policy"})
			ns := localformat.Namespace{Keep: policy == "keep"}
			ns.Name, _ = name.(string)
			if ns.Name != "" && !slices.Contains(found, ns) {
				found = append(found, ns)
			}
		}
	}
	return found, nil
}
