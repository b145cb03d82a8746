package diff

import (
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

// objects are what the chart makes; none where it is not rendered.
func (r *Rendered) objects() (all []map[string]any) {
	if r != nil {
		for _, m := range r.Manifests {
			all = append(all, m.Object)
		}
	}
	return all
}

// find returns the manifest of that name.
func (r *Rendered) find(name ref) (found Manifest) {
	if r != nil {
		for _, m := range r.Manifests {
			if refOf(m.Object) == name {
				found = m
			}
		}
	}
	return found
}

// unstable adds to the paths of each object those that differ each time it is rendered.
func (r *Rendered) unstable(h hider, paths map[ref]map[string]bool) {
	if r == nil {
		return
	}
	var again []map[string]any
	for _, m := range r.Again {
		again = append(again, m.Object)
	}
	for _, p := range pairs(r.objects(), again) {
		if p.change() != Changed {
			continue
		}
		for _, f := range h.objectFields(p) {
			if paths[p.ref] == nil {
				paths[p.ref] = map[string]bool{}
			}
			paths[p.ref][f.Path] = true
		}
	}
}

// rendered compares what the chart makes on both sides.
func (c *comparison) rendered(r *judged, was, is *rollout.Release) {
	before, after := c.from.rendered(was), c.to.rendered(is)
	if r.Rendered = (was == nil || before != nil) && (is == nil || after != nil); !r.Rendered {
		return
	}
	unstable := map[ref]map[string]bool{}
	before.unstable(c.hider, unstable)
	after.unstable(c.hider, unstable)
	for _, p := range pairs(before.objects(), after.objects()) {
		if isCRD(p.ref) {
			c.releaseCRD(r, is, p, before.find(p.ref), after.find(p.ref))
			continue
		}
		if goes := p.from != nil && (r.Action == rollout.Reinstall || p.to == nil); goes && !kept(p.from) && !before.find(p.ref).Hook {
			r.lose(p)
		}
		o := c.object(p, unstable[p.ref])
		if r.Action == rollout.Upgrade && runsPods(p) {
			r.restart(p, o, unstable[p.ref])
		}
		if o == nil || o.Change == Removed && (kept(p.from) || before.find(p.ref).Hook) {
			continue
		}
		if paths := refused(p); len(paths) > 0 && r.Action == rollout.Upgrade && !after.find(p.ref).Hook && is.Get("spec", "upgrade", "force") != true {
			r.Refused = append(r.Refused, o.Object+": "+strings.Join(paths, ", "))
		}
		all := len(o.Fields)
		if o.Fields = slices.DeleteFunc(o.Fields, repeats); all > 0 && len(o.Fields) == 0 {
			r.Relabelled++
			continue
		}
		r.Objects = append(r.Objects, *o)
	}
}

// restart takes note of a workload whose pods are replaced because the template differs, or may be
// because it is made anew each time.
func (r *judged) restart(p pair, o *Object, unstable map[string]bool) {
	inTemplate := func(path string) bool { return strings.HasPrefix(path, "spec.template") }
	switch {
	case o != nil && slices.ContainsFunc(o.Fields, func(f Field) bool { return inTemplate(f.Path) }):
		r.Restarts = append(r.Restarts, p.String())
	case slices.ContainsFunc(slices.Collect(maps.Keys(unstable)), inTemplate):
		r.unsteady = append(r.unsteady, p.String())
	}
}

// lose takes note of an object that takes more with it than itself.
func (r *judged) lose(p pair) {
	if takes(p.ref) != "" {
		r.lost = append(r.lost, p.ref)
	}
}

// takes says what goes with an object; empty where it goes alone.
func takes(r ref) string {
	switch {
	case isCRD(r):
		return ", and with it all resources of its kind"
	case r.group == "" && r.kind == "Namespace":
		return ", and with it all that is in it"
	case r.group == "" && r.kind == "PersistentVolumeClaim":
		return ", and with it what is stored there"
	}
	return ""
}

// releaseCRD compares a CustomResourceDefinition of a chart. Those in crds/ Helm never uninstalls, and
// Flux does with them what the release says.
func (c *comparison) releaseCRD(r *judged, is *rollout.Release, p pair, before, after Manifest) {
	left := false
	switch {
	case p.to == nil:
		left = before.CRD || kept(p.from)
	case after.CRD && r.Action == rollout.Install:
		left = is.Text("spec", "install", "crds") == "Skip"
	case after.CRD:
		policy := is.Text("spec", "upgrade", "crds")
		left = policy == "" || policy == "Skip" || policy == "Create" && p.from != nil
	}
	if goes := p.from != nil && (r.Action == rollout.Reinstall || p.to == nil); goes && !before.CRD && !kept(p.from) {
		r.lose(p)
	}
	if crd := crd(p, r.Change.Release, left); crd != nil {
		c.report.CRDs = append(c.report.CRDs, *crd)
	}
	if crd := refused(p); len(crd) > 0 && !left {
		r.Refused = append(r.Refused, p.String()+": "+strings.Join(crd, ", "))
	}
}
