package checks

// crdFacts tells, for charts that are not at hand, which custom resource definitions they bring, as
// their crds/ and templates say. What creates its definitions while it runs, and not by its chart,
// is not here: a release that is ready proves nothing about those. A source is where the chart's
// files are read; TestCRDFacts holds the table against charts.
var crdFacts = []crdFact{
	// Accelerators, their networks and their nodes.
	{
		chart: "gpu-operator", source: "github.com/NVIDIA/gpu-operator: deployments/gpu-operator/crds",
		brings: groups{"nvidia.com": {"ClusterPolicy", "NVIDIADriver"}},
	},
	{
		chart: "gpu-operator", versions: ">=26.7", source: "github.com/NVIDIA/gpu-operator: deployments/gpu-operator/crds",
		brings: groups{"nvidia.com": {"GPUCluster"}, "resource.nvidia.com": nil},
	},
	{chart: "gpu-operator", source: nfdSource, when: when{off("nfd.enabled")}, brings: nfdKinds},
	{chart: "gpu-operator", source: nfdSource, when: append(when{off("nfd.enabled")}, topologyOf("node-feature-discovery.")...), brings: topologyKinds},
	{chart: "node-feature-discovery", source: nfdSource, brings: nfdKinds},
	{chart: "node-feature-discovery", source: nfdSource, when: topologyOf(""), brings: topologyKinds},
	{
		chart: "network-operator", source: "github.com/Mellanox/network-operator: deployment/network-operator/crds",
		brings: groups{"mellanox.com": {"HostDeviceNetwork", "IPoIBNetwork", "MacvlanNetwork", "NicClusterPolicy"}, "k8s.cni.cncf.io": {"NetworkAttachmentDefinition"}},
	},
	{
		chart: "network-operator", versions: ">=26.4", source: "github.com/Mellanox/network-operator: deployment/network-operator/crds",
		brings: groups{"mellanox.com": {"NicNodePolicy"}},
	},
	{
		chart: "network-operator", versions: ">=26.4", source: "github.com/Mellanox/network-operator: deployment/network-operator/Chart.yaml",
		when: when{on("sriovNetworkOperator.enabled")}, brings: groups{"sriovnetwork.k8snetworkplumbingwg.io": nil},
	},
	{chart: "network-operator", source: nfdSource, when: when{off("nfd.enabled")}, brings: nfdKinds},
	{chart: "network-operator", source: nfdSource, when: append(when{off("nfd.enabled")}, topologyOf("node-feature-discovery.")...), brings: topologyKinds},
	{
		chart: "network-operator", versions: "<25.10", source: "github.com/Mellanox/network-operator v25.7.0: deployment/network-operator/Chart.yaml",
		when: when{on("nicConfigurationOperator.enabled")}, brings: groups{"configuration.net.nvidia.com": nil},
	},
	{
		chart: "network-operator", source: "github.com/Mellanox/network-operator: deployment/network-operator/Chart.yaml",
		when: when{on("maintenanceOperator.enabled")}, brings: groups{"maintenance.nvidia.com": nil},
	},
	{
		chart: "network-operator", source: "github.com/Mellanox/network-operator: deployment/network-operator/Chart.yaml",
		when: when{on("sriovNetworkOperator.enabled")}, brings: groups{"sriovnetwork.openshift.io": nil},
	},
	{chart: "nic-configuration-operator-chart", source: "github.com/Mellanox/nic-configuration-operator: deployment", brings: groups{"configuration.net.nvidia.com": nil}},
	{chart: "maintenance-operator-chart", source: "github.com/Mellanox/maintenance-operator: deployment", brings: groups{"maintenance.nvidia.com": nil}},
	{chart: "sriov-network-operator", source: "github.com/k8snetworkplumbingwg/sriov-network-operator: deployment", brings: groups{"sriovnetwork.openshift.io": nil}},
	{chart: "sriov-network-operator-chart", source: "github.com/k8snetworkplumbingwg/sriov-network-operator: deployment", brings: groups{"sriovnetwork.openshift.io": nil}},
	{chart: "k8s-nim-operator", source: "github.com/NVIDIA/k8s-nim-operator: deployments/helm/k8s-nim-operator/crds", brings: groups{"apps.nvidia.com": nil}},
	{chart: "nvidia-dra-driver-gpu", source: "github.com/NVIDIA/k8s-dra-driver-gpu: deployments/helm", brings: groups{"resource.nvidia.com": nil}},
	{chart: "dra-driver-nvidia-gpu", source: "github.com/NVIDIA/k8s-dra-driver-gpu: deployments/helm", brings: groups{"resource.nvidia.com": nil}},
	{chart: "nodewright", source: "github.com/NVIDIA/nodewright: chart/templates", brings: groups{"skyhook.nvidia.com": nil}},
	{chart: "nodewright-operator", source: "github.com/NVIDIA/nodewright: chart/templates", brings: groups{"skyhook.nvidia.com": nil}},
	{chart: "skyhook-operator", source: "github.com/NVIDIA/nodewright: chart/templates", brings: groups{"skyhook.nvidia.com": nil}},
	{
		chart: "nvsentinel", source: "github.com/NVIDIA/NVSentinel: distros/kubernetes/nvsentinel/charts",
		brings: groups{"janitor.dgxc.nvidia.com": nil, "healthevents.dgxc.nvidia.com": nil},
	},
	{
		chart: "aws-load-balancer-controller", source: "github.com/aws/eks-charts: stable/aws-load-balancer-controller/crds",
		brings: groups{"elbv2.k8s.aws": nil},
	},
	{
		chart: "aws-load-balancer-controller", versions: ">=2.17", source: "github.com/aws/eks-charts: stable/aws-load-balancer-controller/crds",
		brings: groups{"gateway.k8s.aws": nil, "aga.k8s.aws": nil},
	},
	{chart: "k8s-aibom", source: "github.com/GoogleCloudPlatform/k8s-aibom", brings: groups{"aibom.k8saibom.dev": nil}},
	{chart: "kmm", source: "github.com/kubernetes-sigs/kernel-module-management", brings: groups{"kmm.sigs.x-k8s.io": nil}},
	{chart: "karpenter", source: "github.com/aws/karpenter-provider-aws: charts/karpenter/crds", brings: karpenterKinds},
	{chart: "karpenter-crd", source: "github.com/aws/karpenter-provider-aws: charts/karpenter-crd/templates", brings: karpenterKinds},
	{chart: "karpenter", versions: ">=1.14", source: "github.com/aws/karpenter-provider-aws: charts/karpenter/crds", brings: groups{"autoscaling.x-k8s.io": {"CapacityBuffer"}}},
	{chart: "karpenter-crd", versions: ">=1.14", source: "github.com/aws/karpenter-provider-aws: charts/karpenter-crd/templates", brings: groups{"autoscaling.x-k8s.io": {"CapacityBuffer"}}},

	// Scheduling, training and inference.
	{chart: "kueue", source: "github.com/kubernetes-sigs/kueue: charts/kueue/templates/crd", brings: groups{"kueue.x-k8s.io": nil}},
	{chart: "jobset", source: "github.com/kubernetes-sigs/jobset: charts/jobset/crds", brings: groups{"jobset.x-k8s.io": nil}},
	{chart: "lws", source: "github.com/kubernetes-sigs/lws: charts/lws", brings: groups{"leaderworkerset.x-k8s.io": nil}},
	{chart: "lws", versions: ">=0.9", source: "github.com/kubernetes-sigs/lws: charts/lws/crds", brings: groups{"disaggregatedset.x-k8s.io": nil}},
	{chart: "kubeflow-trainer", source: trainerSource + "Chart.yaml", when: when{off("jobset.install")}, brings: groups{"jobset.x-k8s.io": nil}},
	// Of the two paths of the dependency's condition the first decides, which the chart sets itself.
	{chart: "kubeflow-trainer", source: trainerSource + "Chart.yaml", when: when{on("dataCache.enabled")}, brings: groups{"leaderworkerset.x-k8s.io": nil}},
	{chart: "kubeflow-trainer", versions: "<2.3", source: trainerSource + "crds", brings: groups{"trainer.kubeflow.org": nil}},
	{chart: "kubeflow-trainer", versions: ">=2.3", source: trainerSource + "templates/crd", when: when{off("crds.enabled")}, brings: groups{"trainer.kubeflow.org": nil}},
	{chart: "kai-scheduler", source: "github.com/NVIDIA/KAI-Scheduler: deployments/kai-scheduler/crds", brings: groups{"scheduling.run.ai": nil}},
	{chart: "kai-scheduler", versions: ">=0.7", source: "github.com/NVIDIA/KAI-Scheduler: deployments/kai-scheduler/crds", brings: groups{"kai.scheduler": nil}},
	{chart: "grove-charts", source: "github.com/ai-dynamo/grove: operator/api", brings: groveKinds},
	{chart: "grove", source: "github.com/ai-dynamo/grove: operator/api", brings: groveKinds},
	{chart: "dynamo-platform", source: "github.com/ai-dynamo/dynamo: deploy/helm/charts", brings: dynamoKinds},
	{chart: "dynamo-crds", source: "github.com/ai-dynamo/dynamo: deploy/helm/charts", brings: dynamoKinds},
	{chart: "slurm-operator-crds", source: "github.com/SlinkyProject/slurm-operator: helm/slurm-operator-crds/templates", brings: groups{"slinky.slurm.net": nil}},
	{chart: "slurm-operator", source: "github.com/SlinkyProject/slurm-operator: helm/slurm-operator/Chart.yaml", when: when{on("crds.enabled")}, brings: groups{"slinky.slurm.net": nil}},
	{chart: "kuberay-operator", source: "github.com/ray-project/kuberay: helm-chart/kuberay-operator/crds", brings: groups{"ray.io": nil}},
	{
		chart: "volcano", source: volcanoSource,
		brings: groups{
			"scheduling.volcano.sh": nil, "batch.volcano.sh": {"Job"}, "bus.volcano.sh": nil, "flow.volcano.sh": nil, "nodeinfo.volcano.sh": nil,
		},
	},
	{chart: "volcano", versions: ">=1.12", source: volcanoSource, brings: groups{"topology.volcano.sh": nil}},
	{chart: "volcano", versions: ">=1.13", source: volcanoSource, brings: groups{"batch.volcano.sh": {"CronJob"}}},
	{chart: "volcano", versions: ">=1.14", source: volcanoSource, brings: groups{"shard.volcano.sh": nil, "config.volcano.sh": nil}},
	{chart: "kserve-crd", source: kserveSource + "kserve-crd", brings: groups{"serving.kserve.io": kserveKinds}},
	{chart: "kserve-crd", versions: ">=0.14, <0.17", source: kserveSource + "kserve-crd", brings: groups{"serving.kserve.io": {"LocalModelCache", "LocalModelNodeGroup"}}},
	{chart: "kserve-crd", versions: ">=0.15, <0.17", source: kserveSource + "kserve-crd", brings: groups{"serving.kserve.io": {"LocalModelNode"}}},
	{chart: "llmisvc-crd", versions: "<0.17", source: kserveSource + "llmisvc-crd", brings: groups{"serving.kserve.io": llmKinds}},
	{chart: "kserve-llmisvc-crd", source: kserveSource + "kserve-llmisvc-crd", brings: groups{"serving.kserve.io": append(llmKinds, "ClusterStorageContainer")}},
	{
		chart: "kserve-llmisvc-resources", versions: ">=0.20", source: kserveSource + "kserve-llmisvc-resources/values.yaml",
		when:   when{off("kserve.llmisvc.createGIECRDs")},
		brings: groups{"inference.networking.k8s.io": {"InferencePool"}, "inference.networking.x-k8s.io": nil, "llm-d.ai": nil},
	},
	{chart: "kserve-localmodel-crd", source: kserveSource + "kserve-localmodel-crd", brings: groups{"serving.kserve.io": {"LocalModelCache", "LocalModelNodeGroup", "LocalModelNode"}}},
	{chart: "kserve-localmodel-crd", versions: ">=0.18", source: kserveSource + "kserve-localmodel-crd", brings: groups{"serving.kserve.io": {"LocalModelNamespaceCache"}}},
	{chart: "keda", source: "github.com/kedacore/charts: keda/templates/crds", when: when{off("crds.install")}, brings: groups{"keda.sh": nil}},
	{chart: "keda", versions: ">=2.13", source: "github.com/kedacore/charts: keda/templates/crds", when: when{off("crds.install")}, brings: groups{"eventing.keda.sh": {"CloudEventSource"}}},
	{chart: "keda", versions: ">=2.16", source: "github.com/kedacore/charts: keda/templates/crds", when: when{off("crds.install")}, brings: groups{"eventing.keda.sh": {"ClusterCloudEventSource"}}},
	{chart: "keda-add-ons-http", source: "github.com/kedacore/charts: http-add-on/templates/crds", when: when{off("crds.install")}, brings: groups{"http.keda.sh": nil}},

	// Gateways.
	{chart: "gateway-helm", versions: "<1.9", source: gatewaySource + "gateway-helm", brings: gatewayKinds},
	{chart: "gateway-helm", versions: ">=1.4, <1.9", source: gatewaySource + "gateway-helm", brings: experimentalKinds},
	{chart: "gateway-helm", versions: ">=1.9", source: gatewaySource + "gateway-helm/Chart.yaml", when: when{off("crds.enabled")}, brings: experimentalKinds},
	{chart: "gateway-helm", versions: ">=1.9", source: gatewaySource + "gateway-helm/Chart.yaml", when: when{off("crds.enabled")}, brings: gatewayKinds},
	{
		chart: "gateway-crds-helm", source: gatewaySource + "gateway-crds-helm/values.yaml",
		when: when{on("crds.gatewayAPI.enabled")}, brings: groups{"gateway.networking.k8s.io": nil},
	},
	{
		chart: "gateway-crds-helm", source: gatewaySource + "gateway-crds-helm/values.yaml",
		when: when{on("crds.gatewayAPI.enabled"), unless("crds.gatewayAPI.channel", "standard")}, brings: experimentalKinds,
	},
	{
		chart: "gateway-crds-helm", source: gatewaySource + "gateway-crds-helm/values.yaml",
		when: when{on("crds.envoyGateway.enabled")}, brings: groups{"gateway.envoyproxy.io": nil},
	},
	{chart: "kgateway-crds", source: "github.com/kgateway-dev/kgateway: install/helm/kgateway-crds", brings: groups{"gateway.kgateway.dev": nil}},
	{chart: "agentgateway-crds", source: "github.com/agentgateway/agentgateway: controller/install/helm/agentgateway-crds", brings: groups{"agentgateway.dev": nil}},
	{
		chart: "base", source: "github.com/istio/istio: manifests/charts/base",
		brings: groups{"networking.istio.io": nil, "security.istio.io": nil, "telemetry.istio.io": nil, "extensions.istio.io": nil},
	},
	{chart: "traefik", source: "github.com/traefik/traefik-helm-chart: traefik/crds", brings: groups{"traefik.io": nil}},
	{chart: "traefik", versions: ">=30", source: "github.com/traefik/traefik-helm-chart: traefik/crds", brings: groups{"hub.traefik.io": nil}},
	{chart: "traefik-crds", source: "github.com/traefik/traefik-helm-chart v39.0.0: traefik-crds/values.yaml", when: when{off("traefik")}, brings: groups{"traefik.io": nil}},
	{chart: "traefik-crds", source: "github.com/traefik/traefik-helm-chart v39.0.0: traefik-crds/values.yaml", when: when{on("hub")}, brings: groups{"hub.traefik.io": nil}},
	{
		chart: "traefik-crds", source: "github.com/traefik/traefik-helm-chart v39.0.0: traefik-crds/values.yaml",
		when: when{on("gatewayAPI", "gatewayAPIExperimental")}, brings: groups{"gateway.networking.k8s.io": nil},
	},
	{chart: "metallb", source: "github.com/metallb/metallb: charts/metallb/Chart.yaml", when: when{off("crds.enabled")}, brings: groups{"metallb.io": nil}},
	{chart: "metallb", versions: ">=0.14, <0.16", source: "github.com/metallb/metallb: charts/metallb/Chart.yaml", when: when{on("frrk8s.enabled")}, brings: groups{"frrk8s.metallb.io": nil}},
	{chart: "metallb", versions: ">=0.16", source: "github.com/metallb/metallb: charts/metallb/Chart.yaml", when: when{off("frrk8s.enabled")}, brings: groups{"frrk8s.metallb.io": nil}},

	// What a cluster runs on.
	{
		chart: "cert-manager", source: "github.com/cert-manager/cert-manager: deploy/charts/cert-manager/templates",
		when: when{on("crds.enabled", "installCRDs")}, brings: groups{"cert-manager.io": nil, "acme.cert-manager.io": nil},
	},
	{chart: "trust-manager", source: "github.com/cert-manager/trust-manager: deploy/charts/trust-manager/templates", when: when{off("crds.enabled")}, brings: groups{"trust.cert-manager.io": nil}},
	{chart: "prometheus-operator-crds", source: "github.com/prometheus-community/helm-charts: charts/prometheus-operator-crds", brings: groups{"monitoring.coreos.com": nil}},
	{
		chart: "kube-prometheus-stack", source: "github.com/prometheus-community/helm-charts: charts/kube-prometheus-stack/charts/crds",
		when: when{off("crds.enabled")}, brings: groups{"monitoring.coreos.com": nil},
	},
	{chart: "victoria-metrics-operator-crds", source: "github.com/VictoriaMetrics/helm-charts: charts", brings: groups{"operator.victoriametrics.com": nil}},
	{chart: "victoria-metrics-operator", source: "github.com/VictoriaMetrics/helm-charts: charts", when: when{off("crds.enabled")}, brings: groups{"operator.victoriametrics.com": nil}},
	{
		chart: "victoria-metrics-k8s-stack", source: "github.com/VictoriaMetrics/helm-charts: charts/victoria-metrics-k8s-stack/Chart.yaml",
		when: when{off("victoria-metrics-operator.enabled")}, brings: groups{"operator.victoriametrics.com": nil},
	},
	{
		chart: "opentelemetry-operator", source: "github.com/open-telemetry/opentelemetry-helm-charts: charts/opentelemetry-operator",
		when: when{off("crds.create")}, brings: groups{"opentelemetry.io": nil},
	},
	{
		chart: "opentelemetry-kube-stack", source: "github.com/open-telemetry/opentelemetry-helm-charts: charts/opentelemetry-kube-stack",
		when: when{off("crds.installOtel")}, brings: groups{"opentelemetry.io": nil},
	},
	{
		chart: "opentelemetry-kube-stack", source: "github.com/open-telemetry/opentelemetry-helm-charts: charts/opentelemetry-kube-stack",
		when: when{off("crds.installPrometheus")}, brings: groups{"monitoring.coreos.com": {"PodMonitor", "Probe", "ScrapeConfig", "ServiceMonitor"}},
	},
	{
		chart: "external-secrets", source: "github.com/external-secrets/external-secrets: deploy/charts/external-secrets",
		when: when{off("installCRDs")}, brings: groups{"external-secrets.io": nil, "generators.external-secrets.io": nil},
	},
	{chart: "secrets-store-csi-driver", source: "github.com/kubernetes-sigs/secrets-store-csi-driver: charts", brings: groups{"secrets-store.csi.x-k8s.io": nil}},
	{chart: "sealed-secrets", source: "github.com/bitnami-labs/sealed-secrets: helm/sealed-secrets/crds", brings: groups{"bitnami.com": nil}},
	{
		chart: "kyverno", source: kyvernoSource, when: when{off("crds.install")},
		brings: groups{"kyverno.io": nil, "wgpolicyk8s.io": {"ClusterPolicyReport", "PolicyReport"}},
	},
	{chart: "kyverno", versions: ">=3.2", source: kyvernoSource, when: when{off("crds.install")}, brings: groups{"reports.kyverno.io": nil}},
	{chart: "kyverno", versions: ">=3.4", source: kyvernoSource, when: when{off("crds.install")}, brings: groups{"policies.kyverno.io": nil}},
	{
		chart: "gatekeeper", source: gatekeeperSource,
		brings: groups{
			"templates.gatekeeper.sh": nil, "config.gatekeeper.sh": nil, "mutations.gatekeeper.sh": nil, "expansion.gatekeeper.sh": nil,
			"externaldata.gatekeeper.sh": nil, "status.gatekeeper.sh": nil,
		},
	},
	{chart: "gatekeeper", versions: ">=3.15", source: gatekeeperSource, brings: groups{"syncset.gatekeeper.sh": nil}},
	{chart: "gatekeeper", versions: ">=3.20", source: gatekeeperSource, brings: groups{"connection.gatekeeper.sh": nil}},
	{chart: "velero", source: "github.com/vmware-tanzu/helm-charts: charts/velero/crds", brings: groups{"velero.io": nil}},
	{
		chart: "rook-ceph", source: "github.com/rook/rook: deploy/charts/rook-ceph/templates/resources.yaml",
		when: when{off("crds.enabled")}, brings: groups{"ceph.rook.io": nil, "objectbucket.io": nil},
	},
	{chart: "cloudnative-pg", source: "github.com/cloudnative-pg/charts: charts/cloudnative-pg/templates/crds", when: when{off("crds.create")}, brings: groups{"postgresql.cnpg.io": nil}},
	{chart: "mariadb-operator-crds", source: "github.com/mariadb-operator/mariadb-operator: deploy/charts", brings: groups{"k8s.mariadb.com": nil}},
	{chart: "mariadb-operator", source: "github.com/mariadb-operator/mariadb-operator: deploy/charts/mariadb-operator/Chart.yaml", when: when{on("crds.enabled")}, brings: groups{"k8s.mariadb.com": nil}},
	{
		chart: "argo-cd", source: argoSource + "argo-cd/templates/crds", when: when{off("crds.install")},
		brings: groups{"argoproj.io": {"Application", "ApplicationSet", "AppProject"}},
	},
	{
		chart: "argo-workflows", source: argoSource + "argo-workflows/files/crds", when: when{off("crds.install")}, byHook: true,
		brings: groups{"argoproj.io": {
			"ClusterWorkflowTemplate", "CronWorkflow", "Workflow", "WorkflowArtifactGCTask", "WorkflowEventBinding", "WorkflowTaskResult", "WorkflowTaskSet", "WorkflowTemplate",
		}},
	},
	{
		chart: "argo-rollouts", source: argoSource + "argo-rollouts/templates/crds", when: when{off("installCRDs")},
		brings: groups{"argoproj.io": {"AnalysisRun", "AnalysisTemplate", "ClusterAnalysisTemplate", "Experiment", "Rollout"}},
	},
	{
		chart: "argo-events", source: argoSource + "argo-events/templates/crds", when: when{off("crds.install")},
		brings: groups{"argoproj.io": {"EventBus", "EventSource", "Sensor"}},
	},
}

