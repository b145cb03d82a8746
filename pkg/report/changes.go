package report

import (
	"fmt"
	"slices"

	"github.com/aicr-flux/aicr/pkg/diff"
	"github.com/aicr-flux/aicr/pkg/graph"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// maxChanges bounds the text of all differences of a page.
const maxChanges = 256 << 10

// changes are what becomes of a cluster that runs an earlier bundle.
type changes struct {
	Old, Headline string
	Same          bool
	// Class colours the tile at the top by the worst effect.
	Class string
	// Told are the effects that matter most, Also the others.
	Told, Also []effect
	Actions    []actions
	Others     []change
	Notes      []string
}

// effect is one thing that happens, to the release with that ID.
type effect struct{ Label, Class, Release, ID, Text string }

// actions are the releases of which the same becomes.
type actions struct {
	Name     string
	Releases []link
}

// change is what becomes of a release, or of something else, line by line.
type change struct {
	Head, Pill, Class string
	Means             []string // the effects of a release
	Lines             []line
	More              int // how many lines are left out
}

// line is a difference with what its sign means, for those who do not see it.
type line struct {
	diff.Line
	Class, Word string
	Sides       []side
}

// side is a line of what was or is.
type side struct{ Class, Text string }

// words say what becomes of a release, the most dangerous first.
var words = []struct {
	action            rollout.Action
	name, pill, class string
}{
	{rollout.Uninstall, "Uninstalled", "uninstalled", "bad"},
	{rollout.Reinstall, "Installed anew", "installed anew", "bad"},
	{rollout.Upgrade, "Upgraded", "upgraded", ""},
	{rollout.Install, "Installed", "new", ""},
	{diff.Configure, "Only configured otherwise", "configured", ""},
}

// changes adds what changes to the releases, and those that the bundle no longer has.
func (m *maker) changes() {
	if m.Changes == nil {
		return
	}
	c := &changes{Old: m.Changes.Old, Same: m.Changes.Same, Headline: m.Changes.Headline(), Notes: m.spelt(m.Changes.Notes)}
	m.page.Changes = c
	ids := map[string]string{}
	for _, word := range words {
		list := actions{Name: word.name}
		for i := range m.Changes.Releases {
			changed := &m.Changes.Releases[i]
			if changed.Action != word.action {
				continue
			}
			r := m.releaseOf(changed)
			r.Change = m.change("", changed.Lines())
			r.Change.Pill, r.Change.Class = word.pill, word.class
			for _, e := range m.Changes.Effects {
				if e.Release == r.Name {
					r.Change.Means = append(r.Change.Means, m.Redact(e.Text))
				}
			}
			list.Releases = append(list.Releases, link{r.Name, r.ID})
			if ids[r.Name] == "" {
				ids[r.Name] = r.ID
			}
		}
		if len(list.Releases) > 0 {
			c.Actions = append(c.Actions, list)
		}
	}
	for _, e := range m.Changes.Effects {
		shown := effect{Release: e.Release, ID: ids[e.Release], Text: m.Redact(e.Text)}
		switch e.Severity {
		case diff.Danger:
			shown.Label, shown.Class, c.Class = "danger", "error", "bad"
		case diff.Attention:
			shown.Label, shown.Class = "attention", "warning"
			if c.Class == "" {
				c.Class = "warn"
			}
		default:
			c.Also = append(c.Also, shown)
			continue
		}
		c.Told = append(c.Told, shown)
	}
	for _, part := range m.Changes.Others() {
		c.Others = append(c.Others, *m.change(part.Head, part.Lines))
	}
}

// releaseOf is the release of the page that changes; one that the bundle no longer has is added.
func (m *maker) releaseOf(changed *diff.Release) *release {
	all := &m.page.Releases
	at := slices.IndexFunc(*all, func(r release) bool { return r.object == changed.Ref.String() })
	if at >= 0 {
		return &(*all)[at]
	}
	gone := release{ID: id(changed.Release), Gone: true, object: changed.Ref.String()}
	gone.Name, gone.Namespace = changed.Release, changed.Namespace
	for slices.ContainsFunc(*all, func(r release) bool { return r.ID == gone.ID }) {
		gone.ID += "-before"
	}
	if was := changed.Chart.From; was != nil {
		gone.Title, gone.From, gone.Local = was.Version, graph.ShortSource(was.Source), was.Source == "local"
	}
	*all = append(*all, gone)
	return &(*all)[len(*all)-1]
}

// change shows lines, as long as the page takes them.
func (m *maker) change(head string, lines []diff.Line) *change {
	c := &change{Head: m.Redact(head)}
	for i, l := range lines {
		if m.leftOfChanges <= 0 {
			c.More = len(lines) - i
			break
		}
		shown := line{Line: l, Class: fmt.Sprintf("d%d", l.Depth)}
		shown.Text = m.Redact(l.Text)
		switch l.Sign {
		case "+":
			shown.Word = "added"
		case "-":
			shown.Word = "removed"
		case "~":
			shown.Word = "changed"
		default:
			shown.Class += " title"
		}
		m.leftOfChanges -= len(l.Text)
		for _, text := range l.Sides {
			s := side{Text: m.Redact(text)}
			switch {
			case text == "":
			case text[0] == '+':
				s.Class = "added"
			case text[0] == '-':
				s.Class = "removed"
			}
			m.leftOfChanges -= len(text)
			shown.Sides = append(shown.Sides, s)
		}
		c.Lines = append(c.Lines, shown)
	}
	return c
}
