package checks_test

import (
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

const podTemplate = "gpu-operator-pre/templates/pod.yaml"

func deployment(container string) string {
	return "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d\nspec:\n  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n" +
		"    spec:\n      containers:\n      - name: main\n        image: busybox:1.36\n" + container
}

func TestDuplicateListKey(t *testing.T) {
	const (
		env   = "        env:\n        - {name: A, value: b}\n        - {name: B, value: c}\n        - {name: A, value: d}\n"
		ports = "        ports:\n        - {containerPort: 80}\n        - {containerPort: 80, protocol: TCP}\n"
	)
	each(t, "duplicate-list-key",
		defect{
			name: "env", breakIt: add(podTemplate, deployment(env)),
			at: podTemplate + ":2", path: "spec.template.spec.containers[0].env[2]", says: "second entry with name A, and server-side apply",
		},
		defect{
			name: "env of Flux 2.7", mode: "oci", warning: true, options: verify.Options{FluxVersion: "2.7"}, breakIt: add(podTemplate, deployment(env)),
			at: podTemplate + ":2", says: "second entry with name A",
		},
		defect{
			name: "ports", mode: "oci", breakIt: add(podTemplate, deployment(ports)),
			at: podTemplate + ":2", path: "spec.template.spec.containers[0].ports[1]", says: "containerPort 80, protocol TCP",
		},
		defect{
			name: "containers", also: []string{"manifest-schema"}, breakIt: add(podTemplate, deployment("      - name: main\n        image: busybox:1.36\n")),
			at: podTemplate + ":2", path: "spec.template.spec.containers[1]", says: "name main",
		},
		defect{
			name: "a list outside of pods",
			breakIt: all(
				add("account.yaml", "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, namespace: flux-system}\nsecrets: [{name: a}, {name: b}, {name: a}]\n"),
				edit(listing, "- sources/", "- account.yaml\n- sources/")),
			at: "account.yaml:4", path: "secrets[2]", says: "second entry with name a",
		},
		defect{
			name: "a set",
			breakIt: all(
				add("volume.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: flux-system, finalizers: [a.io/b, a.io/c, a.io/b]}\n"),
				edit(listing, "- sources/", "- volume.yaml\n- sources/")),
			at: "volume.yaml:3", path: "metadata.finalizers[2]", says: "second entry with a.io/b",
		},
	)
	for _, right := range []string{"        ports:\n        - {containerPort: 53}\n        - {containerPort: 53, protocol: UDP}\n", ""} {
		bundle := load(t, "git")
		add(podTemplate, deployment(right))(t, bundle)
		passes(t, bundle, verify.Options{})
	}
}
