package component

import (
	"slices"
	"strings"
)

// HealthCheck says when the objects of a kind that a component brings are ready, in CEL: the fields
// of the object are the variables, as in status.state == 'ready'.
type HealthCheck struct {
	// APIVersion and Kind are those of the objects. The version does not count.
	APIVersion, Kind string
	// Current says that an object is ready. A field that an object does not have yet is an error, for
	// which Flux waits: no expression needs has(), which fails where status itself is missing.
	Current string
	// Failed says that an object will never be ready; it may be empty.
	Failed string
	// From is what asks for the check, for messages: a file of the data or an option; empty for what
	// is known here.
	From string
	// Given says that a person asked for it, so that a check without an object is a mistake.
	Given bool
	// InChart says that the component's chart brings the objects where its manifests do not.
	InChart bool
}

// Group is the API group; empty for the core API.
func (h HealthCheck) Group() string {
	group, _, found := strings.Cut(h.APIVersion, "/")
	if !found {
		return ""
	}
	return group
}

// KindAndGroup is the kind as kubectl takes it: ClusterPolicy.nvidia.com.
func (h HealthCheck) KindAndGroup() string {
	return strings.TrimSuffix(h.Kind+"."+h.Group(), ".")
}

// Same reports whether both are about the same kind. Flux takes one for each.
func (h HealthCheck) Same(other HealthCheck) bool { return h.KindAndGroup() == other.KindAndGroup() }

// known is a HealthCheck that is known of some components.
type known struct {
	components []string
	HealthCheck
	// instead is the kind that the component's readiness.yaml asks for and that no release can wait
	// for, because others make the objects.
	instead string
}

// KnownHealthChecks are those that are known of a component.
func KnownHealthChecks(component string) []HealthCheck {
	var all []HealthCheck
	for _, k := range knownHealthChecks() {
		if slices.Contains(k.components, component) {
			all = append(all, k.HealthCheck)
		}
	}
	return all
}

// standsIn reports whether what is known of the component says the same as a check for that kind,
// which others than the release make the objects of.
func standsIn(component, kind string) bool {
	return slices.ContainsFunc(knownHealthChecks(), func(k known) bool {
		return k.instead == kind && slices.Contains(k.components, component)
	})
}

// Pieces of expressions.
const (
	stateReady = "status.state == 'ready'"
	available  = "status.conditions.exists(c, c.type == 'Available' && c.status == 'True')"
	active     = "status.conditions.exists(c, c.type == 'Active' && c.status == 'True')"
	ready      = "status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')"
	// Flux itself takes a DaemonSet for ready that no node has a pod of yet. The pods of an earlier
	// version do not count.
	rolledOut = "status.desiredNumberScheduled > 0 && status.updatedNumberScheduled == status.desiredNumberScheduled && status.numberReady == status.desiredNumberScheduled"
	// OLM has no newer version to install, and has installed one.
	installed = "status.state == 'AtLatestKnown' && status.installedCSV != ''"
)

// knownHealthChecks is what is known of AICR's components beyond what Flux sees by itself, which is
// that Deployments, StatefulSets and CRDs are there. The sources are AICR's own readiness gates
// (components/NAME/readiness.yaml, which its deployers for Helm and Argo CD wait for) and its health
// checks (checks/NAME/health-check.yaml, by which aicr validate judges a cluster), both in the data
// of AICR 1.x. What may rightly never become ready is not here: a Skyhook of nodewright-customizations
// does not where it matches no node.
func knownHealthChecks() []known {
	chart := func(apiVersion, kind, current string, components ...string) known {
		return known{components: components, HealthCheck: HealthCheck{APIVersion: apiVersion, Kind: kind, Current: current, InChart: true}}
	}
	manifest := func(apiVersion, kind, current string, components ...string) known {
		k := chart(apiVersion, kind, current, components...)
		k.InChart = false
		return k
	}
	// The gate asks for the ClusterServiceVersion, which OLM makes for the Subscription.
	subscription := manifest("operators.coreos.com/v1alpha1", "Subscription", installed, "cert-manager-ocp-olm", "gpu-operator-ocp-olm", "network-operator-ocp-olm", "nfd-ocp-olm")
	subscription.instead = "ClusterServiceVersion"
	return []known{
		// Gates. The operator makes the driver, the toolkit and the device plugin of a ClusterPolicy,
		// and says ready when all nodes have them.
		chart("nvidia.com/v1", "ClusterPolicy", stateReady, "gpu-operator", "gpu-operator-ocp"),
		manifest("mellanox.com/v1alpha1", "NicClusterPolicy", stateReady, "network-operator", "network-operator-ocp"),
		subscription,
		// Health checks.
		chart("monitoring.coreos.com/v1", "Prometheus", available, "kube-prometheus-stack"),
		chart("monitoring.coreos.com/v1", "Alertmanager", available, "kube-prometheus-stack"),
		manifest("kueue.x-k8s.io/v1beta2", "ClusterQueue", active, "kueue"),
		manifest("kueue.x-k8s.io/v1beta2", "LocalQueue", active, "kueue"),
		manifest("nfd.openshift.io/v1", "NodeFeatureDiscovery", available, "nfd-ocp"),
		chart("slinky.slurm.net/v1beta1", "NodeSet", "status.availableReplicas > 0", "slinky-slurm"),
		// Flux takes an object without conditions for ready.
		chart("k8s.mariadb.com/v1alpha1", "MariaDB", ready, "slurm-accounting-mariadb"),
		chart("k8s.mariadb.com/v1alpha1", "User", ready, "slurm-accounting-mariadb"),
		chart("k8s.mariadb.com/v1alpha1", "Database", ready, "slurm-accounting-mariadb"),
		chart("k8s.mariadb.com/v1alpha1", "Grant", ready, "slurm-accounting-mariadb"),
		chart("aibom.k8saibom.dev/v1alpha1", "AIBOMControllerConfig", "status.observedGeneration == metadata.generation && "+ready, "k8s-aibom"),
		chart("apps/v1", "DaemonSet", rolledOut, "aws-efa", "gke-nccl-tcpxo", "nfd", "nvidia-dra-driver-gpu", "nvidia-dra-driver-gpu-ocp"),
		// Of its DaemonSets only two have pods in every cluster.
		chart("apps/v1", "DaemonSet", "status.desiredNumberScheduled == 0 && !(metadata.name in ['metadata-collector', 'syslog-health-monitor-regular']) || "+rolledOut, "nvsentinel"),
	}
}
