package recipe

import (
	"maps"
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
	o := &orderer{all: r.ComponentRefs, root: root, index: map[string]int{}, entry: map[string]int{}, place: map[string]int{}}
	for i := range o.all {
		o.index[o.all[i].Name] = i
	}
	for i := range o.all {
		for _, dep := range o.all[i].DependencyRefs {
			if _, known := o.index[dep]; !known {
				o.add(o.needsLine(i), "component %q: dependencyRefs names %q, which is no component of the recipe; add it or remove the reference", o.all[i].Name, dep)
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
	index    map[string]int // name → index in all
	entry    map[string]int // name → its first index in deploymentOrder
	order    []string
	place    map[string]int // name → index in order
	root     *yaml.Node
	problems []error
}

func (o *orderer) add(line int, format string, args ...any) {
	o.problems = append(o.problems, yamldoc.Problemf(line, format, args...))
}

func (o *orderer) append(name string) {
	o.place[name] = len(o.order)
	o.order = append(o.order, name)
}

// line is where an entry of deploymentOrder stands.
func (o *orderer) line(entry int) int { return yamldoc.Line(o.root, "deploymentOrder", entry) }

// needsLine is where a component's dependencies stand.
func (o *orderer) needsLine(component int) int {
	return yamldoc.Line(o.root, "componentRefs", component, "dependencyRefs")
}

func (o *orderer) enabled(name string) bool {
	i, known := o.index[name]
	return known && o.all[i].Enabled()
}

func (o *orderer) listed(names []string) {
	for i, name := range names {
		_, known := o.index[name]
		first, twice := o.entry[name]
		if !twice {
			o.entry[name] = i
		}
		switch {
		case !known:
			o.add(o.line(i), "deploymentOrder[%d] names %q, which is no component of the recipe; add it or remove the entry", i, name)
		case twice:
			o.add(o.line(i), "deploymentOrder names %q twice (entries %d and %d); remove one", name, first, i)
		case o.enabled(name):
			o.append(name)
		}
	}
}

// needs returns the enabled components that name depends on, each once.
func (o *orderer) needs(name string) []string {
	var deps []string
	seen := map[string]bool{}
	for _, dep := range o.all[o.index[name]].DependencyRefs {
		if o.enabled(dep) && !seen[dep] {
			deps, seen[dep] = append(deps, dep), true
		}
	}
	return deps
}

// graph returns the enabled components that have no place yet, sorted by name, and who needs whom
// among them.
func (o *orderer) graph(place map[string]int) ([]string, graph.Graph) {
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(o.index)), func(name string) bool {
		_, placed := place[name]
		return placed || !o.enabled(name)
	})
	g := make(graph.Graph, len(names))
	for i, name := range names {
		for _, dep := range o.needs(name) {
			if j, ok := slices.BinarySearch(names, dep); ok {
				g[i] = append(g[i], j)
			}
		}
	}
	return names, g
}

// cycles reports the cycles of dependencies among the enabled components, whether an order is given
// or not: no order can satisfy them. Components that are on several cycles are reported with one.
func (o *orderer) cycles() (none bool) {
	names, g := o.graph(nil)
	cycles := g.Cycles()
	for _, cycle := range cycles {
		way := make([]string, len(cycle))
		for i, at := range cycle {
			way[i] = names[at]
		}
		o.add(o.needsLine(o.index[way[0]]), "dependencyRefs form a cycle: %s; remove one of these references", strings.Join(way, " needs "))
	}
	return len(cycles) == 0
}

// remaining appends the components that the order misses, by dependency and then by name.
func (o *orderer) remaining() {
	names, g := o.graph(o.place)
	for _, i := range g.Sort() {
		o.append(names[i])
	}
}

// contradictions finds entries of the order that stand before what they depend on.
func (o *orderer) contradictions() {
	for at, name := range o.order {
		for _, dep := range o.needs(name) {
			if o.place[dep] < at {
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
