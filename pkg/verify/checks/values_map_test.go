package checks_test

import (
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestValuesMap(t *testing.T) {
	const inline = "  values:\n    gpu-operator:\n      quota: 4\n"
	each(t, "values-map",
		defect{name: "text", breakIt: edit(pre, inline, "  values: |\n    gpu-operator:\n      quota: 4\n"), at: pre + ":38", path: "spec.values", says: "not a map"},
		defect{name: "a list", breakIt: edit(pre, inline, "  values:\n  - gpu-operator: {quota: 4}\n"), at: pre + ":38", path: "spec.values", says: "ignores all"},
		defect{name: "nothing", breakIt: edit(pre, inline, "  values: \"\"\n"), at: pre + ":38", says: "not a map"},
	)
}

func TestNoValuesAreFine(t *testing.T) {
	bundle := load(t, "git")
	edit(release, "  valuesFrom:", "  values:\n  valuesFrom:")(t, bundle)
	passes(t, bundle, verify.Options{})
}
