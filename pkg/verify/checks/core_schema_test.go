package checks_test

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestCoreSchema(t *testing.T) {
	const file = "own.yaml"
	own := func(name, kind, rest, at, path, says string) defect {
		text := kind + "\nmetadata: {name: a, namespace: flux-system}\n" + rest
		return defect{
			name: name, breakIt: all(add(file, text), edit(listing, "resources:\n", "resources:\n- "+file+"\n")),
			at: file + at, path: path, says: says, options: verify.Options{Skip: []string{"secret-in-clear"}},
		}
	}
	const deployment = "apiVersion: apps/v1\nkind: Deployment"
	each(t, "core-schema",
		defect{name: "a number in a ConfigMap", breakIt: edit(configMap, "\ndata:\n", "\ndata:\n  replicas: 3\n"), at: configMap + ":10", path: "data.replicas", says: "must be a string, not a number"},
		defect{name: "a key of a ConfigMap", breakIt: edit(configMap, "\ndata:\n", "\ndata:\n  a/b: c\n"), at: configMap + ":10", path: `data["a/b"]`, says: "the key cannot be"},
		defect{name: "a large ConfigMap", breakIt: edit(configMap, "\ndata:\n", "\ndata:\n  a: "+strings.Repeat("x", 1<<20)+"\n"), at: configMap + ":9", path: "data", says: "at most 1 MiB"},
		defect{name: "an unknown field", breakIt: edit(configMap, "\ndata:\n", "\nDATA: {}\ndata:\n"), at: configMap + ":9", path: "DATA", says: "no such field"},
		own("a wrong type in a list", deployment, "spec:\n  template:\n    spec:\n      containers:\n      - {name: a, env: [{name: A, value: b}]}\n      - {name: b, env: [{name: A, value: b}, {name: B, value: 1}]}\n", ":9", "spec.template.spec.containers[1].env[1].value", "string, not a number"),
		own("an unknown field in a list", deployment, "spec:\n  template:\n    spec:\n      containers:\n      - {name: a}\n      - {name: b, imag: c}\n", ":9", "spec.template.spec.containers[1].imag", "no such field"),
		own("a list for a map", deployment, "spec:\n  selector: [a]\n", ":5", "spec.selector", "must be a map, not a list"),
		own("a version that Kubernetes lacks", "apiVersion: apps/v2\nkind: Deployment", "spec: {}\n", ":1", "apiVersion", "no Deployment in apps/v2"),
		own("a group that lacks its version", "apiVersion: cert-manager.io\nkind: Issuer", "spec: {}\n", ":1", "apiVersion", "no Issuer in cert-manager.io"),
		defect{name: "data that is no map", breakIt: edit(configMap, "\ndata:\n  values.yaml: |", "\ndata: |"), at: configMap + ":9", path: "data", says: "must be a map"},
		defect{name: "a release of a version that Flux has not", breakIt: edit("cert-manager/helmrelease.yaml", "apiVersion: helm.toolkit.fluxcd.io/v2", "apiVersion: v2"), options: verify.Options{External: []string{"HelmRelease flux-system/cert-manager"}}, at: "cert-manager/helmrelease.yaml:2", path: "apiVersion", says: "no HelmRelease in v2"},
		defect{name: "values that are no text", breakIt: edit(configMap, "values.yaml: |", "values.yaml:"), at: configMap + ":9", path: "data", says: "must be a string"},
		own("a quantity", "apiVersion: v1\nkind: ResourceQuota", "spec: {hard: {pods: many}}\n", "", "", "a value cannot be read"),
	)
	good := own("", deployment, "spec:\n  template:\n    spec:\n      containers:\n      - name: a\n        ports: [{containerPort: 80}, {containerPort: 80, protocol: UDP}]\n        resources: {limits: {cpu: 1, memory: 1.5}}\n", "", "", "")
	bundle := load(t, "git")
	good.breakIt(t, bundle)
	passes(t, bundle, verify.Options{})

	unknown := own("", "apiVersion: example.com/v1\nkind: Thing", "spec: 1\n", "", "", "")
	bundle = load(t, "git")
	unknown.breakIt(t, bundle)
	if report := passes(t, bundle, verify.Options{}); !strings.Contains(list(report), "core-schema: there is no schema here for example.com/v1 Thing") {
		t.Errorf("the Thing is not noted:\n%s", list(report))
	}
}
