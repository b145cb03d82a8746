package flux

import (
	"fmt"
	"slices"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// standardNamespaces exist in every cluster.
var standardNamespaces = []string{"default", "kube-system", "kube-public", "kube-node-lease"}

// namespaces settles who creates the namespaces that releases ship as objects.
//
// Helm stores a release before it creates any object, so a release that ships a namespace is stored
// in the Flux namespace. Nobody else may create the namespace, because helm-controller would strip
// its labels, and everybody who is installed there has to wait for it.
func (p *planner) namespaces() error {
	shippers := map[string]int{}
	p.shippers = shippers
	var problems []error
	releases := p.plan.Releases
	for i := range releases {
		r := &releases[i]
		if r.Local == nil {
			continue
		}
		for _, ns := range r.Local.Namespaces {
			if ns.Name == "" {
				p.warn("component %q: release %q ships a Namespace whose name only the cluster knows; where a component is installed into it, write the name out", r.Component, r.Name)
				continue
			}
			if !ns.Keep {
				p.warn("component %q: release %q ships Namespace %q without the annotation helm.sh/resource-policy: keep, so uninstalling it deletes everything in that namespace",
					r.Component, r.Name, ns.Name)
			}
			if ns.Conditional {
				p.warn("component %q: release %q ships Namespace %q from a manifest with conditions; nothing else will create it, so make sure that it is there in the end",
					r.Component, r.Name, ns.Name)
			}
			if other, taken := shippers[ns.Name]; taken && other != i {
				problems = append(problems, errors.Invalid("releases %q and %q both ship Namespace %q, and Helm lets only one own it; remove it from one of them", releases[other].Name, r.Name, ns.Name))
				continue
			}
			shippers[ns.Name] = i
		}
	}
	if len(shippers) == 0 {
		return errors.Join(problems...)
	}
	upward := false // some release needs one that stands behind it
	for i := range releases {
		r := &releases[i]
		shipper, shipped := shippers[r.TargetNamespace]
		if !shipped {
			continue
		}
		r.CreateNamespace = false
		p.storeOutside(&releases[shipper])
		switch {
		case i == shipper, i > shipper && p.g.Ordering != OrderGraph: // the chain waits for it
		case (i < shipper || upward) && p.waits(shipper, i):
			problems = append(problems, tooLate(&releases[shipper], r))
		default:
			r.needs = append(r.needs, shipper)
			upward = upward || i < shipper
		}
	}
	return errors.Join(problems...)
}

// tooLate explains that a release comes after one that needs its namespace.
func tooLate(shipper, r *Release) error {
	advice := fmt.Sprintf("put component %q before %q in the order", shipper.Component, r.Component)
	if shipper.Component == r.Component {
		advice = "make it one of the component's preManifestFiles"
	}
	return errors.Invalid("release %q ships Namespace %q, and release %q, which is installed into it, comes before; %s", shipper.Name, r.TargetNamespace, r.Name, advice)
}

// storeOutside prepares the release that ships a namespace which something is installed into. Where
// it has other objects too, its own target namespace is still created if it is another one: nothing
// else would do that.
func (p *planner) storeOutside(r *Release) {
	if r.StorageNamespace != "" { // one that is left out is that of Flux already
		r.StorageNamespace = p.settings.namespace
	}
	if r.Local.OnlyNamespaces || r.TargetNamespace == p.settings.namespace || slices.Contains(standardNamespaces, r.TargetNamespace) {
		r.CreateNamespace = false
	}
}

// waits reports whether release i waits for release j, directly or through others.
func (p *planner) waits(i, j int) bool {
	seen := map[int]bool{}
	stack := []int{i}
	for len(stack) > 0 {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, n := range p.plan.Releases[at].needs {
			if n == j {
				return true
			}
			if !seen[n] {
				seen[n] = true
				stack = append(stack, n)
			}
		}
	}
	return false
}
