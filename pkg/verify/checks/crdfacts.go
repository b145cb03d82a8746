package checks

import "slices"

// crdFact is a public chart that brings custom resource definitions of a group.
type crdFact struct {
	chart string
	// kinds are those that it brings; nil are all of the group.
	kinds []string
	// off is a value that keeps them out where it is false; on are values of which one must be
	// true. Both are dotted paths.
	off string
	on  []string
}

// crdFacts tells, for charts that are not in the bundle, which API groups they bring, as their
// crds/ and templates say. What creates its definitions while it runs, and not by its chart, is not
// here: a release that is ready proves nothing about those.
var crdFacts = map[string][]crdFact{
	// Accelerators, their networks and their nodes.
	"nvidia.com": {
		{chart: "gpu-operator", kinds: []string{"ClusterPolicy", "NVIDIADriver"}},
		{chart: "dynamo-platform", kinds: dynamoKinds},
		{chart: "dynamo-crds", kinds: dynamoKinds},
	},
	"apps.nvidia.com":     {{chart: "k8s-nim-operator"}},
	"resource.nvidia.com": {{chart: "dra-driver-nvidia-gpu"}, {chart: "nvidia-dra-driver-gpu"}},
	"nfd.k8s-sigs.io": {
		{chart: "node-feature-discovery"}, {chart: "gpu-operator", off: "nfd.enabled"}, {chart: "network-operator", off: "nfd.enabled"},
	},
	"mellanox.com":                 {{chart: "network-operator"}},
	"configuration.net.nvidia.com": {{chart: "nic-configuration-operator-chart"}, {chart: "network-operator", on: []string{"nicConfigurationOperator.enabled"}}},
	"maintenance.nvidia.com":       {{chart: "maintenance-operator-chart"}, {chart: "network-operator", on: []string{"maintenanceOperator.enabled"}}},
	"sriovnetwork.openshift.io":    {{chart: "sriov-network-operator"}, {chart: "sriov-network-operator-chart"}, {chart: "network-operator", on: []string{"sriovNetworkOperator.enabled"}}},
	"skyhook.nvidia.com":           {{chart: "nodewright"}, {chart: "nodewright-operator"}, {chart: "skyhook-operator"}},
	"janitor.dgxc.nvidia.com":      {{chart: "nvsentinel"}},
	"karpenter.sh":                 karpenter,
	"karpenter.k8s.aws":            karpenter,
	"kmm.sigs.x-k8s.io":            {{chart: "kmm"}},

	// Scheduling, training and inference.
	"kueue.x-k8s.io":           {{chart: "kueue"}},
	"jobset.x-k8s.io":          {{chart: "jobset"}, {chart: "kubeflow-trainer", off: "jobset.install"}},
	"leaderworkerset.x-k8s.io": {{chart: "lws"}},
	"trainer.kubeflow.org":     {{chart: "kubeflow-trainer", off: "crds.enabled"}},
	"scheduling.run.ai":        {{chart: "kai-scheduler"}},
	"kai.scheduler":            {{chart: "kai-scheduler"}},
	"grove.io":                 {{chart: "grove-charts"}, {chart: "grove"}},
	"scheduler.grove.io":       {{chart: "grove-charts"}, {chart: "grove"}},
	"slinky.slurm.net":         {{chart: "slurm-operator-crds"}, {chart: "slurm-operator", on: []string{"crds.enabled"}}},
	"ray.io":                   {{chart: "kuberay-operator"}},
	"scheduling.volcano.sh":    {{chart: "volcano"}},
	"batch.volcano.sh":         {{chart: "volcano"}},
	"serving.kserve.io":        {{chart: "kserve-crd"}, {chart: "kserve-llmisvc-crd"}},
	"keda.sh":                  {{chart: "keda", off: "crds.install"}},

	// Gateways.
	"gateway.networking.k8s.io": {{chart: "gateway-helm"}, {chart: "gateway-crds-helm"}},
	"gateway.envoyproxy.io":     {{chart: "gateway-helm"}, {chart: "gateway-crds-helm"}},
	"gateway.kgateway.dev":      {{chart: "kgateway-crds"}},
	"agentgateway.dev":          {{chart: "agentgateway-crds"}},
	"networking.istio.io":       {{chart: "base"}},
	"security.istio.io":         {{chart: "base"}},
	"telemetry.istio.io":        {{chart: "base"}},
	"traefik.io":                {{chart: "traefik"}, {chart: "traefik-crds"}},
	"metallb.io":                {{chart: "metallb", off: "crds.enabled"}},

	// What a cluster runs on.
	"cert-manager.io":       certManager,
	"acme.cert-manager.io":  certManager,
	"trust.cert-manager.io": {{chart: "trust-manager", off: "crds.enabled"}},
	"monitoring.coreos.com": {{chart: "prometheus-operator-crds"}, {chart: "kube-prometheus-stack", off: "crds.enabled"}},
	"operator.victoriametrics.com": {
		{chart: "victoria-metrics-operator-crds"}, {chart: "victoria-metrics-operator", off: "crds.enabled"}, {chart: "victoria-metrics-k8s-stack"},
	},
	"opentelemetry.io":               {{chart: "opentelemetry-operator", off: "crds.create"}},
	"external-secrets.io":            {{chart: "external-secrets", off: "installCRDs"}},
	"generators.external-secrets.io": {{chart: "external-secrets", off: "installCRDs"}},
	"secrets-store.csi.x-k8s.io":     {{chart: "secrets-store-csi-driver"}},
	"bitnami.com":                    {{chart: "sealed-secrets"}},
	"kyverno.io":                     {{chart: "kyverno", off: "crds.install"}},
	"templates.gatekeeper.sh":        {{chart: "gatekeeper"}},
	"config.gatekeeper.sh":           {{chart: "gatekeeper"}},
	"mutations.gatekeeper.sh":        {{chart: "gatekeeper"}},
	"expansion.gatekeeper.sh":        {{chart: "gatekeeper"}},
	"velero.io":                      {{chart: "velero"}},
	"ceph.rook.io":                   {{chart: "rook-ceph", off: "crds.enabled"}},
	"postgresql.cnpg.io":             {{chart: "cloudnative-pg", off: "crds.create"}},
	"argoproj.io":                    {{chart: "argo-cd", off: "crds.install"}, {chart: "argo-workflows", off: "crds.install"}, {chart: "argo-rollouts", off: "installCRDs"}, {chart: "argo-events", off: "crds.install"}},
}

