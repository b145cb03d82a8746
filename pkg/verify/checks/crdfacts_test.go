package checks

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/Masterminds/semver/v3"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/pkg/values"
	"github.com/aicr-flux/aicr/test/charttest"
)

func TestCRDFactsAreComplete(t *testing.T) {
	for _, fact := range crdFacts {
		if fact.chart == "" || len(fact.brings) == 0 || !strings.HasPrefix(fact.source, "github.com/") {
			t.Errorf("an entry lacks its chart, what it brings or its source: %+v", fact)
		}
		if _, err := semver.NewConstraint(fact.versions); fact.versions != "" && err != nil {
			t.Errorf("%s: %v", fact.chart, err)
		}
	}
}

func TestCRDFacts(t *testing.T) {
	for _, c := range []struct {
		chart, version, values string
		kind                   string
		brings                 bool
	}{
		{"argo-cd", "9.1.0", "{}", "Application.argoproj.io", true},
		{"argo-cd", "9.1.0", "crds: {install: false}", "Application.argoproj.io", false},
		{"argo-cd", "9.1.0", "{}", "Workflow.argoproj.io", false},
		{"argo-workflows", "0.45.0", "{}", "CronWorkflow.argoproj.io", true},
		{"argo-workflows", "0.45.0", "{}", "Rollout.argoproj.io", false},
		{"gateway-crds-helm", "v1.6.0", "crds: {gatewayAPI: {enabled: true}}", "XMesh.gateway.networking.x-k8s.io", true},
		{"gateway-crds-helm", "v1.6.0", "crds: {gatewayAPI: {enabled: true, channel: standard}}", "XMesh.gateway.networking.x-k8s.io", false},
		{"argo-rollouts", "2.40.0", "{}", "AnalysisTemplate.argoproj.io", true},
		{"argo-rollouts", "2.40.0", "{}", "Sensor.argoproj.io", false},
		{"argo-events", "2.4.0", "{}", "Sensor.argoproj.io", true},
		{"argo-events", "2.4.0", "{}", "AppProject.argoproj.io", false},

		{"kserve-crd", "v0.17.0", "{}", "InferenceService.serving.kserve.io", true},
		{"kserve-crd", "v0.17.0", "{}", "LLMInferenceService.serving.kserve.io", false},
		{"kserve-crd", "v0.17.0", "{}", "LocalModelCache.serving.kserve.io", false},
		{"kserve-crd", "v0.16.0", "{}", "LocalModelNode.serving.kserve.io", true},
		{"kserve-crd", "v0.14.1", "{}", "LocalModelNode.serving.kserve.io", false},
		{"llmisvc-crd", "v0.16.0", "{}", "LLMInferenceService.serving.kserve.io", true},
		{"kserve-llmisvc-crd", "v0.17.0", "{}", "LLMInferenceServiceConfig.serving.kserve.io", true},
		{"kserve-localmodel-crd", "v0.17.0", "{}", "LocalModelNodeGroup.serving.kserve.io", true},
		{"kserve-localmodel-crd", "v0.17.0", "{}", "LocalModelNamespaceCache.serving.kserve.io", false},
		{"kserve-localmodel-crd", "v0.18.0", "{}", "LocalModelNamespaceCache.serving.kserve.io", true},

		{"gateway-crds-helm", "v1.6.0", "{}", "HTTPRoute.gateway.networking.k8s.io", false},
		{"gateway-crds-helm", "v1.6.0", "crds: {gatewayAPI: {enabled: true}}", "HTTPRoute.gateway.networking.k8s.io", true},
		{"gateway-crds-helm", "v1.6.0", "crds: {gatewayAPI: {enabled: true}}", "EnvoyProxy.gateway.envoyproxy.io", false},
		{"gateway-crds-helm", "v1.6.0", "crds: {envoyGateway: {enabled: true}}", "EnvoyProxy.gateway.envoyproxy.io", true},
		{"gateway-helm", "v1.8.0", "crds: {enabled: false}", "HTTPRoute.gateway.networking.k8s.io", true},
		{"gateway-helm", "v1.9.0", "crds: {enabled: false}", "HTTPRoute.gateway.networking.k8s.io", false},

		{"network-operator", "25.7.0", "nicConfigurationOperator: {enabled: true}", "NicDevice.configuration.net.nvidia.com", true},
		{"network-operator", "25.7.0", "{}", "NicDevice.configuration.net.nvidia.com", false},
		{"network-operator", "25.10.0", "nicConfigurationOperator: {enabled: true}", "NicDevice.configuration.net.nvidia.com", false},
		{"network-operator", "25.10.0-rc.1", "nicConfigurationOperator: {enabled: true}", "NicDevice.configuration.net.nvidia.com", true},
		{"network-operator", "26.1.1", "{}", "NetworkAttachmentDefinition.k8s.cni.cncf.io", true},
		{"network-operator", "26.1.1", "sriovNetworkOperator: {enabled: true}", "SriovNetwork.sriovnetwork.openshift.io", true},
		{"network-operator", "26.1.1", "node-feature-discovery: {topologyUpdater: {enable: true, createCRDs: true}}", "NodeResourceTopology.topology.node.k8s.io", true},
		{"network-operator", "26.1.1", "{nfd: {enabled: false}, node-feature-discovery: {topologyUpdater: {enable: true, createCRDs: true}}}", "NodeResourceTopology.topology.node.k8s.io", false},
		{"gpu-operator", "v26.3.3", "node-feature-discovery: {topologyUpdater: {enable: true, createCRDs: true}}", "NodeResourceTopology.topology.node.k8s.io", true},
		{"gpu-operator", "v26.3.3", "topologyUpdater: {enable: true, createCRDs: true}", "NodeResourceTopology.topology.node.k8s.io", false},
		{"node-feature-discovery", "0.18.3", "topologyUpdater: {enable: true, createCRDs: true}", "NodeResourceTopology.topology.node.k8s.io", true},
		{"node-feature-discovery", "0.18.3", "topologyUpdater: {enable: true}", "NodeResourceTopology.topology.node.k8s.io", false},

		{"kubeflow-trainer", "2.2.0", "crds: {enabled: false}", "TrainJob.trainer.kubeflow.org", true},
		{"kubeflow-trainer", "2.3.0", "crds: {enabled: false}", "TrainJob.trainer.kubeflow.org", false},
		{"kubeflow-trainer", "2.3.0", "{}", "TrainJob.trainer.kubeflow.org", true},
		{"kubeflow-trainer", "2.x", "crds: {enabled: false}", "TrainJob.trainer.kubeflow.org", false},
		{"kubeflow-trainer", "2.2.0", "{}", "LeaderWorkerSet.leaderworkerset.x-k8s.io", false},
		{"kubeflow-trainer", "2.2.0", "dataCache: {enabled: true}", "LeaderWorkerSet.leaderworkerset.x-k8s.io", true},

		{"gatekeeper", "3.20.0", "{}", "Connection.connection.gatekeeper.sh", true},
		{"gatekeeper", "3.19.0", "{}", "Connection.connection.gatekeeper.sh", false},
		{"gatekeeper", "3.20.0", "{}", "Provider.externaldata.gatekeeper.sh", true},
		{"gatekeeper", "3.20.0", "{}", "ConstraintPodStatus.status.gatekeeper.sh", true},
		{"gatekeeper", "3.20.0", "{}", "SyncSet.syncset.gatekeeper.sh", true},
		{"nvsentinel", "v1.9.0", "{}", "HealthEvent.healthevents.dgxc.nvidia.com", true},
		{"volcano", "1.14.0", "{}", "JobFlow.flow.volcano.sh", true},
		{"volcano", "1.14.0", "{}", "Command.bus.volcano.sh", true},
		{"volcano", "1.14.0", "{}", "HyperNode.topology.volcano.sh", true},
		{"volcano", "1.14.0", "{}", "Numatopology.nodeinfo.volcano.sh", true},
		{"volcano", "1.14.0", "{}", "NodeShard.shard.volcano.sh", true},
		{"volcano", "1.13.0", "{}", "NodeShard.shard.volcano.sh", false},
		{"keda", "2.17.0", "{}", "CloudEventSource.eventing.keda.sh", true},
		{"keda", "2.17.0", "crds: {install: false}", "CloudEventSource.eventing.keda.sh", false},
		{"kyverno", "3.6.4", "{}", "EphemeralReport.reports.kyverno.io", true},
		{"kyverno", "3.6.4", "{}", "PolicyReport.wgpolicyk8s.io", true},
		{"rook-ceph", "v1.20.0", "{}", "ObjectBucketClaim.objectbucket.io", true},
		{"rook-ceph", "v1.20.0", "crds: {enabled: false}", "ObjectBucketClaim.objectbucket.io", false},
		{"traefik", "37.0.0", "{}", "APIPlan.hub.traefik.io", true},
		{"traefik-crds", "1.10.0", "{}", "APIPlan.hub.traefik.io", false},
		{"cert-manager", "v1.20.2", "{}", "Issuer.cert-manager.io", false},
		{"cert-manager", "v1.20.2", "installCRDs: true", "Issuer.cert-manager.io", true},
		{"cert-manager", "", "crds: {enabled: true}", "Order.acme.cert-manager.io", true},
	} {
		vals, err := values.Decode([]byte(c.values))
		if err != nil {
			t.Fatal(err)
		}
		name, group, _ := strings.Cut(c.kind, ".")
		if got := factsBring(publicChart{c.chart, c.version}, kind{Group: group, Kind: name}, vals); got != c.brings {
			t.Errorf("%s %s with %s brings %s: %t, want %t", c.chart, c.version, c.values, c.kind, got, c.brings)
		}
	}
}

