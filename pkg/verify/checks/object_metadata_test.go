package checks_test

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestObjectMetadata(t *testing.T) {
	const (
		repository = "sources/helmrepo-charts-jetstack-io.yaml"
		namespace  = "namespace.yaml"
	)
	object := func(text string) defect {
		return defect{breakIt: all(add(namespace, text), edit(listing, "resources:\n", "resources:\n- "+namespace+"\n"))}
	}
	with := func(d defect, name, at, says string) defect {
		d.name, d.at, d.says = name, at, says
		return d
	}
	warning := object("apiVersion: v1\nkind: Namespace\nmetadata: {name: a, namespace: b}\n")
	warning.warning = true
	each(t, "object-metadata",
		defect{name: "a name", breakIt: edit("cert-manager/helmrelease.yaml", "  name: cert-manager\n", "  name: Cert_Manager\n"), options: verify.Options{External: []string{"HelmRelease flux-system/cert-manager"}}, at: "cert-manager/helmrelease.yaml:5", path: "metadata.name", says: "lowercase RFC 1123 subdomain"},
		defect{name: "a release without a namespace", breakIt: edit(pre, "  namespace: flux-system\nspec", "spec"), at: pre + ":4", path: "metadata", says: "has no namespace"},
		defect{name: "values without a namespace", breakIt: edit(configMap, "  namespace: flux-system\n", ""), at: configMap + ":4", path: "metadata", says: "has no namespace"},
		defect{name: "a generator without a namespace", mode: "oci", breakIt: edit(generator, "  namespace: flux-system\n", ""), at: generator + ":4", path: "metadata", says: "has no namespace"},
		defect{name: "a misspelt namespace", breakIt: edit(repository, "  namespace: flux-system\n", "  namespce: flux-system\n"), at: repository + ":6", path: "metadata.namespce", says: "no such field"},
		defect{name: "labels that are a number", also: []string{"core-schema"}, breakIt: edit(configMap, "  labels:\n    reconcile.fluxcd.io/watch: Enabled\n", "  labels: 7\n"), at: configMap + ":7", path: "metadata.labels", says: "map of texts"},
		defect{name: "a label that is watched", also: []string{"core-schema"}, breakIt: edit(configMap, "watch: Enabled", "watch: true"), at: configMap + ":8", says: "must be text"},
		defect{name: "no namespace", breakIt: edit(repository, "  namespace: flux-system\n", ""), at: repository + ":4", path: "metadata", says: "has no namespace"},
		defect{name: "a label", breakIt: edit(configMap, "    reconcile.fluxcd.io/watch: Enabled\n", "    reconcile.fluxcd.io/watch: Enabled\n    a: not a label\n"), at: configMap + ":9", path: `metadata.labels.a`, says: "the value is not valid"},
		defect{name: "a label's key", breakIt: edit(configMap, "    reconcile.fluxcd.io/watch: Enabled\n", "    reconcile.fluxcd.io/watch: Enabled\n    a b: c\n"), at: configMap + ":9", says: "the key is not valid"},
		defect{name: "a number", breakIt: edit(release, "  namespace: flux-system\n", "  namespace: flux-system\n  annotations: {a: 1}\n"), at: release + ":7", path: "metadata.annotations.a", says: "must be text"},
		defect{name: "long annotations", breakIt: edit(release, "  namespace: flux-system\n", "  namespace: flux-system\n  annotations: {a: "+strings.Repeat("x", 256<<10)+"}\n"), at: release + ":7", says: "more than 256 KiB"},
		defect{name: "labels that are a list", breakIt: edit(release, "  namespace: flux-system\n", "  namespace: flux-system\n  labels: [a]\n"), at: release + ":7", path: "metadata.labels", says: "map of texts"},
		defect{name: "an unknown field", breakIt: edit(release, "  namespace: flux-system\n", "  namespace: flux-system\n  label: {a: b}\n"), at: release + ":7", path: "metadata.label", says: "no such field"},
		with(object("apiVersion: v1\nkind: Namespace\nmetadata: {name: a.b}\n"), "a Namespace's name", namespace+":3", "must not contain dots"),
		with(object("apiVersion: v1\nkind: Service\nmetadata: {name: a.b, namespace: b}\nspec: {ports: [{port: 80}]}\n"), "a Service's name", namespace+":3", "must not contain dots"),
		with(object("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: B}\n"), "a namespace's name", namespace+":3", "the namespace is not valid"),
		with(warning, "a namespace for a Namespace", namespace+":3", "belong to no namespace"),
	)
	good := load(t, "git")
	d := object("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: 'system:a', annotations: {A/b: x}}\nrules: []\n")
	d.breakIt(t, good)
	passes(t, good, verify.Options{})
}
