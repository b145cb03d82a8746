package checks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var crdOrder = &engine.Check{
	ID:       "crd-order",
	Group:    engine.GroupOrder,
	Severity: engine.SeverityError,
	Title:    "Each custom resource finds its definition",
	Remedy:   "Let the release depend on the one that brings the definition.",
	Unless:   []string{"yaml-syntax"},
	Run: func(p *engine.Pass) {
		index := newCRDIndex(p.Scene)
		unknown := map[kind]string{}
		ownResources(p, index, unknown)
		for _, chart := range p.Charts() {
			chartResources(p, index, chart, unknown)
		}
		for _, wanted := range slices.SortedFunc(maps.Keys(unknown), func(a, b kind) int { return strings.Compare(a.String(), b.String()) }) {
			p.Unseen("nothing in the bundle is known to bring the definition of %s, which %s needs; the cluster must have it", wanted, unknown[wanted])
		}
	},
}

// ownResources looks at the custom resources among the bundle's own objects. All that need one and
// the same release are one finding, at the first of them.
func ownResources(p *engine.Pass, index *crdIndex, unknown map[kind]string) {
	needing := map[*rollout.Release][]*rollout.Object{}
	var order []*rollout.Release
	for _, o := range p.Objects {
		wanted := kind{Group: o.Group(), Kind: o.Kind}
		if !isCustom(wanted.Group) || index.before(wanted) {
			continue
		}
		bringers := index.bring(wanted)
		if len(bringers) == 0 {
			note(unknown, wanted, o.Ref)
			continue
		}
		if needing[bringers[0]] == nil {
			order = append(order, bringers[0])
		}
		needing[bringers[0]] = append(needing[bringers[0]], o)
	}
	for _, release := range order {
		more := ""
		o := needing[release][0]
		if n := len(needing[release]) - 1; n > 0 {
			more = fmt.Sprintf(", as does that of %s", engine.Plural(n, "more object"))
		}
		p.Advise(o.Place(), "Move the object into a chart whose release depends on that one, or bring the definition into the cluster before the bundle.",
			"the definition of %s comes with the chart of %s%s: where the cluster does not have it already, nothing of the bundle is applied, not even that release",
			kind{Group: o.Group(), Kind: o.Kind}, release.Ref, more)
	}
}

// chartResources looks at the custom resources that a chart renders. All that lack one and the same
// dependency are one finding.
func chartResources(p *engine.Pass, index *crdIndex, chart *engine.LocalChart, unknown map[kind]string) {
	lacking := map[*rollout.Release][]string{}
	var order []*rollout.Release
	seen := map[kind]bool{}
	for _, m := range chart.Resources {
		wanted := kind{Group: m.Group(), Kind: m.Kind()}
		if m.CRD || !isCustom(wanted.Group) || index.before(wanted) || seen[wanted] {
			continue
		}
		late := slices.Contains(index.late[wanted], chart.Release)
		if late && m.Hook {
			continue // hooks are looked at one by one, after the rest is there
		}
		seen[wanted] = true
		bringers := index.bring(wanted)
		i := slices.IndexFunc(bringers, func(b *rollout.Release) bool { return p.Order().Waits(chart.Release, b) })
		switch {
		case slices.Contains(index.early[wanted], chart.Release):
		case i >= 0 && slices.Contains(index.subscribed(wanted), bringers[i]):
			p.Unseen("OLM brings the definition of %s some time after %s is ready; until then %s fails and must be tried again", wanted, bringers[i].Ref, chart.Release.Ref)
		case i >= 0:
		case late:
			p.Advise(m.Place(p.Scene), "Move the definition from templates/ to crds/, or into a chart whose release comes before.",
				"%s renders %s, and its definition in the same templates: Helm looks for the definition before it creates anything", chart.Release.Ref, wanted)
		case len(bringers) == 0:
			note(unknown, wanted, chart.Release.Ref)
		default:
			needed := bringers[0]
			if lacking[needed] == nil {
				order = append(order, needed)
			}
			lacking[needed] = append(lacking[needed], fmt.Sprintf("%s (%s)", wanted, m.From(p.Scene)))
		}
	}
	for _, needed := range order {
		mustWait(p, chart.Release, needed, fmt.Sprintf("it holds %s, whose definition comes with %s, and does not wait for it", strings.Join(lacking[needed], " and "), needed.Ref))
	}
}

func note(unknown map[kind]string, wanted kind, who rollout.Ref) {
	if unknown[wanted] == "" {
		unknown[wanted] = who.String()
	}
}