var (
	certManager = []crdFact{{chart: "cert-manager", on: []string{"crds.enabled", "installCRDs"}}}
	karpenter   = []crdFact{{chart: "karpenter"}, {chart: "karpenter-crd"}}
	dynamoKinds = []string{
		"DynamoCheckpoint", "DynamoComponent", "DynamoComponentDeployment", "DynamoGraphDeployment", "DynamoGraphDeploymentRequest",
		"DynamoGraphDeploymentScalingAdapter", "DynamoModel", "DynamoWorkerMetadata",
	}
)

// olmPackages are the packages of the Operator Lifecycle Manager, in OpenShift's catalogs, that
// bring a kind.
var olmPackages = map[kind]string{
	{Group: "nvidia.com", Kind: "ClusterPolicy"}:              "gpu-operator-certified",
	{Group: "nvidia.com", Kind: "NVIDIADriver"}:               "gpu-operator-certified",
	{Group: "mellanox.com", Kind: "NicClusterPolicy"}:         "nvidia-network-operator",
	{Group: "nfd.openshift.io", Kind: "NodeFeatureDiscovery"}: "nfd",
}

// brings reports whether the chart, with its values, brings the kind of the fact's group.
func (f crdFact) brings(kind string, values map[string]any) bool {
	if f.kinds != nil && !slices.Contains(f.kinds, kind) {
		return false
	}
	if f.off != "" {
		if on, set := boolAt(values, f.off); set && !on {
			return false
		}
	}
	return len(f.on) == 0 || slices.ContainsFunc(f.on, func(path string) bool {
		on, _ := boolAt(values, path)
		return on
	})
}
