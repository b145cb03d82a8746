package cluster

import (
	"context"
	"fmt"
	"net/http"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// Reconciles returns how often a controller of Flux has looked at each object of a namespace, by
// the objects' names.
func (c *Cluster) Reconciles(ctx context.Context, part, namespace string) (map[string]int, error) {
	url, ok := c.metrics[part]
	if !ok {
		return nil, fmt.Errorf("%s does not run", part)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(response.Body)
	if err != nil {
		return nil, err
	}
	counts := map[string]int{}
	for _, metric := range families["gotk_reconcile_duration_seconds"].GetMetric() {
		labels := map[string]string{}
		for _, label := range metric.GetLabel() {
			labels[label.GetName()] = label.GetValue()
		}
		if labels["namespace"] == namespace {
			counts[labels["name"]] += int(metric.GetHistogram().GetSampleCount())
		}
	}
	return counts, nil
}
