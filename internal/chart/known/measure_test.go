package known_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/internal/chart/known"
	"github.com/aicr-flux/aicr/pkg/values"
	"github.com/aicr-flux/aicr/test/charttest"
	"github.com/aicr-flux/aicr/test/corpus"
)

// typo is a mistake in the values of a public chart, at a path.
type typo struct{ chart, values, at string }

// typos are mistakes of people: letters, case, the wrong level, the wrong type, and keys that older
// versions of the chart had.
var typos = []typo{
	// Letters, at several depths.
	{"gpu-operator", "drivr: {enabled: false}", "drivr"},
	{"gpu-operator", "driver: {verison: 570.26}", "driver.verison"}, //nolint:misspell // on purpose
	{"gpu-operator", "driver: {upgradePolicy: {maxParalelUpgrades: 4}}", "driver.upgradePolicy.maxParalelUpgrades"},
	{"gpu-operator", "dcgmExporter: {serviceMonitor: {enable: true}}", "dcgmExporter.serviceMonitor.enable"},
	{"gpu-operator", "node-feature-discovery: {worker: {toleration: []}}", "node-feature-discovery.worker.toleration"},
	{"network-operator", "sriov-network-operator: {operator: {resourcesPrefix: a}}", "sriov-network-operator.operator.resourcesPrefix"},
	{"node-feature-discovery", "master: {replicasCount: 2}", "master.replicasCount"},
	{"kai-scheduler", "scheduler: {placmentStrategy: spread}", "scheduler.placmentStrategy"},
	{"kube-prometheus-stack", "prometheus: {prometheusSpec: {retentionsize: 10GB}}", "prometheus.prometheusSpec.retentionsize"},
	{"kube-prometheus-stack", "prometheus: {prometheusSpec: {storagSpec: {}}}", "prometheus.prometheusSpec.storagSpec"},
	{"kube-prometheus-stack", "alertmanager: {alertmanagerSpec: {externalURL: a}}", "alertmanager.alertmanagerSpec.externalURL"},
	{"kube-prometheus-stack", "grafana: {adminPasword: a}", "grafana.adminPasword"},
	{"keda", "metricsServer: {replicaCounts: 2}", "metricsServer.replicaCounts"},
	{"kueue", "controllerManager: {manager: {loglevel: 4}}", "controllerManager.manager.loglevel"},
	{"prometheus-adapter", "prometheus: {uri: http://a}", "prometheus.uri"},
	{"cert-manager", "webhook: {replicacount: 2}", "webhook.replicacount"},
	{"aws-ebs-csi-driver", "controller: {replicacount: 2}", "controller.replicacount"},
	{"volcano", "custom: {scheduler_replica: 2}", "custom.scheduler_replica"},
	{"skyhook-operator", "controllerManager: {manager: {env: {logLevels: debug}}}", "controllerManager.manager.env.logLevels"},
	// Case.
	{"gpu-operator", "devicePlugin: {Enabled: false}", "devicePlugin.Enabled"},
	{"gpu-operator", "dcgmexporter: {enabled: false}", "dcgmexporter"},
	{"kubeflow-trainer", "manager: {nodeselector: {a: b}}", "manager.nodeselector"},
	{"agentgateway", "controller: {loglevel: debug}", "controller.loglevel"},
	// The wrong level.
	{"gpu-operator", "autoUpgrade: false", "autoUpgrade"},
	{"gpu-operator", "driver: {useHostMofed: true}", "driver.useHostMofed"},
	{"kube-prometheus-stack", "prometheus: {retention: 10d}", "prometheus.retention"},
	{"kube-prometheus-stack", "prometheusSpec: {retention: 10d}", "prometheusSpec"},
	{"dra-driver-nvidia-gpu", "gpus: {enabled: false}", "gpus"},
	{"slurm", "controller: {image: {tag: a}}", "controller.image"},
	// The wrong type.
	{"node-feature-discovery", "master: {replicaCount: two}", "master.replicaCount"},
	{"gpu-operator", `driver: {enabled: "false"}`, "driver.enabled"},
	{"gpu-operator", "driver: {imagePullSecrets: 'a,b'}", "driver.imagePullSecrets"},
	{"keda", "operator: {tolerations: {key: a, operator: Exists}}", "operator.tolerations"},
	// Keys of older versions.
	{"gpu-operator", "operator: {defaultRuntime: containerd}", "operator.defaultRuntime"},
	{"node-feature-discovery", "nfdVersion: v0.10.0", "nfdVersion"},
	{"kube-prometheus-stack", "prometheusOperator: {createCustomResource: false}", "prometheusOperator.createCustomResource"},
	{"kubeflow-trainer", "controller: {replicas: 2}", "controller"},
}

