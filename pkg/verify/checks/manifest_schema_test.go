package checks_test

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestManifestSchema(t *testing.T) {
	each(t, "manifest-schema",
		defect{name: "an unknown field", breakIt: edit(template, "  hard:", "  hart: {}\n  hard:"), at: template + ":3", path: "spec.hart", says: "HelmRelease flux-system/gpu-operator-pre renders a ResourceQuota that the API server refuses: there is no such field"},
		defect{name: "a number where text is needed", mode: "oci", breakIt: edit(template, "[{{ $values.priority | quote }}]", "[{{ $values.quota }}]"), at: template + ":3", path: "spec.scopeSelector.matchExpressions[0].values[0]", says: "must be of type string, not integer"},
		defect{name: "a label", breakIt: edit(template, "  labels:\n", "  labels:\n    a: 'b c'\n"), at: template + ":3", path: "metadata.labels.a", says: "the value is not valid"},
		defect{name: "a rule that no schema can say", also: []string{"plain-job"}, breakIt: add("gpu-operator-pre/templates/job.yaml", "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: a, image: a}]}}}\n"), at: "gpu-operator-pre/templates/job.yaml:2", path: "spec.template.spec.restartPolicy", says: "OnFailure or Never"},
		defect{name: "a Flux kind", breakIt: add("gpu-operator-pre/templates/source.yaml", "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: a, namespace: b}\nspec: {urls: a, url: https://a}\n"), at: "gpu-operator-pre/templates/source.yaml:2", path: "spec.urls", says: "renders a HelmRepository"},
	)
}

func TestManifestSchemaNotesWhatItHasNot(t *testing.T) {
	bundle := load(t, "git")
	add("gpu-operator-pre/templates/thing.yaml", "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\nspec: 1\n")(t, bundle)
	if report := passes(t, bundle, verify.Options{}); !strings.Contains(list(report), "manifest-schema: there is no schema here for what charts render of example.com/v1 Thing") {
		t.Errorf("the Thing is not noted:\n%s", list(report))
	}
}
