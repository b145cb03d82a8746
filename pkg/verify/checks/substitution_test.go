package checks_test

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

// TestVariablesAreNotJudged takes the value of a variable as right: what it will be is known in the
// cluster only.
func TestVariablesAreNotJudged(t *testing.T) {
	bundle := load(t, "git")
	all(
		edit(release, "interval: 30m", "interval: ${interval:=30m}"),
		edit(release, "- name: gpu-operator-pre", "- name: ${prefix}-pre"),
		add("own.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: 'a-${env}', namespace: '${ns}', labels: {a: '${b}'}}\nspec:\n  replicas: ${replicas:=2}\n  selector: {matchLabels: {app: '${app}'}}\n  template:\n    metadata: {labels: {app: '${label}'}}\n    spec:\n      containers:\n      - {name: '${name}', image: '${image}', ports: [{containerPort: '${port}'}], resources: {requests: {cpu: '${cpu:=2}'}, limits: {cpu: 1}}, volumeMounts: [{name: a, mountPath: /a}]}\n      volumes: [{name: '${volume}'}]\n"),
		edit(listing, "resources:\n", "resources:\n- own.yaml\n"),
	)(t, bundle)
	for _, f := range verifyAll(t, bundle, verify.Options{}).Findings {
		if f.Severity == verify.SeverityError {
			t.Errorf("%s %s: %s", f.Check, f.Place, f.Message)
		}
	}
}

func TestSubstitution(t *testing.T) {
	value := func(name, text, says string) defect {
		return defect{
			name: name, warning: true, breakIt: edit(certManager, "    crds:\n", "    env: \""+text+"\"\n    crds:\n"),
			at: certManager + ":34", path: "spec.values.env", says: says,
		}
	}
	each(t, "substitution",
		value("a variable", "on ${NODE_NAME:=node}", `"${NODE_NAME…" is rewritten`),
		value("a field", "${a.b}", `"${a.b…"`),
		value("an expression", "${{ x }}", `"${…"`),
		value("two dollars", "a$$b", `"$$"`),
		defect{
			name: "in a text of values", warning: true, breakIt: edit(configMap, "quota: 1", "quota: 1 # ${x}"),
			at: configMap + ":10", path: `data["values.yaml"]`, says: `"${x…"`,
		},
		defect{
			name: "a key", warning: true, breakIt: edit(certManager, "    crds:\n", "    \"${x}\": 1\n    crds:\n"),
			at: certManager + ":34", says: `"${x…"`,
		},
	)
}

func TestSubstitutionIsOff(t *testing.T) {
	for _, kind := range []string{"annotations", "labels"} {
		bundle := load(t, "git")
		edit(certManager, "    crds:\n", "    env: \"${x} $$\"\n    crds:\n")(t, bundle)
		edit(certManager, "metadata:\n", "metadata:\n  "+kind+":\n    kustomize.toolkit.fluxcd.io/substitute: disabled\n")(t, bundle)
		passes(t, bundle, verify.Options{})
	}
}

// What a default of a variable says may be secret.
func TestSubstitutionTellsNoSecret(t *testing.T) {
	bundle := load(t, "git")
	edit(certManager, "    crds:\n", "    env: \"${TOKEN:=hunter2}\"\n    crds:\n")(t, bundle)
	if text := list(verifyAll(t, bundle, verify.Options{})); strings.Contains(text, "hunter2") {
		t.Error(text)
	}
}
