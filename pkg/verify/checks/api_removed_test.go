package checks_test

import (
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

// TestHazard59_KindsThatAreNoLongerServedAreErrors holds objects and what charts render against the
// kinds of the chosen Kubernetes.
func TestHazard59_KindsThatAreNoLongerServedAreErrors(t *testing.T) {
	own := func(apiVersion, kind, says string) defect {
		const file = "own.yaml"
		return defect{
			name: apiVersion + " " + kind, at: file + ":1", path: "apiVersion", says: says,
			breakIt: all(add(file, "apiVersion: "+apiVersion+"\nkind: "+kind+"\nmetadata: {name: a, namespace: flux-system}\n"), edit(listing, "resources:\n", "resources:\n- "+file+"\n")),
		}
	}
	each(t, "api-removed",
		own("policy/v1beta1", "PodDisruptionBudget", "since 1.25; it has policy/v1 PodDisruptionBudget"),
		own("extensions/v1beta1", "Ingress", "since 1.22; it has networking.k8s.io/v1 Ingress"),
		own("autoscaling/v2beta2", "HorizontalPodAutoscaler", "since 1.26; it has autoscaling/v2"),
		own("batch/v2alpha1", "CronJob", "it has batch/v1 CronJob"),
		own("flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema", "it has flowcontrol.apiserver.k8s.io/v1 FlowSchema"),
		own("networking.k8s.io/v1beta1", "IngressClass", "it has networking.k8s.io/v1 IngressClass"),
		own("apiregistration.k8s.io/v1beta1", "APIService", "since 1.22"),
		own("policy/v1beta1", "PodSecurityPolicy", "since 1.25"),
		own("apps/v2", "Deployment", "no Deployment in apps/v2; it has apps/v1 Deployment"),
		own("v1", "Deployment", "no Deployment in v1"),
		own("cert-manager.io", "Issuer", "no Issuer in cert-manager.io"),
		defect{name: "rendered", breakIt: edit(template, "apiVersion: v1", "apiVersion: v2"), at: template + ":3", path: "apiVersion", says: "gpu-operator-pre renders it: Kubernetes 1.37 has no ResourceQuota in v2"},
		defect{name: "a release of a version that Flux has not", breakIt: edit("cert-manager/helmrelease.yaml", "apiVersion: helm.toolkit.fluxcd.io/v2", "apiVersion: v2"), options: verify.Options{External: []string{"HelmRelease flux-system/cert-manager"}}, at: "cert-manager/helmrelease.yaml:2", path: "apiVersion", says: "no HelmRelease in v2"},
	)
	warned := own("resource.k8s.io/v1beta1", "ResourceClaim", "--runtime-config; it has resource.k8s.io/v1 ResourceClaim")
	warned.warning = true
	each(t, "api-removed", warned)
}

// TestChartsAreToldWhatIsServed proves that a chart which asks for a version gets the answer of the
// Kubernetes that the bundle is held against.
func TestChartsAreToldWhatIsServed(t *testing.T) {
	bundle := load(t, "git")
	add("gpu-operator-pre/templates/pdb.yaml", `{{ $v := "policy/v1" }}{{ if .Capabilities.APIVersions.Has "policy/v1beta1" }}{{ $v = "policy/v1beta1" }}{{ end }}
{{ if semverCompare ">=1.36-0" .Capabilities.KubeVersion.Version }}{{ fail "1.35 is older" }}{{ end }}
apiVersion: {{ $v }}
kind: PodDisruptionBudget
metadata: {name: a}
spec: {minAvailable: 1, selector: {}}
`)(t, bundle)
	passes(t, bundle, verify.Options{KubeVersion: "1.35"})
}
