package recipe

import (
	"container/heap"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Order returns the names of the enabled components in rollout order:
// DeploymentOrder where it is given, then the components that it misses, by
// dependency and then by name. What names a disabled component is satisfied
// from outside and left out. It fails on an order or a dependency that names no
// component, on a repeated entry, on an entry before one that it depends on,
// and on a cycle; all problems are reported at once.
func (r *RecipeResult) Order() ([]string, error) {
	order, problems := r.order(nil)
	return order, errors.Join(problems...)
}

func (r *RecipeResult) order(at *lines) ([]string, []error) {
	o := &orderer{all: r.ComponentRefs, lines: at, entry: map[string]int{}, refs: make(map[string]*ComponentRef, len(r.ComponentRefs)), place: map[string]int{}}
	for i := range r.ComponentRefs {
		o.refs[r.ComponentRefs[i].Name] = &r.ComponentRefs[i]
	}
	for i := range r.ComponentRefs {
		for _, dep := range r.ComponentRefs[i].DependencyRefs {
			if o.refs[dep] == nil {
				o.add(at.ref(i, "dependencyRefs"), "component %q: dependencyRefs names %q, which is no component of the recipe; add it or remove the reference", r.ComponentRefs[i].Name, dep)
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

	lines *lines
	entry map[string]int // name → its first index in deploymentOrder
}

func (o *orderer) add(line int, format string, args ...any) {
	o.problems = append(o.problems, invalidAt(line, format, args...))
}

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
			o.add(o.lines.entry(i), "deploymentOrder[%d] names %q, which is no component of the recipe; add it or remove the entry", i, name)
		case twice:
			o.add(o.lines.entry(i), "deploymentOrder names %q twice (entries %d and %d); remove one", name, first, i)
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

// remaining appends the components that the order misses.
func (o *orderer) remaining() {
	missed := map[string]bool{}
	for name, ref := range o.refs {
		if _, placed := o.place[name]; !placed && ref.Enabled() {
			missed[name] = true
		}
	}
	for _, name := range o.sort(missed) {
		o.append(name)
	}
}

// sort takes the names out of the set and returns them by dependency and then
// by name: Kahn's algorithm with the names that are ready in a heap. What is
// left in the set lies on a cycle, or waits for one.
func (o *orderer) sort(set map[string]bool) []string {
	waits := make(map[string]int, len(set))
	dependents := map[string][]string{}
	var ready nameHeap
	for name := range set {
		for _, dep := range o.needs(name) {
			if set[dep] {
				waits[name]++
				dependents[dep] = append(dependents[dep], name)
			}
		}
		if waits[name] == 0 {
			ready = append(ready, name)
		}
	}
	heap.Init(&ready)
	sorted := make([]string, 0, len(set))
	for ready.Len() > 0 {
		name := heap.Pop(&ready).(string)
		delete(set, name)
		sorted = append(sorted, name)
		for _, next := range dependents[name] {
			waits[next]--
			if waits[next] == 0 {
				heap.Push(&ready, next)
			}
		}
	}
	return sorted
}

// contradictions finds entries of the given order that stand before a
// component which they depend on.
func (o *orderer) contradictions() {
	for _, name := range o.order {
		for _, dep := range o.needs(name) {
			if o.place[dep] < o.place[name] {
				continue
			}
			line := o.lines.entry(o.entry[name])
			if _, listed := o.entry[dep]; listed {
				o.add(line, "deploymentOrder puts %q before %q, which it depends on; swap them or remove the dependencyRefs entry", name, dep)
			} else {
				o.add(line, "deploymentOrder puts %q before %q, which it depends on and which the order misses, so that it would go last; add it before", name, dep)
			}
		}
	}
}

type nameHeap []string

func (h nameHeap) Len() int           { return len(h) }
func (h nameHeap) Less(i, j int) bool { return h[i] < h[j] }
func (h nameHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push implements heap.Interface.
func (h *nameHeap) Push(x any) { *h = append(*h, x.(string)) }

// Pop implements heap.Interface.
func (h *nameHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}
