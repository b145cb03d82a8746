package checks_test

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestValuesMissing(t *testing.T) {
	each(t, "values-missing",
		defect{
			name: "a ConfigMap", breakIt: edit(release, "name: gpu-operator-values", "name: gpu-values"),
			at: release + ":36", path: "spec.valuesFrom[0]", says: "ConfigMap flux-system/gpu-values",
		},
		defect{name: "a key", breakIt: edit(release, "name: gpu-operator-values", "name: gpu-operator-values\n    valuesKey: other.yaml"), at: release + ":36", says: `the key "other.yaml"`},
		defect{name: "text that is no YAML", breakIt: edit(configMap, "    gpu-operator:", "    gpu-operator: ]"), at: configMap + ":10", path: `data["values.yaml"]`, says: "cannot be read"},
		defect{name: "text that is no map", breakIt: edit(configMap, "    gpu-operator:\n      quota: 1\n      priority: system-node-critical", "    - a"), at: configMap + ":10", says: "cannot be read"},
		defect{
			name: "a value that --set takes apart", at: release + ":38", path: "spec.valuesFrom[1]", says: `cannot be put at hosts`,
			breakIt: all(
				edit(release, "name: gpu-operator-values", "name: gpu-operator-values\n  - {kind: ConfigMap, name: gpu-operator-values, valuesKey: hosts, targetPath: hosts}"),
				edit(configMap, "\ndata:", "\ndata:\n  hosts: a.example.com,b.example.com"),
			),
		},
		defect{
			name: "a values file", at: pre + ":31", path: "spec.chart.spec.valuesFiles[0]", says: `the values file "bundle/gone.yaml"`,
			breakIt: edit(pre, "interval: 10m", "interval: 10m\n      valuesFiles: [bundle/gone.yaml]"),
		},
		defect{
			name: "a Secret's key", at: release + ":38", path: "spec.valuesFrom[1]", says: "Secret flux-system/registry",
			breakIt: all(
				edit(release, "name: gpu-operator-values", "name: gpu-operator-values\n  - kind: Secret\n    name: registry"),
				edit(listing, "resources:", "resources:\n- secret.yaml"),
				add("secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: registry, namespace: flux-system, labels: {reconcile.fluxcd.io/watch: Enabled}}\nstringData: {other: \"<set it>\"}\n"),
			),
		},
	)
}

func TestValuesOutsideTheBundle(t *testing.T) {
	for name, text := range map[string]string{
		"a Secret":           "  - kind: Secret\n    name: registry",
		"optional":           "  - kind: ConfigMap\n    name: more\n    optional: true",
		"external":           "  - kind: ConfigMap\n    name: cluster",
		"an optional key":    "  - kind: ConfigMap\n    name: gpu-operator-values\n    valuesKey: more\n    optional: true",
		"one value":          "  - kind: ConfigMap\n    name: cluster\n    valuesKey: region\n    targetPath: region",
		"a value of several": "  - kind: ConfigMap\n    name: gpu-operator-values\n    targetPath: all",
	} {
		t.Run(name, func(t *testing.T) {
			bundle := load(t, "git")
			edit(release, "name: gpu-operator-values", "name: gpu-operator-values\n"+text)(t, bundle)
			report := passes(t, bundle, verify.Options{External: []string{"ConfigMap flux-system/cluster"}})
			if seen := !strings.Contains(strings.Join(report.NotSeen, "\n"), "Secret flux-system/registry"); seen == (name == "a Secret") {
				t.Errorf("the notes are %q", report.NotSeen)
			}
		})
	}
}
