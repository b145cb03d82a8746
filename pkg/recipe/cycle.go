package recipe

import (
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/yamldoc"
)

// cycles reports the cycles of dependencies among the enabled components,
// whether an order is given or not: no order can satisfy them. Components on
// several cycles are reported with one of them.
func (o *orderer) cycles() (none bool) {
	left := map[string]bool{}
	for name, ref := range o.refs {
		if ref.Enabled() {
			left[name] = true
		}
	}
	for none = true; ; none = false {
		o.sort(left)
		if len(left) == 0 {
			return none
		}
		cycle := o.cycle(left)
		o.add(o.cycleLine(cycle[0]), "dependencyRefs form a cycle: %s; remove one of these references", strings.Join(cycle, " needs "))
		for _, name := range cycle {
			delete(left, name)
		}
	}
}

// cycle returns a cycle of which the first name is also the last. Each of the
// names waits for another, so following the waits must come back.
func (o *orderer) cycle(waiting map[string]bool) []string {
	at := slices.Min(slices.Collect(maps.Keys(waiting)))
	seen := map[string]int{}
	var path []string
	for {
		if start, back := seen[at]; back {
			return append(path[start:], at)
		}
		seen[at] = len(path)
		path = append(path, at)
		at = slices.Min(slices.DeleteFunc(o.needs(at), func(dep string) bool { return !waiting[dep] }))
	}
}

// cycleLine returns where the component's dependencies stand, or 0.
func (o *orderer) cycleLine(name string) int {
	for i := range o.all {
		if o.all[i].Name == name {
			return yamldoc.Line(o.root, "componentRefs", i, "dependencyRefs")
		}
	}
	return 0
}
