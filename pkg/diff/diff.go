package diff

import (
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// Of compares two bundles.
func Of(from, to *Side) Report {
	c := &comparison{hider: newHider(from, to), from: from, to: to}
	r := &c.report
	r.Old, r.New = from.Name, to.Name
	c.releases()
	c.objects()
	c.namespaces()
	r.Images = c.images()
	r.Needs = compareSets(needs(from.Rollout), needs(to.Rollout))
	r.Same = len(c.judged)+len(r.Objects)+len(r.CRDs) == 0 && r.Needs.Empty() && r.Namespaces.Empty()
	c.tell()
	c.complete()
	return *r
}

// comparison is one call of Of.
type comparison struct {
	hider
	from, to *Side
	report   Report
	judged   []judged
	many     bool // releases of which only the settings change
}

// releases compares the releases, in the order of rollout.Compare, and last those of which only the
// settings change.
func (c *comparison) releases() {
	seen := map[rollout.Ref]bool{}
	for _, change := range rollout.Compare(c.from.Rollout, c.to.Rollout) {
		seen[change.Ref] = true
		c.judged = append(c.judged, c.release(change))
	}
	for _, release := range c.to.Releases {
		if seen[release.Ref] {
			continue
		}
		same := rollout.Change{Ref: release.Ref, Action: Configure, Release: release.Name, Namespace: release.TargetNamespace}
		r := c.release(same)
		if len(r.Settings) > 0 || !r.WaitsFor.Empty() || r.moved() || r.stale {
			c.judged = append(c.judged, r)
		}
	}
}

// objects compares the objects of the bundle itself. Values, and what charts are composed of, are
// looked at with the releases that they belong to.
func (c *comparison) objects() {
	for _, p := range pairs(c.from.Own(), c.to.Own()) {
		if isCRD(p.ref) {
			if crd := crd(p, "", false); crd != nil {
				c.report.CRDs = append(c.report.CRDs, *crd)
			}
			continue
		}
		if o := c.object(p, nil); o != nil {
			c.report.Objects = append(c.report.Objects, *o)
		}
	}
}

// Own are the objects of the bundle itself, besides its releases and the ConfigMaps with their values.
func (s *Side) Own() []map[string]any {
	of := map[rollout.Ref]bool{}
	for _, release := range s.Releases {
		of[release.Ref] = true
		for _, from := range release.ValuesFrom {
			of[from.Ref] = from.Kind == "ConfigMap"
		}
	}
	var all []map[string]any
	for _, o := range s.Objects {
		if !of[o.Ref] {
			all = append(all, settled(o))
		}
	}
	return all
}

// namespaces compares those that the bundle brings or lets Helm create. What Helm created stays.
func (c *comparison) namespaces() {
	of := func(s *Side) (brought, created []string) {
		for _, o := range s.Objects {
			if o.Kind == "Namespace" && o.Group() == "" {
				brought = append(brought, o.Name)
			}
		}
		for _, release := range s.Releases {
			if release.CreateNamespace {
				created = append(created, release.TargetNamespace)
			}
		}
		return brought, created
	}
	had, created := of(c.from)
	has, creates := of(c.to)
	c.report.Namespaces = Set{
		Added:   compareSets(slices.Concat(had, created), slices.Concat(has, creates)).Added,
		Removed: compareSets(had, slices.Concat(has, creates)).Removed,
	}
}

// images compares the images of the bundle and of the releases that change.
func (c *comparison) images() Set {
	was, is := slices.Clone(c.from.Images), slices.Clone(c.to.Images)
	for i := range c.judged {
		from, to := c.imagesOf(c.judged[i].Ref)
		was, is = append(was, from...), append(is, to...)
	}
	return compareSets(was, is)
}

// needs are what a cluster must have for a bundle, one text each.
func needs(r *rollout.Rollout) []string {
	n := r.Needs()
	all := slices.Clone(n.Objects)
	for _, controller := range n.Controllers {
		all = append(all, "controller "+controller)
	}
	for _, gate := range n.FeatureGates {
		all = append(all, "feature gate "+gate)
	}
	for _, o := range r.Objects {
		all = append(all, variables(o)...)
	}
	if text, err := r.Tree.Read(recipe.BundledFile); err == nil {
		for _, want := range recipe.Wants(recipe.Constraints(text)) {
			all = append(all, want.Text)
		}
	}
	return all
}

// complete makes empty lists of those that are missing: programs read them.
func (c *comparison) complete() {
	r := &c.report
	for i := range c.judged {
		release := c.judged[i].Release
		release.Values, release.Settings, release.Objects = listed(release.Values), listed(release.Settings), listed(release.Objects)
		release.Restarts, release.Refused = listed(release.Restarts), listed(release.Refused)
		r.Releases = append(r.Releases, release)
	}
	r.Effects, r.Releases, r.Objects = listed(r.Effects), listed(r.Releases), listed(r.Objects)
	r.CRDs, r.Notes = listed(r.CRDs), listed(r.Notes)
}

func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// settled is an object without what is made of content, or only for this program to read.
func settled(o *rollout.Object) map[string]any {
	content := withoutMarks(o.Content)
	if o.Kind == "ArtifactGenerator" {
		content = with(content, "spec", with(at(content, "spec"), "artifacts", nil))
	}
	return content
}

// withoutMarks leaves out the annotations and labels of this program.
func withoutMarks(content map[string]any) map[string]any {
	metadata, _ := at(content, "metadata").(map[string]any)
	for _, field := range []string{"annotations", "labels"} {
		marks, _ := metadata[field].(map[string]any)
		rest := map[string]any{}
		for key, v := range marks {
			if !strings.HasPrefix(key, "aicr.run/") {
				rest[key] = v
			}
		}
		if len(rest) < len(marks) {
			if len(rest) == 0 {
				metadata = with(metadata, field, nil)
			} else {
				metadata = with(metadata, field, rest)
			}
			content = with(content, "metadata", metadata)
		}
	}
	return content
}

// with is a copy of a map in which key has another value; nil takes the key out.
func with(v any, key string, value any) map[string]any {
	m, _ := v.(map[string]any)
	changed := make(map[string]any, len(m)+1)
	for k, item := range m {
		changed[k] = item
	}
	if changed[key] = value; value == nil {
		delete(changed, key)
	}
	return changed
}
