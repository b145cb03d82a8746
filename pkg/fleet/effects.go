package fleet

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/diff"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// cluster compares what one cluster gets; nil is a cluster that a side does not have.
func (c *comparison) cluster(name string, was, is *member) {
	say := func(severity diff.Severity, format string, args ...any) {
		c.add(name, Change{Effects: []Effect{{Severity: severity, Text: fmt.Sprintf(format, args...)}}})
	}
	switch {
	case is == nil && was.stays:
		say(diff.Attention, "leaves the fleet: Flux removes %s, and what that applied of %s stays", was.owner, was.origin)
		return
	case is == nil:
		say(diff.Danger, "leaves the fleet: Flux removes %s and uninstalls %s of %s", was.owner, releases(c.from.Bundles[was.origin]), was.origin)
		return
	case was == nil:
		say(diff.Info, "is new: Flux installs %s of %s", releases(c.to.Bundles[is.origin]), is.origin)
		return
	case was.owner != is.owner && was.stays:
		say(diff.Attention, "gets another owner of the bundle: %s takes the place of %s, of which all stays", is.owner, was.owner)
	case was.owner != is.owner:
		say(diff.Danger, "gets another owner of the bundle: Flux removes %s and uninstalls %s, and then %s installs them anew", was.owner, releases(c.from.Bundles[was.origin]), is.owner)
	}
	c.bundle(name, Move{was.origin, is.origin})
	for _, ref := range slices.SortedFunc(maps.Keys(both(was.values, is.values)), func(a, b rollout.Ref) int { return strings.Compare(a.String(), b.String()) }) {
		for _, field := range c.trees.Fields(was.values[ref], is.values[ref]) {
			c.add(name, Change{Values: []Values{{reader(ref, c.to.Bundles[is.origin]), []diff.Field{field}}}})
		}
	}
	for _, o := range c.trees.Objects(was.objects, is.objects) {
		if o.Change != diff.Changed {
			c.add(name, Change{Objects: []diff.Object{o}})
		}
		for _, field := range o.Fields {
			c.add(name, Change{Objects: []diff.Object{{Object: o.Object, Change: o.Change, Fields: []diff.Field{field}}}})
		}
	}
}

// bundle says what another bundle, or another content of the same, does in a cluster.
func (c *comparison) bundle(name string, move Move) {
	report := c.reports[move]
	if move.From == move.To && (report == nil || report.Same) {
		return
	}
	what := fmt.Sprintf("gets %s instead of %s", move.To, move.From)
	if move.From == move.To {
		what = fmt.Sprintf("gets the new content of %s", move.To)
	}
	e := Effect{Severity: diff.Info, Bundle: true}
	switch {
	case report == nil:
		e.Severity, e.Text = diff.Attention, what+"; what that changes is not known"
	case report.Same:
		e.Text = what + ", which is the same to it"
	default:
		e.Text = what + ": " + report.Headline()
		for _, effect := range report.Effects {
			if worst(effect.Severity) < worst(e.Severity) {
				e.Severity = effect.Severity
			}
		}
	}
	all := []Effect{e}
	if report != nil {
		for _, effect := range report.Effects {
			if effect.Severity != diff.Info {
				all = append(all, Effect{Severity: effect.Severity, Text: effect.Sentence(), Bundle: true})
			}
		}
	}
	c.add(name, Change{Effects: all})
}

// tell adds what differences of values and objects mean, and puts the most important first.
func (c *Change) tell() {
	for i := range c.Values {
		v := &c.Values[i]
		text := fmt.Sprintf("%s is upgraded: %s of its own", v.Release, count(len(v.Fields), "value"))
		if strings.Contains(v.Release, "/") { // a ConfigMap
			text = fmt.Sprintf("%s changes: %s", v.Release, count(len(v.Fields), "value"))
		}
		c.Effects = append(c.Effects, Effect{Severity: diff.Info, Text: text})
	}
	for i := range c.Objects {
		o := &c.Objects[i]
		switch o.Change {
		case diff.Added:
			c.Effects = append(c.Effects, Effect{Severity: diff.Info, Text: "gets " + o.Object})
		case diff.Removed:
			c.Effects = append(c.Effects, Effect{Severity: diff.Info, Text: "no longer gets " + o.Object})
		default:
			c.Effects = append(c.Effects, Effect{Severity: diff.Info, Text: fmt.Sprintf("%s changes: %s", o.Object, count(len(o.Fields), "field"))})
		}
	}
	slices.SortStableFunc(c.Effects, func(a, b Effect) int { return worst(a.Severity) - worst(b.Severity) })
}

// reader is the release that reads a ConfigMap.
func reader(ref rollout.Ref, r *rollout.Rollout) string {
	if r != nil {
		for _, release := range r.Releases {
			for _, from := range release.ValuesFrom {
				if from.Ref == ref {
					return release.Name
				}
			}
		}
	}
	return ref.String()
}

// releases counts those of a bundle in words.
func releases(r *rollout.Rollout) string {
	switch {
	case r == nil:
		return "all releases"
	case len(r.Releases) == 1:
		return "the release"
	}
	return fmt.Sprintf("the %d releases", len(r.Releases))
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func both[K comparable, V any](a, b map[K]V) map[K]V {
	all := map[K]V{}
	maps.Copy(all, a)
	maps.Copy(all, b)
	return all
}
