package checks_test

import "testing"

func TestYAMLSyntax(t *testing.T) {
	each(t, "yaml-syntax",
		defect{name: "not YAML", breakIt: edit(release, "spec:", "spec: ["), at: release, says: "check the syntax"},
		defect{name: "a key twice", breakIt: edit(release, "  timeout: 15m", "  timeout: 15m\n  timeout: 16m"), at: release + ":10", says: `"timeout" appears twice`},
		defect{name: "no kind", breakIt: edit(release, "kind: HelmRelease", "# kind"), at: release + ":2", says: "no kind"},
		defect{name: "no name", breakIt: edit(configMap, "  name: gpu-operator-values\n", ""), at: configMap + ":4", says: "no metadata.name"},
		defect{name: "a list", breakIt: add(configMap, "- a\n- b\n"), at: configMap + ":1", says: "not an object"},
		defect{name: "an anchor in itself", breakIt: edit(release, "dependsOn:", "x: &a [*a]\n  dependsOn:"), at: release, says: "contains itself"},
	)
}
