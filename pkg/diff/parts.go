package diff

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/aicr-flux/aicr/internal/printable"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// Part is a part of a report as people read it.
type Part struct {
	Head  string
	Lines []Line
}

// Parts are those of the releases, the same ones of several releases once, and then the Others.
func (r Report) Parts() (parts []Part) {
	for _, release := range r.Releases {
		lines := release.Lines()
		last := len(parts) - 1
		switch {
		case len(lines) == 0:
		case release.Action == Configure && last >= 0 && reflect.DeepEqual(parts[last].Lines, lines):
			name, action, _ := strings.Cut(parts[last].Head, ": ")
			parts[last].Head = name + ", " + release.Release + ": " + action
		default:
			parts = append(parts, Part{release.Head(), lines})
		}
	}
	return append(parts, r.Others()...)
}

// Others are the parts that belong to no release.
func (r Report) Others() (parts []Part) {
	if len(r.Objects) > 0 {
		var l lines
		l.objects(r.Objects)
		parts = append(parts, Part{"Objects of the bundle itself", l})
	}
	if len(r.CRDs) > 0 {
		var l lines
		for _, crd := range r.CRDs {
			l = append(l, Line{Depth: 1, Sign: signOf(crd.Change), Text: crd.text()})
		}
		parts = append(parts, Part{"CustomResourceDefinitions", l})
	}
	for _, s := range []struct {
		head string
		set  Set
	}{{"Namespaces", r.Namespaces}, {"The cluster needs", r.Needs}} {
		if !s.set.Empty() {
			var l lines
			l.texts(s.set)
			parts = append(parts, Part{s.head, l})
		}
	}
	return parts
}

// Headline counts the releases by what becomes of them.
func (r Report) Headline() string {
	var parts []string
	for _, action := range []struct {
		rollout.Action
		words string
	}{{rollout.Uninstall, "uninstalled"}, {rollout.Reinstall, "installed anew"}, {rollout.Upgrade, "upgraded"}, {rollout.Install, "installed"}, {Configure, "only configured otherwise"}} {
		n := 0
		for _, release := range r.Releases {
			if release.Action == action.Action {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, count(n, "release")+" "+action.words)
		}
	}
	if n := len(r.Objects); n > 0 {
		parts = append(parts, count(n, "other object"))
	}
	if len(parts) == 0 {
		return "no release changes"
	}
	return strings.Join(parts, ", ")
}

// Head says in short what becomes of the release.
func (r Release) Head() string {
	head := r.Release + ": " + string(r.Action)
	switch from, to := r.Chart.From, r.Chart.To; {
	case from == nil || to == nil || from.Source == "local" && to.Source == "local" && from.Version == to.Version:
	case from.Name != to.Name:
		head += fmt.Sprintf(", chart %s %s → %s %s", from.Name, from.Version, to.Name, to.Version)
	case from.Version != to.Version:
		head += fmt.Sprintf(", chart %s %s → %s", to.Name, from.Version, to.Version)
	}
	return printable.Line(head)
}

// Lines are what differs of the release.
func (r Release) Lines() []Line {
	var l lines
	part := func(title string, fields []Field) {
		if len(fields) > 0 {
			l.title(title)
			l.fields(1, fields)
		}
	}
	part("values", r.Values)
	part("settings", r.Settings)
	l.set("waits for", r.WaitsFor)
	if len(r.Objects)+r.Relabelled > 0 {
		l.title("objects")
		l.objects(r.Objects)
	}
	if r.Relabelled > 0 {
		l = append(l, Line{Depth: 1, Sign: "~", Text: count(r.Relabelled, "object") + " only in labels with the version"})
	}
	l.set("images", r.Images)
	return l
}

// Sentence is the text of an effect with what it is about.
func (e Effect) Sentence() string { return strings.TrimSpace(e.Release + " " + e.Text) }

func (crd CRD) text() string {
	text := crd.Name
	if crd.Release != "" {
		text += " (" + crd.Release + ")"
	}
	if crd.Stored != nil {
		text += fmt.Sprintf(", stored as %s → %s", crd.Stored.From, crd.Stored.To)
	}
	for _, v := range crd.Served.Removed {
		text += ", no longer serves " + v
	}
	for _, v := range crd.Served.Added {
		text += ", serves " + v
	}
	if crd.Left {
		text += ", Flux leaves what is there"
	}
	return text
}
