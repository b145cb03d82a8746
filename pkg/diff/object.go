package diff

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

// ref names an object as a cluster does.
type ref struct{ group, kind, namespace, name string }

func refOf(o map[string]any) ref {
	group, _, ok := strings.Cut(textAt(o, "apiVersion"), "/")
	if !ok {
		group = ""
	}
	return ref{group, textAt(o, "kind"), textAt(o, "metadata", "namespace"), textAt(o, "metadata", "name")}
}

// String returns "Deployment gpu-operator/gpu-operator".
func (r ref) String() string {
	return rollout.Ref{Kind: r.kind, Namespace: r.namespace, Name: r.name}.String()
}

func at(v any, keys ...string) any {
	for _, key := range keys {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

func textAt(v any, keys ...string) string {
	s, _ := at(v, keys...).(string)
	return s
}

// pair is an object on both sides; nil where it is not.
type pair struct {
	ref
	from, to map[string]any
}

func (p pair) change() Kind {
	switch {
	case p.from == nil:
		return Added
	case p.to == nil:
		return Removed
	}
	return Changed
}

// pairs are the objects of two sides, sorted.
func pairs(from, to []map[string]any) []pair {
	all := map[ref]pair{}
	for _, o := range from {
		all[refOf(o)] = pair{ref: refOf(o), from: o}
	}
	for _, o := range to {
		p := all[refOf(o)]
		p.ref, p.to = refOf(o), o
		all[p.ref] = p
	}
	return slices.SortedFunc(maps.Values(all), func(a, b pair) int {
		return cmp.Or(strings.Compare(a.String(), b.String()), strings.Compare(a.group, b.group))
	})
}

// object compares an object, but for the fields in unstable; nil where nothing differs.
func (h hider) object(p pair, unstable map[string]bool) *Object {
	o := &Object{Object: p.String(), Change: p.change()}
	if o.Change != Changed {
		return o
	}
	for _, f := range h.objectFields(p) {
		if !unstable[f.Path] {
			o.Fields = append(o.Fields, f)
		}
	}
	if len(o.Fields) == 0 {
		return nil
	}
	return o
}

// objectFields are the differences of an object that both sides have.
func (h hider) objectFields(p pair) []Field {
	if p.kind != "Secret" || p.group != "" {
		return h.fields(p.from, p.to)
	}
	var all []Field
	for _, field := range []string{"data", "stringData"} {
		w := walker{hider: h, secret: true}
		w.walk(field, field, at(p.from, field), at(p.to, field))
		all = append(all, w.fields...)
	}
	rest := func(o map[string]any) map[string]any {
		o = maps.Clone(o)
		delete(o, "data")
		delete(o, "stringData")
		return o
	}
	return append(all, h.fields(rest(p.from), rest(p.to))...)
}

// versionLabels repeat the version of the chart or of what it installs: they change in every object
// with each new version, and mean nothing.
var versionLabels = []string{`["helm.sh/chart"]`, `["app.kubernetes.io/version"]`, "chart", "version", "app.version", `["app.version"]`}

// repeats reports whether a field is such a label of the object itself, or of its pods.
func repeats(f Field) bool {
	for _, suffix := range versionLabels {
		path, ok := strings.CutSuffix(f.Path, suffix)
		path = strings.TrimSuffix(path, ".")
		if ok && (path == "metadata.labels" || strings.HasSuffix(path, ".metadata.labels")) {
			return true
		}
	}
	return false
}
