package output

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/diff"
	"github.com/aicr-flux/aicr/pkg/fleet"
)

// told is a change as people read it: it stands for all that differ only in the values that clusters
// have of their own.
type told struct {
	fleet.Change
	alike bool
}

// together puts together the changes that are alike.
func together(changes []fleet.Change) (all []told) {
	at := map[string]int{}
	for _, c := range changes {
		key := shape(c)
		i, known := at[key]
		if !known {
			at[key] = len(all)
			all = append(all, told{Change: c})
			continue
		}
		t := &all[i]
		t.alike = true
		t.Clusters = slices.Concat(t.Clusters, c.Clusters)
		t.Groups = slices.Clone(t.Groups)
		for _, share := range c.Groups {
			same := slices.IndexFunc(t.Groups, func(s fleet.Share) bool { return s.Group == share.Group })
			if same < 0 {
				t.Groups = append(t.Groups, share)
			} else {
				t.Groups[same].Clusters += share.Clusters
			}
		}
	}
	return all
}

// shape is a change without what was and what is.
func shape(c fleet.Change) string {
	paths := func(fields []diff.Field) (all []diff.Field) {
		for _, f := range fields {
			all = append(all, diff.Field{Path: f.Path, Change: f.Change})
		}
		return all
	}
	s := fleet.Change{Effects: c.Effects}
	for _, v := range c.Values {
		s.Values = append(s.Values, fleet.Values{Release: v.Release, Fields: paths(v.Fields)})
	}
	for _, o := range c.Objects {
		s.Objects = append(s.Objects, diff.Object{Object: o.Object, Change: o.Change, Fields: paths(o.Fields)})
	}
	text, _ := json.Marshal(s) // it holds what JSON can
	return string(text)
}

// head says in how many clusters of which groups it happens, and names them.
func (t told) head() string {
	how := ": "
	if t.alike && len(t.Values)+len(t.Objects) > 0 {
		how = ", each in its own way: "
	}
	return where(t.Change) + how + named(t.Clusters)
}

// lines are the differences of what the clusters get besides the bundle.
func (t told) lines() (all []diff.Line) {
	such := ""
	if t.alike {
		such = ", such as in " + t.Clusters[0]
	}
	part := func(title string, lines []diff.Line) {
		if len(lines) > 0 {
			all = append(append(all, diff.Line{Text: title + such}), lines...)
		}
	}
	for _, v := range t.Values {
		part("values of "+v.Release, diff.Lines(1, v.Fields))
	}
	for _, o := range t.Objects {
		part(o.Object, diff.Lines(1, o.Fields))
	}
	return all
}

// where says how many clusters of which groups have a change.
func where(c fleet.Change) string {
	var parts []string
	for _, s := range c.Groups {
		switch {
		case s.Group == "":
			parts = append(parts, count(s.Clusters, "cluster"))
		case s.Clusters == s.Of && s.Of == 1:
			parts = append(parts, "the cluster of "+s.Group)
		case s.Clusters == s.Of && s.Of == 2:
			parts = append(parts, "both clusters of "+s.Group)
		case s.Clusters == s.Of:
			parts = append(parts, "all "+count(s.Of, "cluster")+" of "+s.Group)
		default:
			parts = append(parts, count(s.Clusters, "cluster")+" of "+s.Group)
		}
	}
	return upper(strings.Join(parts, ", "))
}
