package component_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"github.com/fluxcd/pkg/apis/kustomize"
	"github.com/fluxcd/pkg/runtime/cel"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/component"
)

// judge is what the controllers make of an object: Current, InProgress, Failed, or "error", for which
// they wait, too.
func judge(t *testing.T, check component.HealthCheck, object string) string {
	t.Helper()
	evaluator, err := cel.NewStatusEvaluator(&kustomize.HealthCheckExpressions{Current: check.Current, Failed: check.Failed})
	if err != nil {
		t.Fatalf("%s: %v", check.KindAndGroup(), err)
	}
	var u unstructured.Unstructured
	json, err := yaml.YAMLToJSON([]byte("apiVersion: " + check.APIVersion + "\nkind: " + check.Kind + "\n" + object))
	if err == nil {
		err = u.UnmarshalJSON(json)
	}
	if err != nil {
		t.Fatal(err)
	}
	result, err := evaluator.Evaluate(t.Context(), &u)
	if err != nil {
		t.Log(err)
		return "error"
	}
	return result.Status.String()
}

var (
	current    = status.CurrentStatus.String()
	inProgress = status.InProgressStatus.String()
)

// TestKnownHealthChecksTellReadyFromNot by what the controllers evaluate, on an object as it is before
// its operator has seen it, on one that is on the way, and on one that is ready.
func TestKnownHealthChecksTellReadyFromNot(t *testing.T) {
	const (
		head = "metadata: {name: x, generation: 2}\nstatus:\n"
		when = "  conditions: [{type: Other, status: 'True'}, {type: "
	)
	condition := func(kind string) [2]string {
		return [2]string{head + when + kind + ", status: 'False'}]", head + when + kind + ", status: 'True'}]"}
	}
	state := [2]string{head + "  state: notReady", head + "  state: ready"}
	daemonSet := [2]string{
		head + "  desiredNumberScheduled: 0\n  numberReady: 0",
		head + "  desiredNumberScheduled: 2\n  updatedNumberScheduled: 2\n  numberReady: 2",
	}
	subscription := [2]string{
		head + "  state: UpgradePending\n  installedCSV: ''", head + "  state: AtLatestKnown\n  installedCSV: gpu-operator-certified.v25.3.0",
	}
	samples := map[string][2]string{
		"ClusterPolicy.nvidia.com": state, "NicClusterPolicy.mellanox.com": state,
		"Subscription.operators.coreos.com": subscription, "DaemonSet.apps": daemonSet,
		"Prometheus.monitoring.coreos.com": condition("Available"), "Alertmanager.monitoring.coreos.com": condition("Available"),
		"ClusterQueue.kueue.x-k8s.io": condition("Active"), "LocalQueue.kueue.x-k8s.io": condition("Active"),
		"NodeFeatureDiscovery.nfd.openshift.io": condition("Available"),
		"NodeSet.slinky.slurm.net":              {head + "  availableReplicas: 0", head + "  availableReplicas: 1"},
		"MariaDB.k8s.mariadb.com":               condition("Ready"), "User.k8s.mariadb.com": condition("Ready"), "Database.k8s.mariadb.com": condition("Ready"), "Grant.k8s.mariadb.com": condition("Ready"),
		"AIBOMControllerConfig.aibom.k8saibom.dev": {
			head + "  observedGeneration: 1\n" + when + "Ready, status: 'True'}]", head + "  observedGeneration: 2\n" + when + "Ready, status: 'True'}]",
		},
	}
	seen := map[string]bool{}
	for _, name := range []string{
		"aws-efa", "cert-manager-ocp-olm", "gke-nccl-tcpxo", "gpu-operator", "gpu-operator-ocp", "gpu-operator-ocp-olm", "k8s-aibom", "kube-prometheus-stack", "kueue",
		"network-operator", "network-operator-ocp", "network-operator-ocp-olm", "nfd", "nfd-ocp", "nfd-ocp-olm", "nvidia-dra-driver-gpu", "nvidia-dra-driver-gpu-ocp", "slinky-slurm", "slurm-accounting-mariadb",
	} {
		checks := component.KnownHealthChecks(name)
		if len(checks) == 0 {
			t.Errorf("nothing is known of %s", name)
		}
		for _, check := range checks {
			sample, ok := samples[check.KindAndGroup()]
			if !ok {
				t.Errorf("there is no sample of %s", check.KindAndGroup())
				continue
			}
			seen[check.KindAndGroup()] = true
			for object, want := range map[string]string{"metadata: {name: x, generation: 1}": "error", sample[0]: inProgress, sample[1]: current} {
				if got := judge(t, check, object); got != want {
					t.Errorf("%s: %s: %s, want %s of\n%s", name, check.Current, got, want, object)
				}
			}
		}
	}
	if len(seen) != len(samples) {
		t.Errorf("of %d samples only %d are of kinds that the table has", len(samples), len(seen))
	}
	for _, name := range []string{"nodewright-customizations", "rdma-netns-exclusive", "cert-manager", ""} {
		if checks := component.KnownHealthChecks(name); len(checks) > 0 {
			t.Errorf("%q has %v", name, checks)
		}
	}
}

