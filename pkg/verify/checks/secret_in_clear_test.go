package checks_test

import (
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
