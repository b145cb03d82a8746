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
	const (
		deployment = "apiVersion: apps/v1\nkind: Deployment"
		selector   = "spec:\n  selector: {matchLabels: {app: a}}\n  template:\n    metadata: {labels: {app: a}}\n    spec:\n      containers:\n"
	)
	each(t, "core-schema",
		defect{name: "a number in a ConfigMap", breakIt: edit(configMap, "\ndata:\n", "\ndata:\n  replicas: 3\n"), at: configMap + ":10", path: "data.replicas", says: "must be of type string, not integer"},
		defect{name: "a key of a ConfigMap", breakIt: edit(configMap, "\ndata:\n", "\ndata:\n  a/b: c\n"), at: configMap + ":10", path: `data["a/b"]`, says: "must consist of alphanumeric characters"},
		defect{name: "a large ConfigMap", breakIt: edit(configMap, "\ndata:\n", "\ndata:\n  a: "+strings.Repeat("x", 1<<20)+"\n"), at: configMap + ":9", path: "data", says: "at most 1 MiB"},
		defect{name: "an unknown field", breakIt: edit(configMap, "\ndata:\n", "\nDATA: {}\ndata:\n"), at: configMap + ":9", path: "DATA", says: `no such field; did you mean "data"?`},
		own("a wrong type in a list", deployment, selector+"      - {name: a, image: a, env: [{name: A, value: b}]}\n      - {name: b, image: b, env: [{name: A, value: b}, {name: B, value: 1}]}\n", ":11", "spec.template.spec.containers[1].env[1].value", "string, not integer"),
		own("an unknown field in a list", deployment, selector+"      - {name: a, image: a}\n      - {name: b, image: b, imagPullPolicy: c}\n", ":11", "spec.template.spec.containers[1].imagPullPolicy", `did you mean "imagePullPolicy"?`),
		own("a list for a map", "apiVersion: v1\nkind: Service", "spec: {ports: [{port: 80}], selector: [a]}\n", ":4", "spec.selector", "must be of type object, not array"),
		own("a port twice", "apiVersion: v1\nkind: Service", "spec: {ports: [{name: a, port: 80}, {name: b, port: 80}]}\n", ":4", "spec.ports[1]", "twice"),
		own("a quantity", "apiVersion: v1\nkind: ResourceQuota", "spec: {hard: {pods: many}}\n", ":4", "spec.hard.pods", "it is not a quantity"),
		own("a quantity that is a map", "apiVersion: v1\nkind: ResourceQuota", "spec: {hard: {pods: {}}}\n", "", "", "a value cannot be read"),
		own("a field that is missing", deployment, "spec: {template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}}\n", ":4", "spec.selector", "required"),
		own("a word that is not among those allowed", "apiVersion: v1\nkind: Service", "spec: {type: Loadbalancer, ports: [{port: 80}]}\n", ":4", "spec.type", `"LoadBalancer"`),
		own("a number that is too large", deployment, "spec:\n  replicas: 9999999999\n"+strings.TrimPrefix(selector, "spec:\n")+"      - {name: a, image: a}\n", ":5", "spec.replicas", "int32"),
		own("a selector that selects nothing", deployment, strings.Replace(selector, "labels: {app: a}", "labels: {app: b}", 1)+"      - {name: a, image: a}\n", ":7", "spec.template.metadata.labels", "the selector (app=a) does not match"),
		defect{name: "data that is no map", breakIt: edit(configMap, "\ndata:\n  values.yaml: |", "\ndata: |"), at: configMap + ":9", path: "data", says: "must be of type object"},
		defect{name: "values that are no text", breakIt: edit(configMap, "  values.yaml: |", "  number: 7\n  values.yaml: |"), at: configMap + ":10", path: "data.number", says: "must be of type string"},
	)
	good := own("", deployment, selector+"      - name: a\n        image: a\n        ports: [{containerPort: 80}, {containerPort: 80, protocol: UDP}]\n        resources: {limits: {cpu: 1, memory: 1.5}}\n", "", "", "")
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