// TestMeasureTypos says how many mistakes in the values of public charts are found, and that nothing
// is said of values without any.
func TestMeasureTypos(t *testing.T) {
	const wanted = 32
	charts := publicCharts(t)
	for _, c := range charts {
		own, err := values.Decode(c.Parts.Values)
		if err != nil {
			t.Fatal(err)
		}
		c.silent(t, "its own values.yaml", own, nil)
	}
	if corpus.Root() != "" {
		for _, recipe := range append(corpus.Recipes(t), recipes1x(t)...) {
			for _, release := range recipe.Expected.Releases {
				if release.Chart == nil {
					continue
				}
				c := charts[release.Chart.Name+" "+strings.TrimPrefix(release.Chart.Version, "v")]
				if c == nil {
					c = charts[release.Chart.Name]
				}
				if c != nil {
					c.silent(t, "component "+release.Name, release.Values, manifestsOf(t, recipe, release.Name))
				}
			}
		}
	}
	found, missing := 0, 0
	for _, typo := range typos {
		c := charts[typo.chart]
		if c == nil {
			missing++
			t.Logf("%s: NOT THERE", typo.chart)
			continue
		}
		given, err := values.Decode([]byte(typo.values))
		if err != nil {
			t.Fatal(err)
		}
		says := c.finds(t, given, typo.at)
		if says == "" {
			t.Logf("%s: NOT FOUND: %s", typo.chart, typo.values)
			continue
		}
		found++
		t.Logf("%s: %s: %s", typo.chart, typo.at, says)
	}
	t.Logf("%d of %d are found", found, len(typos)-missing)
	if missing == 0 && found < wanted {
		t.Errorf("%d of %d are found, want %d", found, len(typos), wanted)
	}
}

type publicChart struct {
	*chart.Loaded
	file string
	*known.Values
}

// publicCharts are the newest of those that $AICR_CHARTS has, by name.
func publicCharts(t *testing.T) map[string]*publicChart {
	t.Helper()
	archives := charttest.Public(t)
	all := map[string]*publicChart{}
	for _, file := range slices.Sorted(maps.Keys(archives)) {
		loaded, err := chart.Load(chart.Package{Archive: archives[file]})
		if err != nil {
			t.Logf("%s: NOT LOOKED AT: %s", file, err.Message)
			continue
		}
		c := &publicChart{loaded, file, known.Of(loaded.Parts)}
		all[loaded.Name], all[loaded.Name+" "+strings.TrimPrefix(loaded.Version, "v")] = c, c
	}
	return all
}

func recipes1x(t *testing.T) []corpus.Recipe {
	t.Helper()
	if corpus.Root1x() == "" {
		return nil
	}
	return corpus.Recipes1x(t)
}

// manifestsOf is what the manifests of a component read, which get its values below its name.
func manifestsOf(t *testing.T, recipe corpus.Recipe, component string) *known.Values {
	t.Helper()
	part := &chart.Part{Templates: map[string][]byte{}}
	files, err := filepath.Glob(filepath.Join(recipe.Data, "components", component, "manifests", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if part.Templates[file], err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
	}
	return known.Of(part)
}

// unread are values of recipes that their charts really do not read: they were looked for in the
// templates by hand.
var unread = map[string][]string{
	"node-feature-discovery":    {"enableNodeFeatureApi"},                                       // up to 0.16
	"gpu-operator":              {"driver.maxParallelUpgrades"},                                 // driver.upgradePolicy.maxParallelUpgrades
	"aws-efa-k8s-device-plugin": {"affinity"},                                                   // the template has one of its own
	"network-operator":          {"deployCR", "nicClusterPolicy", "nvIpam", "secondaryNetwork"}, // up to 24.10
	"kubeflow-trainer": {
		"crds", "manager.leaderElection", "manager.logging", "manager.metrics", "manager.podSecurityContext", "manager.serviceAccount",
		"webhook.enabled", "webhook.port",
	},
}

func (c *publicChart) silent(t *testing.T, of string, given map[string]any, manifests *known.Values) {
	t.Helper()
	for _, key := range c.Unknown(given) {
		component := strings.TrimPrefix(of, "component ")
		if manifests != nil && manifests.Reads(append([]string{component}, key.Path...)) || slices.Contains(unread[c.Name], strings.Join(key.Path, ".")) {
			continue
		}
		t.Errorf("%s: %s: a false alarm: unknown %s (%s?)", c.file, of, values.JoinPath(key.Path), values.JoinPath(key.Nearest))
	}
	for _, clash := range c.Clashes(given) {
		t.Errorf("%s: %s: a false alarm: %s is %s, not %s", c.file, of, values.JoinPath(clash.Path), clash.Given, clash.Default)
	}
}

// finds returns what is said of the value at the path; "" where nothing is.
func (c *publicChart) finds(t *testing.T, given map[string]any, at string) string {
	for _, key := range c.Unknown(given) {
		if strings.Join(key.Path, ".") == at {
			return "unknown, meant is " + values.JoinPath(key.Nearest)
		}
	}
	for _, clash := range c.Clashes(given) {
		if strings.Join(clash.Path, ".") == at {
			return clash.Given + " for " + clash.Default + ": " + clash.Hint
		}
	}
	data, _ := json.Marshal(given)
	_, errs := c.Install(t.Context(), chart.Install{Release: "a", Namespace: "b", Values: data, AnyKubeVersion: true})
	for _, e := range errs {
		if e.Kind == chart.KindValues {
			return e.Message
		}
	}
	return ""
}
