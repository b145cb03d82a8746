package recipe

import (
	"container/heap"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Order returns the names of the enabled components in rollout order:
// DeploymentOrder where it is given, then the components that it misses, by
// dependency and then by name. What names a disabled component is satisfied
// from outside and left out. It fails on an order or a dependency that names no
// component, on a repeated entry, on an entry before one that it depends on,
// and on a cycle; all problems are reported at once.
func (r *RecipeResult) Order() ([]string, error) {
	order, problems := r.order()
	return order, errors.Join(problems...)
}

func (r *RecipeResult) order() ([]string, []error) {
	o := &orderer{refs: make(map[string]*ComponentRef, len(r.ComponentRefs)), place: map[string]int{}}
	for i := range r.ComponentRefs {
		o.refs[r.ComponentRefs[i].Name] = &r.ComponentRefs[i]
	}
	for i := range r.ComponentRefs {
		for _, dep := range r.ComponentRefs[i].DependencyRefs {
			if o.refs[dep] == nil {
				o.add("component %q: dependencyRefs names %q, which is no component of the recipe; add it or remove the reference", r.ComponentRefs[i].Name, dep)
			}
		}
	}
	o.listed(r.DeploymentOrder)
	o.remaining(r)
	if o.problems == nil {
		o.contradictions()
	}
	return o.order, o.problems
}

type orderer struct {
	refs     map[string]*ComponentRef
	order    []string
	place    map[string]int // name → index in order
	problems []error
}

func (o *orderer) add(format string, args ...any) {
	o.problems = append(o.problems, errors.Invalid(format, args...))
}

func (o *orderer) append(name string) {
	o.place[name] = len(o.order)
	o.order = append(o.order, name)
}

func (o *orderer) listed(names []string) {
	seen := make(map[string]int, len(names))
	for i, name := range names {
		ref := o.refs[name]
		first, twice := seen[name]
		seen[name] = i
		switch {
		case ref == nil:
			o.add("deploymentOrder[%d] names %q, which is no component of the recipe; add it or remove the entry", i, name)
		case twice:
			o.add("deploymentOrder names %q twice (entries %d and %d); remove one", name, first, i)
		case ref.Enabled():
			o.append(name)
		}
	}
}

// needs returns the enabled components that name depends on, each once.
func (o *orderer) needs(name string) []string {
	var deps []string
	for _, dep := range o.refs[name].DependencyRefs {
		if ref := o.refs[dep]; ref != nil && ref.Enabled() && !slices.Contains(deps, dep) {
			deps = append(deps, dep)
		}
	}
	return deps
}

// remaining appends the components that the order misses: Kahn's algorithm
// with the names that are ready in a heap, so that ties go by name.
func (o *orderer) remaining(r *RecipeResult) {
	waiting := map[string]int{}
	dependents := map[string][]string{}
	for i := range r.ComponentRefs {
		name := r.ComponentRefs[i].Name
		if _, done := o.place[name]; done || !o.refs[name].Enabled() {
			continue
		}
		waiting[name] = 0
	}
	var ready nameHeap
	for name := range waiting {
		for _, dep := range o.needs(name) {
			if _, unplaced := waiting[dep]; unplaced {
				waiting[name]++
				dependents[dep] = append(dependents[dep], name)
			}
		}
		if waiting[name] == 0 {
			ready = append(ready, name)
		}
	}
	heap.Init(&ready)
	for ready.Len() > 0 {
		name := heap.Pop(&ready).(string)
		delete(waiting, name)
		o.append(name)
		for _, next := range dependents[name] {
			if waiting[next]--; waiting[next] == 0 {
				heap.Push(&ready, next)
			}
		}
	}
	if len(waiting) > 0 {
		o.cycle(waiting)
	}
}

// cycle reports one cycle among the components that could not be placed: each
// of them waits for another, so following the waits must come back.
func (o *orderer) cycle(waiting map[string]int) {
	at := ""
	for name := range waiting {
		if at == "" || name < at {
			at = name
		}
	}
	seen := map[string]int{}
	var path []string
	for {
		if start, back := seen[at]; back {
			path = append(path[start:], at)
			break
		}
		seen[at] = len(path)
		path = append(path, at)
		deps := slices.DeleteFunc(o.needs(at), func(d string) bool { _, in := waiting[d]; return !in })
		at = slices.Min(deps)
	}
	o.add("dependencyRefs form a cycle: %s; remove one of these references", strings.Join(path, " needs "))
}

// contradictions finds entries of the given order that stand before a
// component which they depend on.
func (o *orderer) contradictions() {
	for _, name := range o.order {
		for _, dep := range o.needs(name) {
			if o.place[dep] > o.place[name] {
				o.add("deploymentOrder puts %q before %q, which it depends on; swap them or remove the dependencyRefs entry", name, dep)
			}
		}
	}
}

type nameHeap []string

func (h nameHeap) Len() int           { return len(h) }
func (h nameHeap) Less(i, j int) bool { return h[i] < h[j] }
func (h nameHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *nameHeap) Push(x any)        { *h = append(*h, x.(string)) }
func (h *nameHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}
