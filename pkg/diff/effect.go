package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

// tell says in sentences what it means, the most important first.
func (c *comparison) tell() {
	const each = 3 // releases that are told of one by one where only their settings change
	configured := 0
	for _, r := range c.judged {
		if r.Action == Configure && len(r.Settings) > 0 {
			configured++
		}
	}
	c.many = configured > each
	for i := range c.judged {
		c.tellRelease(&c.judged[i])
	}
	c.tellManySettings()
	c.tellCRDs()
	c.tellObjects()
	for _, need := range c.report.Needs.Added {
		c.say(Attention, nil, "the cluster must have %s now", need)
	}
	for _, need := range c.report.Needs.Removed {
		c.say(Info, nil, "the cluster no longer needs %s", need)
	}
	for _, name := range c.report.Namespaces.Added {
		if c.to.Object(rollout.Ref{Kind: "Namespace", Name: name}) == nil { // which is told of
			c.say(Info, nil, "Helm creates the namespace %s, where it is not there yet", name)
		}
	}
	if n := len(c.report.Images.Added); n > 0 {
		c.say(Info, nil, "%s to pull: %s", count(n, "new image"), some(c.report.Images.Added))
	}
	slices.SortStableFunc(c.report.Effects, func(a, b Effect) int {
		return slices.Index(severities, a.Severity) - slices.Index(severities, b.Severity)
	})
	c.note()
}

// say adds an effect. The text may hold what a bundle says, and a secret with it.
func (c *comparison) say(severity Severity, r *judged, format string, args ...any) {
	e := Effect{Severity: severity, Text: c.hide(fmt.Sprintf(format, args...))}
	if r != nil {
		e.Release, e.Place = r.Change.Release, r.place
	}
	c.report.Effects = append(c.report.Effects, e)
}

func (c *comparison) tellRelease(r *judged) {
	if r.suspended && r.Action != rollout.Uninstall {
		c.say(Attention, r, "is suspended: Flux does none of its changes until it is resumed")
	}
	switch r.Action {
	case rollout.Uninstall:
		c.tellUninstall(r)
	case rollout.Reinstall:
		c.say(Danger, r, "is uninstalled and installed anew, and what it owns in the cluster is lost: %s", strings.Join(r.Because, ", "))
	case rollout.Install:
		c.say(Info, r, "is installed into namespace %s: %s", r.Namespace, chartText(r.Chart.To))
	case rollout.Upgrade:
		c.tellUpgrade(r)
	case Configure:
		c.tellSettings(r)
	}
	c.tellLost(r)
	for _, refused := range r.Refused {
		object, fields, _ := strings.Cut(refused, ": ")
		c.say(Danger, r, "cannot be upgraded: Kubernetes never changes %s of %s, which has to be deleted first", fields, object)
	}
	if len(r.Restarts) > 0 && len(r.Refused) == 0 {
		c.say(Attention, r, "restarts the pods of %s", some(r.Restarts))
	}
	if len(r.unsteady) > 0 {
		c.say(Attention, r, "may restart the pods of %s: their template has something that the chart makes anew each time", some(r.unsteady))
	}
	if r.Action != rollout.Install && r.Action != rollout.Uninstall && !r.WaitsFor.Empty() {
		c.say(Info, r, "%s", waits(r.WaitsFor))
	}
}

// tellLost says what is lost with more than itself, those of a kind together.
func (c *comparison) tellLost(r *judged) {
	byKind := map[string][]ref{}
	for _, lost := range r.lost {
		byKind[lost.kind] = append(byKind[lost.kind], lost)
	}
	for _, kind := range slices.Sorted(maps.Keys(byKind)) {
		var names []string
		for _, lost := range byKind[kind] {
			names = append(names, strings.TrimPrefix(lost.String(), kind+" "))
		}
		what, with := kind, takes(byKind[kind][0])
		if len(names) > 1 {
			what, with = kind+"s", strings.Replace(with, "with it", "with each", 1)
		}
		c.say(Danger, r, "loses %s %s%s", what, some(names), with)
	}
}

func (c *comparison) tellUninstall(r *judged) {
	switch {
	case r.suspended:
		c.say(Attention, r, "is suspended and leaves the bundle: Flux forgets it, and what it installed in namespace %s stays", r.Namespace)
	case r.staysBehind:
		c.say(Attention, r, "leaves the bundle and stays in the cluster, because of its annotation %s: disabled", prune)
	case r.Rendered:
		crds := 0 // those in templates, which are not among the objects
		for _, lost := range r.lost {
			if isCRD(lost) {
				crds++
			}
		}
		c.say(Danger, r, "is uninstalled from namespace %s, and %s with it", r.Namespace, goes(len(r.Objects)+crds))
	default:
		c.say(Danger, r, "is uninstalled from namespace %s, with all that it owns in the cluster", r.Namespace)
	}
	if r.suspended || r.staysBehind {
		r.lost = nil
	}
}

func goes(n int) string {
	switch n {
	case 0:
		return "no object goes"
	case 1:
		return "1 object goes"
	}
	return fmt.Sprintf("%d objects go", n)
}

func (c *comparison) tellSettings(r *judged) {
	if r.stale {
		c.say(Attention, r, "is not upgraded: files of its chart change and the version in its Chart.yaml does not, and Flux goes by that")
	}
	if r.moved() {
		c.say(Info, r, "gets the same chart from %s instead of %s", whence(r.Chart.To), whence(r.Chart.From))
	}
	if len(r.Settings) > 0 && !c.many {
		c.say(Info, r, "is not upgraded; what Flux does with it changes: %s", some(pathsOf(r.Settings)))
	}
}

// tellManySettings says of many releases at once that only their settings change.
func (c *comparison) tellManySettings() {
	all := map[string]bool{}
	n := 0
	for _, r := range c.judged {
		if r.Action == Configure && len(r.Settings) > 0 {
			n++
			for _, path := range pathsOf(r.Settings) {
				top := strings.SplitN(path, ".", 3)
				all[strings.Join(top[:min(2, len(top))], ".")] = true
			}
		}
	}
	if c.many {
		c.say(Info, nil, "%d releases are not upgraded; what Flux does with them changes: %s", n, some(slices.Sorted(maps.Keys(all))))
	}
}

func pathsOf(fields []Field) (paths []string) {
	for _, f := range fields {
		paths = append(paths, f.Path)
	}
	return paths
}

func waits(s Set) string {
	var parts []string
	if len(s.Added) > 0 {
		parts = append(parts, "waits for "+strings.Join(s.Added, ", ")+" now")
	}
	if len(s.Removed) > 0 {
		parts = append(parts, "no longer waits for "+strings.Join(s.Removed, ", "))
	}
	return strings.Join(parts, ", and ")
}

func chartText(c *rollout.Chart) string {
	if c.Source == "local" && !c.Wrapped {
		return "a chart of the bundle"
	}
	return "chart " + strings.TrimSpace(c.Name+" "+c.Version)
}

// some are the first of a list.
func some(list []string) string {
	const most = 5
	if n := len(list) - most; n > 1 {
		list = append(slices.Clone(list[:most]), fmt.Sprintf("and %d more", n))
	}
	return strings.Join(list, ", ")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
