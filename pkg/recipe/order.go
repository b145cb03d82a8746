package recipe

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/internal/graph"
	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// Order returns the names of the enabled components in rollout order: DeploymentOrder where it is
// given, then the components that it misses, by dependency and then by name. What names a disabled
// component is satisfied from outside and left out. It fails on an order or a dependency that names
// no component, on a repeated entry, on an entry before one that it depends on, and on a cycle; all
// problems are reported at once.
func (r *RecipeResult) Order() ([]string, error) {
	order, problems := r.order(nil)
	return order, errors.Join(problems...)
}

func (r *RecipeResult) order(root *yaml.Node) ([]string, []error) {
	o := &orderer{all: r.ComponentRefs, root: root, entry: map[string]int{}, refs: make(map[string]*ComponentRef, len(r.ComponentRefs)), place: map[string]int{}}
	for i := range r.ComponentRefs {
		o.refs[r.ComponentRefs[i].Name] = &r.ComponentRefs[i]
	}
	for i := range r.ComponentRefs {
		for _, dep := range r.ComponentRefs[i].DependencyRefs {
			if o.refs[dep] == nil {
				o.add(yamldoc.Line(root, "componentRefs", i, "dependencyRefs"), "component %q: dependencyRefs names %q, which is no component of the recipe; add it or remove the reference", r.ComponentRefs[i].Name, dep)
			}
		}
	}
	o.listed(r.DeploymentOrder)
	acyclic := o.cycles()
	o.remaining()
	if acyclic {
		o.contradictions()
	}
	return o.order, o.problems
}

type orderer struct {
	all      []ComponentRef
	refs     map[string]*ComponentRef
	order    []string
	place    map[string]int // name → index in order
	problems []error

	root  *yaml.Node
	entry map[string]int // name → its first index in deploymentOrder
}

func (o *orderer) add(line int, format string, args ...any) {
	o.problems = append(o.problems, yamldoc.Problemf(line, format, args...))
}

// line is where an entry of deploymentOrder stands.
func (o *orderer) line(entry int) int { return yamldoc.Line(o.root, "deploymentOrder", entry) }

func (o *orderer) append(name string) {
	o.place[name] = len(o.order)
	o.order = append(o.order, name)
}

func (o *orderer) listed(names []string) {
	for i, name := range names {
		ref := o.refs[name]
		first, twice := o.entry[name]
		if !twice {
			o.entry[name] = i
		}
		switch {
		case ref == nil:
			o.add(o.line(i), "deploymentOrder[%d] names %q, which is no component of the recipe; add it or remove the entry", i, name)
		case twice:
			o.add(o.line(i), "deploymentOrder names %q twice (entries %d and %d); remove one", name, first, i)
		case ref.Enabled():
			o.append(name)
		}
	}
}

// needs returns the enabled components that name depends on, each once.
func (o *orderer) needs(name string) []string {
	var deps []string
	seen := map[string]bool{}
	for _, dep := range o.refs[name].DependencyRefs {
		if ref := o.refs[dep]; ref != nil && ref.Enabled() && !seen[dep] {
			deps, seen[dep] = append(deps, dep), true
		}
	}
	return deps
}

// graph returns who needs whom among the names, which are sorted; needs of others are left out.
func (o *orderer) graph(names []string) graph.Graph {
	g := make(graph.Graph, len(names))
	for i, name := range names {
		for _, dep := range o.needs(name) {
			if j, ok := slices.BinarySearch(names, dep); ok {
				g[i] = append(g[i], j)
			}
		}
	}
	return g
}

// enabled returns the names of the enabled components for which keep holds, sorted.
func (o *orderer) enabled(keep func(name string) bool) []string {
	var names []string
	for name, ref := range o.refs {
		if ref.Enabled() && keep(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// cycles reports the cycles of dependencies among the enabled components, whether an order is given
// or not: no order can satisfy them. Components that are on several cycles are reported with one.
func (o *orderer) cycles() (none bool) {
	names := o.enabled(func(string) bool { return true })
	cycles := o.graph(names).Cycles()
	for _, cycle := range cycles {
		way := make([]string, len(cycle))
		for i, at := range cycle {
			way[i] = names[at]
		}
		o.add(o.needsLine(way[0]), "dependencyRefs form a cycle: %s; remove one of these references", strings.Join(way, " needs "))
	}
	return len(cycles) == 0
}

// needsLine is where a component's dependencies stand.
func (o *orderer) needsLine(name string) int {
	i := slices.IndexFunc(o.all, func(c ComponentRef) bool { return c.Name == name })
	return yamldoc.Line(o.root, "componentRefs", i, "dependencyRefs")
}

// remaining appends the components that the order misses, by dependency and then by name.
func (o *orderer) remaining() {
	missed := o.enabled(func(name string) bool {
		_, placed := o.place[name]
		return !placed
	})
	for _, i := range o.graph(missed).Sort() {
		o.append(missed[i])
	}
}

// contradictions finds entries of the given order that stand before a component which they depend
// on.
func (o *orderer) contradictions() {
	for _, name := range o.order {
		for _, dep := range o.needs(name) {
			if o.place[dep] < o.place[name] {
				continue
			}
			line := o.line(o.entry[name])
			if _, listed := o.entry[dep]; listed {
				o.add(line, "deploymentOrder puts %q before %q, which it depends on; swap them or remove the dependencyRefs entry", name, dep)
			} else {
				o.add(line, "deploymentOrder puts %q before %q, which it depends on and which the order misses, so that it would go last; add it before", name, dep)
			}
		}
	}
}