const (
	argoSource       = "github.com/argoproj/argo-helm: charts/"
	gatekeeperSource = "github.com/open-policy-agent/gatekeeper: charts/gatekeeper/crds"
	gatewaySource    = "github.com/envoyproxy/gateway: charts/"
	kserveSource     = "github.com/kserve/kserve: charts/"
	kyvernoSource    = "github.com/kyverno/kyverno: charts/kyverno"
	nfdSource        = "github.com/kubernetes-sigs/node-feature-discovery: deployment/helm/node-feature-discovery"
	trainerSource    = "github.com/kubeflow/trainer: charts/kubeflow-trainer/"
	volcanoSource    = "github.com/volcano-sh/volcano: installer/helm/chart/volcano"
)

var (
	nfdKinds       = groups{"nfd.k8s-sigs.io": nil}
	topologyKinds  = groups{"topology.node.k8s.io": {"NodeResourceTopology"}}
	karpenterKinds = groups{"karpenter.sh": nil, "karpenter.k8s.aws": nil}
	groveKinds     = groups{"grove.io": nil, "scheduler.grove.io": nil}
	dynamoKinds    = groups{"nvidia.com": {
		"DynamoCheckpoint", "DynamoComponent", "DynamoComponentDeployment", "DynamoGraphDeployment", "DynamoGraphDeploymentRequest",
		"DynamoGraphDeploymentScalingAdapter", "DynamoModel", "DynamoWorkerMetadata",
	}}
	gatewayKinds      = groups{"gateway.networking.k8s.io": nil, "gateway.envoyproxy.io": nil}
	experimentalKinds = groups{"gateway.networking.x-k8s.io": nil}
	kserveKinds       = []string{"ClusterServingRuntime", "ClusterStorageContainer", "InferenceGraph", "InferenceService", "ServingRuntime", "TrainedModel"}
	llmKinds          = []string{"LLMInferenceService", "LLMInferenceServiceConfig"}
)

// topologyOf is when node-feature-discovery, whose values lie below the prefix, brings the kinds of
// its topology updater.
func topologyOf(prefix string) when {
	return when{on(prefix + "topologyUpdater.enable"), on(prefix + "topologyUpdater.createCRDs")}
}
