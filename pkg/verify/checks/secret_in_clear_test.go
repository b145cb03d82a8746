package checks_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestSecretInClear(t *testing.T) {
	const secret = "gpu-operator-pre/templates/secret.yaml"
	literal := "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\nstringData:\n  key: hunter2\n"
	each(t, "secret-in-clear",
		defect{
			name: "values", warning: true, breakIt: edit(certManager, "    crds:\n", "    db:\n      adminPassword: hunter2\n    crds:\n"),
			at: certManager + ":35", path: "spec.values.db.adminPassword", says: "looks like a secret",
		},
		defect{
			name: "a list", warning: true, breakIt: edit(certManager, "    crds:\n", "    env:\n    - {name: A, value: b}\n    - {name: DB_PASSWORD, value: hunter2}\n    crds:\n"),
			at: certManager + ":36", path: "spec.values.env[1].value", says: "looks like a secret",
		},
		defect{
			name: "dynamic values", warning: true, breakIt: edit(configMap, "      quota: 1\n", "      quota: 1\n      api-key: hunter2\n"),
			at: configMap + ":13", path: `data["values.yaml"]`, says: `"gpu-operator.api-key" looks like a secret`,
		},
		defect{
			name: "template", warning: true, breakIt: add(secret, literal),
			at: secret + ":2", says: "HelmRelease flux-system/gpu-operator-pre holds the content",
		},
		defect{
			name: "template with base64", mode: "oci", warning: true,
			breakIt: add(secret, "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\ndata:\n  key: {{ \"hunter2\" | b64enc }}\n"),
			at:      secret + ":2", says: "holds the content",
		},
		defect{
			name: "object", warning: true,
			breakIt: all(add("secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n  namespace: flux-system\nstringData:\n  key: hunter2\n"),
				edit(listing, "resources:\n", "resources:\n- secret.yaml\n")),
			at: "secret.yaml:6", path: "stringData", says: "not encrypted",
		},
	)
}

// TestHazard18_TheRemedyOfASecretInClearCanBeTyped: for a bundle of this program with the component
// and the path of its values.
func TestHazard18_TheRemedyOfASecretInClearCanBeTyped(t *testing.T) {
	own := edit(listing, "resources:\n", "metadata: {annotations: {aicr.run/mode: git}}\nresources:\n")
	for name, c := range map[string]struct {
		breakIt func(*testing.T, fstest.MapFS)
		says    string
	}{
		"a chart":         {all(own, edit(certManager, "    crds:\n", "    cert-manager: {password: hunter2}\n    crds:\n")), "with `SecretValues` cert-manager:cert-manager.password=SECRET/KEY"},
		"a dot":           {all(own, edit(certManager, "    crds:\n", "    a.password: hunter2\n    crds:\n")), "`SecretValues` 'cert-manager:a\\.password'=SECRET/KEY"},
		"manifests":       {all(own, edit(pre, "      quota: 4\n", "      quota: 4\n      password: hunter2\n")), "`SecretValues` gpu-operator:password=SECRET/KEY"},
		"a chart inside":  {all(own, withUpstream(upstream(), "driver: {password: hunter2}")), "`SecretValues` gpu-operator:driver.password=SECRET/KEY"},
		"another program": {edit(certManager, "    crds:\n", "    a: {password: hunter2}\n    crds:\n"), "valuesFrom with kind: Secret and targetPath: a.password"},
		"in a list":       {all(own, edit(certManager, "    crds:\n", "    env:\n    - {name: DB_PASSWORD, value: hunter2}\n    crds:\n")), "Let the chart read a Secret"},
	} {
		t.Run(name, func(t *testing.T) {
			bundle := load(t, "git")
			c.breakIt(t, bundle)
			for _, f := range verifyAll(t, bundle, verify.Options{}).Findings {
				if f.Check == "secret-in-clear" {
					if !strings.Contains(f.Remedy, c.says) {
						t.Errorf("the remedy is %q, want %q", f.Remedy, c.says)
					}
					return
				}
			}
			t.Error("not found")
		})
	}
}

// TestHazard18_AValueOfASecretVerifies also where the chart demands it.
func TestHazard18_AValueOfASecretVerifies(t *testing.T) {
	bundle := load(t, "git")
	all(
		edit(pre, "  valuesFrom:\n", "  valuesFrom:\n  - {kind: Secret, name: login, valuesKey: password, targetPath: gpu-operator.password}\n"),
		add("gpu-operator-pre/templates/secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\nstringData:\n  key: {{ required \"a password\" (index .Values \"gpu-operator\").password }}\n"),
	)(t, bundle)
	report := passes(t, bundle, verify.Options{})
	if !slices.Contains(report.Needs.Objects, "Secret flux-system/login") || strings.Contains(strings.Join(report.NotSeen, "\n"), "does not render") {
		t.Errorf("needs %q, not seen %q", report.Needs.Objects, report.NotSeen)
	}
}

func TestSecretsThatAreNone(t *testing.T) {
	for name, breakIt := range map[string]func(*testing.T, fstest.MapFS){
		"reference": edit(certManager, "    crds:\n", "    password: $(PASSWORD)\n    tokenSecretRef: x\n    apiKey: \"\"\n    crds:\n"),
		"random":    add("gpu-operator-pre/templates/secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\nstringData:\n  key: {{ randAlphaNum 20 }}\n"),
		"encrypted": all(
			add("secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n  namespace: flux-system\nstringData:\n  key: ENC[AES256_GCM,data:x]\n"),
			edit(listing, "resources:\n", "resources:\n- secret.yaml\n")),
	} {
		t.Run(name, func(t *testing.T) {
			bundle := load(t, "git")
			breakIt(t, bundle)
			passes(t, bundle, verify.Options{})
		})
	}
}
