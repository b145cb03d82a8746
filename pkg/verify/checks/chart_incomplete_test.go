package checks_test

import "testing"

func TestChartIncomplete(t *testing.T) {
	const templatesRule = "    - from: \"@bundle/gpu-operator-pre/templates/**\"\n      to: \"@artifact/gpu-operator-pre/templates/\"\n"
	const ignore = "gpu-operator-pre/.helmignore"
	each(t, "chart-incomplete",
		defect{
			name: "templates are not copied", mode: "oci", at: generator + ":14", path: "spec.artifacts[0].copy",
			breakIt: edit(generator, templatesRule, ""), says: "has nothing of gpu-operator-pre/templates, which holds 1 file",
		},
		defect{
			name: "templates are copied elsewhere", mode: "oci", at: generator + ":14", path: "spec.artifacts[0].copy",
			breakIt: edit(generator, "/templates/\"", "/template/\""), says: "has nothing of gpu-operator-pre/templates",
		},
		defect{name: "templates are ignored", breakIt: add(ignore, "helmrelease.yaml\ntemplates/\n"), at: ignore, says: "has nothing of gpu-operator-pre/templates"},
		defect{
			name: "one template is ignored", warning: true, at: ignore, says: "1 file less than gpu-operator-pre/templates, such as gpu-operator-pre/templates/more.yaml",
			breakIt: all(add("gpu-operator-pre/templates/more.yaml", "# nothing\n"), add(ignore, "helmrelease.yaml\nmore.yaml\n")),
		},
	)
}
