package images

// fact says how the reader of a kind makes image references of its objects, where the common forms
// (see pieces) would miss one, or make one that nobody pulls. To add one, write a line below with
// the place where the reader's program, or its documentation, says so.
type fact struct {
	// group and kind are the object's; field is a way into it, where * is any key or index of a
	// list, and ** any number of them.
	group, kind, field string
	// name is the field beside repository and tag that holds the last part of the image's name.
	name string
	// digest is the field beside an image that holds its digest.
	digest string
	// whole says that the field itself is a reference, though its name does not tell.
	whole bool
	// defaults is where repository and version come from that are left out.
	defaults string
	// node is what the reader appends to a tag, and only a node tells: nodeOS or nodeOSArch.
	node suffix
	// kernel is a field beside the tag that says that the kernel is appended, too.
	kernel string
	// needs is a field of the object without which the reader leaves the image out.
	needs string
	// elsewhere says where images stand that are in no object.
	elsewhere string
	// source is where it can be read up.
	source string
}

const (
	gpuOperator     = "gpu-operator: controllers/object_controls.go, resolveDriverTag"
	gpuStates       = "gpu-operator: controllers/state_manager.go, isStateEnabled"
	sandbox         = "spec.sandboxWorkloads.enabled"
	nvidiaDriver    = "gpu-operator: api/nvidia/v1alpha1/nvidiadriver_types.go, GetImagePath"
	networkOperator = "network-operator: pkg/state/state_ofed.go, mofedImageFormat"
	networkGlobal   = "network-operator: api/v1alpha1/nicclusterpolicy_types.go, ApplyGlobalConfig"
)

// facts is the table. An object may meet several of its lines.
func facts() []fact {
	return []fact{
		{group: "kai.scheduler", kind: "Config", field: "spec.**", name: "name", source: "KAI-Scheduler: pkg/apis/kai/v1/common/image.go, Url"},
		{group: "kai.scheduler", kind: "Config", field: "spec.nodeScaleAdjuster.args", needs: "spec.nodeScaleAdjuster.service.enabled", source: "KAI-Scheduler: pkg/operator/operands/node_scale_adjuster"},

		{group: "nvidia.com", kind: "ClusterPolicy", field: "spec.driver", node: nodeOS, kernel: "usePrecompiled", source: gpuOperator},
		{group: "nvidia.com", kind: "ClusterPolicy", field: "spec.gds", node: nodeOS, source: gpuOperator},
		{group: "nvidia.com", kind: "ClusterPolicy", field: "spec.gdrcopy", node: nodeOS, source: gpuOperator},
		{group: "nvidia.com", kind: "ClusterPolicy", field: "spec.vgpuManager", node: nodeOS, needs: sandbox, source: gpuOperator},
		{group: "nvidia.com", kind: "ClusterPolicy", field: "spec.vgpuDeviceManager", needs: sandbox, source: gpuStates},
		{group: "nvidia.com", kind: "ClusterPolicy", field: "spec.vfioManager", needs: sandbox, source: gpuStates},
		{group: "nvidia.com", kind: "ClusterPolicy", field: "spec.ccManager", needs: sandbox, source: gpuStates},
		{group: "nvidia.com", kind: "ClusterPolicy", field: "spec.sandboxDevicePlugin", needs: sandbox, source: gpuStates},
		{group: "nvidia.com", kind: "ClusterPolicy", field: "spec.kataSandboxDevicePlugin", needs: sandbox, source: gpuStates},
		{group: "nvidia.com", kind: "NVIDIADriver", field: "spec", node: nodeOS, kernel: "usePrecompiled", source: nvidiaDriver},
		{group: "nvidia.com", kind: "NVIDIADriver", field: "spec.gds", node: nodeOS, source: nvidiaDriver},
		{group: "nvidia.com", kind: "NVIDIADriver", field: "spec.gdrcopy", node: nodeOS, source: nvidiaDriver},

		{group: "mellanox.com", kind: "NicClusterPolicy", field: "spec.ofedDriver", node: nodeOSArch, source: networkOperator},
		{group: "mellanox.com", kind: "NicNodePolicy", field: "spec.ofedDriver", node: nodeOSArch, source: networkOperator},
		{group: "mellanox.com", kind: "NicClusterPolicy", field: "spec.**", defaults: "spec.global", source: networkGlobal},
		{group: "mellanox.com", kind: "NicNodePolicy", field: "spec.**", defaults: "spec.global", source: networkGlobal},

		{group: "apps.nvidia.com", kind: "NIMCache", field: "spec.source.*.modelPuller", whole: true, source: "k8s-nim-operator: api/apps/v1alpha1/nimcache_types.go, ModelPuller"},
		{group: "skyhook.nvidia.com", kind: "Skyhook", field: "spec.packages.*", digest: "containerSHA", source: "nodewright: operator/internal/controller/skyhook_controller.go, getPackageImage"},
		{group: "nodewright.nvidia.com", kind: "NodeWright", field: "spec.packages.*", digest: "containerSHA", source: "nodewright: operator/internal/controller/skyhook_controller.go, getPackageImage"},
		{group: "skyhook.nvidia.com", kind: "Skyhook", field: "spec.packages.*.agentImageOverride", whole: true, source: "nodewright: operator/api/v1alpha1/skyhook_types.go, AgentImageOverride"},
		{group: "pkg.crossplane.io", kind: "Provider", field: "spec.package", whole: true, source: "docs.crossplane.io: Packages"},
		{group: "pkg.crossplane.io", kind: "Function", field: "spec.package", whole: true, source: "docs.crossplane.io: Packages"},
		{group: "pkg.crossplane.io", kind: "Configuration", field: "spec.package", whole: true, source: "docs.crossplane.io: Packages"},

		{group: "operators.coreos.com", kind: "Subscription", elsewhere: "the images of the operator that OLM installs stand in its catalog; mirror that, for example with oc-mirror", source: "docs.redhat.com: Disconnected environments"},
		{group: "operator.tigera.io", kind: "Installation", elsewhere: "the images stand in Tigera's operator, whose program prints them (print-images)", source: "docs.tigera.io: Install using a private registry"},
	}
}

// injector is a mark on a pod, a pod template or a namespace that makes a webhook add a container,
// whose image stands in the webhook's configuration.
type injector struct {
	// mark is a label or an annotation, or with a * at the end the beginning of one.
	mark string
	// no is the value that says no.
	no string
	// image is the annotation that names the image instead.
	image, who, source string
}

func injectors() []injector {
	return []injector{
		{mark: "sidecar.istio.io/inject", no: "false", image: "sidecar.istio.io/proxyImage", who: "Istio", source: "istio.io: Resource annotations"},
		{mark: "istio-injection", no: "disabled", who: "Istio", source: "istio.io: Installing the sidecar"},
		{mark: "linkerd.io/inject", no: "disabled", image: "config.linkerd.io/proxy-image", who: "Linkerd", source: "linkerd.io: Automatic proxy injection"},
		{mark: "vault.hashicorp.com/agent-inject", no: "false", image: "vault.hashicorp.com/agent-image", who: "Vault", source: "developer.hashicorp.com: Agent sidecar injector annotations"},
		{mark: "dapr.io/enabled", no: "false", image: "dapr.io/sidecar-image", who: "Dapr", source: "docs.dapr.io: Arguments and annotations"},
		{mark: "instrumentation.opentelemetry.io/inject-*", no: "false", who: "the OpenTelemetry operator", source: "opentelemetry.io: Injecting auto-instrumentation"},
	}
}