func factsBring(of publicChart, wanted kind, vals map[string]any) bool {
	return slices.ContainsFunc(crdFacts, func(f crdFact) bool { return f.of(of) && f.has(wanted) && f.holds(vals) })
}

// TestCRDFactsAgainstCharts holds the table against the charts in the user's cache, and says which entries differ, and against what $AICR_CHARTS has, of which none may.
func TestCRDFactsAgainstCharts(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	for name, archive := range charttest.Cached(t) {
		against(t, name, archive, t.Logf)
	}
	for name, archive := range charttest.Public(t) {
		against(t, name, archive, t.Errorf)
	}
}

// required are values without which charts do not render.
var required = map[string]map[string]any{
	"aws-load-balancer-controller": {"clusterName": "a"},
	"karpenter":                    {"settings": map[string]any{"clusterName": "a"}},
	"dra-driver-nvidia-gpu":        {"gpuResourcesEnabledOverride": true},
	"opentelemetry-operator":       {"manager": map[string]any{"collectorImage": map[string]any{"repository": "a"}}},
}

func against(t *testing.T, file string, archive []byte, differs func(string, ...any)) {
	t.Helper()
	loaded, failure := chart.Load(chart.Package{Archive: archive})
	if failure != nil {
		t.Logf("%s: NOT LOOKED AT: %s", file, failure.Message)
		return
	}
	of := publicChart{loaded.Name, loaded.Version}
	var facts []crdFact
	for _, fact := range crdFacts {
		if fact.of(of) {
			facts = append(facts, fact)
		}
	}
	if loaded.Type == "library" {
		return
	}
	for _, vals := range switches(facts) {
		maps.Copy(vals, required[of.name])
		data, err := json.Marshal(vals)
		if err != nil {
			t.Fatal(err)
		}
		manifests, errs := loaded.Install(t.Context(), chart.Install{Release: "a", Namespace: "b", Values: data, AnyKubeVersion: true})
		if len(errs) > 0 {
			t.Logf("%s with %s: NOT LOOKED AT: %s", file, data, errs[0].Message)
			continue
		}
		brought := map[kind]bool{}
		for _, m := range manifests {
			if defined, ok := definedBy(m.Object()); ok {
				brought[defined] = true
			}
		}
		for _, difference := range differences(of, facts, vals, brought) {
			differs("%s %s (%s) with %s: %s", of.name, of.version, file, data, difference)
		}
	}
}

