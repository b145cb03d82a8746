package checks_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestValuesSchema(t *testing.T) {
	each(t, "values-schema",
		defect{
			name: "of a chart inside", breakIt: withUpstream(upstream(), `driver: {enabled: "yes"}`),
			at: release + ":35", path: "spec.values", says: "at '/driver/enabled': got string, want boolean",
		},
		defect{
			name: "of the chart itself", at: pre + ":38", says: "at '/gpu-operator/quota': got number, want string",
			breakIt: add("gpu-operator-pre/values.schema.json", `{"properties": {"gpu-operator": {"properties": {"quota": {"type": "string"}}}}}`),
		},
	)
}

func TestValuesOfSecretsAreNotJudged(t *testing.T) {
	for name, breakIt := range map[string]func(*testing.T, fstest.MapFS){
		"a schema":   add("gpu-operator-pre/values.schema.json", `{"required": ["token"]}`),
		"a template": edit(template, "kind: ResourceQuota", `kind: {{ required "no token" .Values.token }}`),
	} {
		t.Run(name, func(t *testing.T) {
			bundle := load(t, "git")
			breakIt(t, bundle)
			edit(pre, "  - kind: ConfigMap", "  - kind: Secret\n    name: token\n  - kind: ConfigMap")(t, bundle)
			report := passes(t, bundle, verify.Options{})
			if !strings.Contains(strings.Join(report.NotSeen, "\n"), "does not render, but not all of its values are in the bundle") {
				t.Errorf("want a note, got %q", report.NotSeen)
			}
		})
	}
}
