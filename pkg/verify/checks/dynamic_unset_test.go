package checks_test

import (
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestDynamicUnset(t *testing.T) {
	const text = "    # gpu-operator.driver.version is not set, so the chart's default holds. To set it, merge this in:\n" +
		"    #   gpu-operator:\n    #     driver:\n    #       version: VALUE\n"
	unset := edit(configMap, "      priority: system-node-critical\n", "      priority: system-node-critical\n"+text)
	each(t, "dynamic-unset",
		defect{name: "hint", info: true, breakIt: unset, at: configMap + ":14", path: `data["values.yaml"]`, says: "gpu-operator.driver.version is not set"},
		defect{
			name: "example taken as it is", warning: true, breakIt: edit(configMap, "      quota: 1\n", "      quota: 1\n      driver:\n        version: VALUE\n"),
			at: configMap + ":14", says: `gpu-operator.driver.version still has the text "VALUE"`,
		},
		defect{
			name: "empty", info: true, breakIt: edit(configMap, "      quota: 1\n", "      quota: 1\n      driver:\n        version: \"\"\n"),
			at: configMap + ":14", says: "gpu-operator.driver.version is empty",
		},
		defect{
			name: "several are empty", info: true, breakIt: edit(configMap, "      quota: 1\n", "      quota: 1\n      a: \"\"\n      b: \"\"\n"),
			at: configMap + ":13", says: "gpu-operator.a and 1 more value are empty",
		},
	)
	t.Run("set under its hint", func(t *testing.T) {
		bundle := load(t, "git")
		all(unset, edit(configMap, "      quota: 1\n", "      quota: 1\n      driver: {version: 570.10.1}\n"))(t, bundle)
		passes(t, bundle, verify.Options{})
	})
}