// switches are the values that turn each condition of the facts, and all of one fact, to both sides.
func switches(facts []crdFact) []map[string]any {
	all := []map[string]any{{}}
	add := func(fact crdFact, to bool, paths int) {
		vals := map[string]any{}
		for _, c := range fact.when {
			if c.text != "" {
				continue
			}
			for _, path := range c.paths[:min(paths, len(c.paths))] {
				values.Set(vals, strings.Split(path, "."), to)
			}
		}
		all = append(all, vals)
	}
	for _, fact := range facts {
		if len(fact.when) > 0 {
			add(fact, true, 1)
			add(fact, false, len(fact.when[0].paths))
		}
	}
	return all
}

// asPublished are the groups whose definitions come into a chart when it is published: what is packed
// from its source has none of them.
var asPublished = []string{"grove.io", "scheduler.grove.io", "policies.kyverno.io", "karpenter.sh", "karpenter.k8s.aws", "autoscaling.x-k8s.io"}

func differences(of publicChart, facts []crdFact, vals map[string]any, brought map[kind]bool) (found []string) {
	for k := range brought {
		if !factsBring(of, k, vals) {
			found = append(found, fmt.Sprintf("the chart brings %s, and the table does not say so", k))
		}
	}
	for _, fact := range facts {
		if !fact.holds(vals) || fact.byHook {
			continue
		}
		for group, kinds := range fact.brings {
			if slices.Contains(asPublished, group) {
				continue
			}
			if len(kinds) == 0 && !slices.ContainsFunc(slices.Collect(maps.Keys(brought)), func(k kind) bool { return k.Group == group }) {
				found = append(found, fmt.Sprintf("the table says that it brings kinds of %s (%s), and it does not", group, fact.source))
			}
			for _, name := range kinds {
				if !brought[kind{Group: group, Kind: name}] {
					found = append(found, fmt.Sprintf("the table says that it brings %s.%s (%s), and it does not", name, group, fact.source))
				}
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}
