package aicr

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/values"
)

// rule is something that some component needs and that no registry can say.
type rule struct {
	name  string
	apply func(*resolver) error
}

// rules are applied in this order, to the values of all layers.
func rules() []rule {
	return []rule{
		{"Slurm's accounting has its database", accountingValues},
		{"Slurm's shared volumes are mounted", slurmStorage},
		{"the DRA driver's pods restart with the GPU operator", draFollowsGPUOperator},
		{"the inference gateway is not open to the Internet", gatewaySourceRanges},
		{"pods leave before the GPU driver is replaced", eviction},
		{"GKE admits critical pods outside kube-system", gkeCriticalPods},
		{"nodes are selected where a component needs it", requiredSelectors},
		{"what the recipe's profile decides stays", profileLock},
		{"the registry's validations", validate},
	}
}

func (r *resolver) applyRules() error {
	var problems []error
	for _, rule := range rules() {
		if err := rule.apply(r); err != nil {
			problems = append(problems, errors.In(err, "rule %q", rule.name))
		}
	}
	return errors.Join(problems...)
}

// enabled returns the component where it is switched on, and nil otherwise.
func (r *resolver) enabled(name string) *recipe.ComponentRef {
	if ref := r.recipe.Component(name); ref != nil && ref.Enabled() {
		return ref
	}
	return nil
}

// draFollowsGPUOperator puts the GPU operator's chart version on the DRA driver's pods, so that an
// upgrade of the driver below them restarts them.
func draFollowsGPUOperator(r *resolver) error {
	for _, suffix := range []string{"", "-ocp"} {
		gpu, dra := r.enabled("gpu-operator"+suffix), r.enabled("nvidia-dra-driver-gpu"+suffix)
		if gpu == nil || dra == nil {
			continue
		}
		if gpu.Version == "" {
			continue // on OpenShift the operator comes through a subscription, and has no chart
		}
		for _, part := range []string{"controller", "kubeletPlugin"} {
			values.Set(r.values[dra.Name], []string{part, "podAnnotations", "aicr.run/gpu-operator-chart-version"}, gpu.Version)
		}
	}
	return nil
}

// gatewaySourceRanges limits who reaches the inference gateway's load balancer to private networks,
// unless the values say otherwise.
func gatewaySourceRanges(r *resolver) error {
	const name, key = "agentgateway", "allowedSourceRanges"
	if r.enabled(name) == nil {
		return nil
	}
	vals := r.values[name]
	if v := vals[key]; isEmpty(v) || v == "" {
		vals[key] = []any{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}
		r.note("Component %q is reached from private networks only, as nothing sets its %s", name, key)
		return nil
	}
	list, ok := vals[key].([]any)
	if !ok {
		return errors.Invalid("component %q: %s is %s, where a list of CIDRs is needed", name, key, values.Kind(vals[key]))
	}
	for i, item := range list {
		text, isText := item.(string)
		if !isText {
			return errors.Invalid("component %q: %s[%d] is %s, where a CIDR such as 10.0.0.0/8 is needed", name, key, i, values.Kind(item))
		}
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return errors.Invalid("component %q: %s[%d] is %q, where a CIDR such as 10.0.0.0/8 is needed", name, key, i, text)
		}
		if prefix.Masked() != prefix {
			return errors.Invalid("component %q: %s[%d] is %q, whose address has bits outside of the network; write %s", name, key, i, text, prefix.Masked())
		}
		if prefix.Bits() == 0 {
			r.warn("component %q: %s has %s, so anybody on the Internet reaches the inference endpoint", name, key, text)
		}
	}
	return nil
}

// quotaFile is the manifest that gkeCriticalPods makes.
const quotaFile = "gke-critical-pods-quota.yaml"

// gkeCriticalPods gives components with critical pods the quota without which GKE admits such pods
// only in kube-system.
func gkeCriticalPods(r *resolver) error {
	if !r.onGKE() {
		return nil
	}
	nodes := r.recipe.Criteria.Nodes
	if r.options.Scheduling.Nodes > 0 {
		nodes = r.options.Scheduling.Nodes
	}
	for i := range r.recipe.ComponentRefs {
		ref := &r.recipe.ComponentRefs[i]
		if !ref.Enabled() || !r.registry.Entry(ref.Name).GKECriticalPriority {
			continue
		}
		if r.preManifests[ref.Name] == nil {
			r.preManifests[ref.Name] = map[string][]byte{}
		}
		if _, taken := r.preManifests[ref.Name][quotaFile]; taken {
			return errors.Invalid("component %q: preManifestFiles has a %s of its own; rename it", ref.Name, quotaFile)
		}
		// A namespace such as 123 or on is text only in quotes.
		namespace, err := values.Scalar(ref.Namespace)
		if err != nil {
			return errors.In(err, "component %q: namespace", ref.Name)
		}
		r.preManifests[ref.Name][quotaFile] = quota(namespace, max(32, 32*nodes))
	}
	return nil
}

func (r *resolver) onGKE() bool { return strings.EqualFold(r.recipe.Criteria.Service, "gke") }

func quota(namespace string, pods int) []byte {
	return fmt.Appendf(nil, `apiVersion: v1
kind: ResourceQuota
metadata:
  name: aicr-gke-critical-pods
  namespace: %s
spec:
  hard:
    pods: "%d"
  scopeSelector:
    matchExpressions:
      - scopeName: PriorityClass
        operator: In
        values: [system-node-critical, system-cluster-critical]
`, namespace, pods)
}