// TestDaemonSetsOfNVSentinel: some are for nodes that not every cluster has.
func TestDaemonSetsOfNVSentinel(t *testing.T) {
	check := component.KnownHealthChecks("nvsentinel")[0]
	const idle, done = "\nstatus: {desiredNumberScheduled: 0, numberReady: 0}", "\nstatus: {desiredNumberScheduled: 1, updatedNumberScheduled: 1, numberReady: 1}"
	for object, want := range map[string]string{
		"metadata: {name: syslog-health-monitor-kata}" + idle:                                                                  current,
		"metadata: {name: syslog-health-monitor-regular}" + idle:                                                               inProgress,
		"metadata: {name: metadata-collector}" + done:                                                                          current,
		"metadata: {name: gpu-health-monitor}\nstatus: {desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberReady: 1}": inProgress,
		"metadata: {name: gpu-health-monitor}\nstatus: {desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberReady: 2}": inProgress,
	} {
		if got := judge(t, check, object); got != want {
			t.Errorf("%s, want %s of\n%s", got, want, object)
		}
	}
}

func readiness(t *testing.T, name, steps string) component.Readiness {
	t.Helper()
	text := "apiVersion: chainsaw.kyverno.io/v1alpha1\nkind: Test\nmetadata: {name: x}\nspec:\n  timeouts: {assert: 30s}\n  steps:\n  - name: works\n    try:\n" + steps
	roots := component.Roots{{Name: "data", FS: fstest.MapFS{"components/" + name + "/readiness.yaml": {Data: []byte(text)}}}}
	r, err := roots.Readiness(name)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestReadinessSaysInCELWhatChainsawAsserts and the controllers evaluate it as chainsaw would.
func TestReadinessSaysInCELWhatChainsawAsserts(t *testing.T) {
	for _, c := range []struct{ name, steps, says, yes, no string }{
		{
			"a value", "    - assert: {resource: {apiVersion: nvidia.com/v1, kind: ClusterPolicy, status: {state: ready}}}\n",
			"status.state == 'ready'", "status: {state: ready}", "status: {state: notReady}",
		},
		{
			"several values", "    - assert: {resource: {apiVersion: a/v1, kind: A, spec: {busy: true, count: 3}, status: {'a-b': \"it's\"}}}\n",
			`spec.busy == true && spec.count == 3 && status['a-b'] == "it's"`, "spec: {busy: true, count: 3}\nstatus: {a-b: it's}", "spec: {busy: true, count: 4}\nstatus: {a-b: it's}",
		},
		{
			"a name", "    - assert: {resource: {apiVersion: a/v1, kind: A, metadata: {name: main, namespace: here}, spec: {a: b}, status: {state: ready}}}\n",
			"metadata.name != 'main' || metadata.namespace != 'here' || (spec.a == 'b' && status.state == 'ready')",
			"metadata: {name: other, namespace: here}", "metadata: {name: main, namespace: here}\nspec: {a: b}\nstatus: {state: waiting}",
		},
		{
			"a condition", "    - assert: {resource: {apiVersion: a/v1, kind: A, status: {\"(conditions[?type == 'Established'])\": [{status: 'True'}]}}}\n",
			"status.conditions.exists(c, c.type == 'Established' && c.status == 'True')",
			"status: {conditions: [{type: A, status: 'False'}, {type: Established, status: 'True'}]}", "status: {conditions: [{type: A, status: 'True'}, {type: Established, status: 'False'}]}",
		},
		{
			"comparisons", "    - assert: {resource: {apiVersion: a/v1, kind: A, status: {(desired > `0`): true, (ready == desired): true, (broken >= `1`): false}}}\n",
			"!(status.broken >= 1) && status.desired > 0 && status.ready == status.desired", "status: {desired: 2, ready: 2, broken: 0}", "status: {desired: 2, ready: 2, broken: 1}",
		},
		{
			"what must not be", "    - assert: {resource: {apiVersion: a/v1, kind: A}}\n    - error: {resource: {apiVersion: a/v1, kind: A, \"(status.state != 'ready')\": true}}\n",
			"(true) && (!(status.state != 'ready'))", "status: {state: ready}", "status: {state: error}",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := readiness(t, "x", c.steps)
			if len(r.Checks) != 1 || len(r.Unsaid) > 0 || r.Checks[0].Current != c.says || r.File != "components/x/readiness.yaml" {
				t.Fatalf("%+v", r)
			}
			if got := judge(t, r.Checks[0], c.yes); got != current {
				t.Errorf("%s of %s", got, c.yes)
			}
			if got := judge(t, r.Checks[0], c.no); got != inProgress {
				t.Errorf("%s of %s", got, c.no)
			}
		})
	}
}

func TestReadinessNamesWhatItCannotSay(t *testing.T) {
	r := readiness(t, "x", `
    - script: {content: "true"}
    - error: {resource: {apiVersion: v1, kind: Pod, status: {phase: Pending}}}
    - assert: {resource: {apiVersion: operators.coreos.com/v1alpha1, kind: ClusterServiceVersion, status: {phase: Succeeded}}}
    - assert: {resource: {apiVersion: a/v1, kind: A, metadata: {labels: {a: b}}}}
    - assert: {resource: {apiVersion: a/v1, kind: A, status: {list: [1]}}}
    - assert: {resource: {apiVersion: a/v1, kind: A, status: {(length(items)): 2}}}
    - assert: {resource: {apiVersion: a/v1, kind: A, a-b: c}}
    - error: {resource: {apiVersion: a/v1, kind: A}}
    - assert: {resource: {apiVersion: a/v1, kind: B, status: {state: ready}}}
`)
	if len(r.Checks) != 1 || r.Checks[0].Kind != "B" {
		t.Errorf("%+v", r.Checks)
	}
	want := []string{
		`step "works": "script" is not the assertion of a resource`, "a Pod", "a ClusterServiceVersion", "metadata.labels", "status.list is compared with a list", "(length(items)) cannot be said", `"a-b" is no name`, "must not be there",
	}
	if len(r.Unsaid) != len(want) {
		t.Fatalf("%q", r.Unsaid)
	}
	for i, text := range want {
		if !strings.Contains(r.Unsaid[i], text) {
			t.Errorf("%q does not say %q", r.Unsaid[i], text)
		}
	}
}

func TestReadinessOfOLMIsThatOfTheSubscription(t *testing.T) {
	const succeeded = "    - assert: {resource: {apiVersion: operators.coreos.com/v1alpha1, kind: ClusterServiceVersion, status: {phase: Succeeded}}}\n"
	if r := readiness(t, "gpu-operator-ocp-olm", succeeded); len(r.Checks)+len(r.Unsaid) > 0 {
		t.Errorf("%+v", r)
	}
	if !slices.ContainsFunc(component.KnownHealthChecks("gpu-operator-ocp-olm"), func(h component.HealthCheck) bool { return h.Kind == "Subscription" }) {
		t.Error("the Subscription does not stand in")
	}
}

func TestReadinessThatCannotBeRead(t *testing.T) {
	for text, says := range map[string]string{"kind: Pod": `kind is "Pod"`, "a: [": "components/x/readiness.yaml in data root data", "kind: Test\nspec: []": "spec"} {
		roots := component.Roots{{Name: "data", FS: fstest.MapFS{"components/x/readiness.yaml": {Data: []byte(text)}}}}
		if _, err := roots.Readiness("x"); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if r, err := (component.Roots{}).Readiness("x"); err != nil || r.File != "" {
		t.Errorf("%+v, %v", r, err)
	}
}
