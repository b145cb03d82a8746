package output

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/printable"
	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/diff"
	"github.com/aicr-flux/aicr/pkg/fleet"
)

// FleetDiff prints what changes in which clusters. Annotations stand at file, where that is one.
func (p *Printer) FleetDiff(d fleet.Diff, format, file string) error {
	switch format {
	case "markdown":
		return p.Text(fleetMarkdown(d))
	case "github":
		return p.Raw(fleetAnnotations(d, file))
	}
	return p.Result(format, d, func() string { return fleetText(d) })
}

// maxChanges bounds what a person reads of a fleet of which each cluster changes in a way of its own.
const maxChanges = 30

var effectSigns = map[diff.Severity]string{diff.Danger: "!", diff.Attention: "*", diff.Info: "-"}

func fleetText(d fleet.Diff) string {
	var b strings.Builder
	if d.Same {
		b.WriteString(wrapped("", fmt.Sprintf("Nothing changes in %s between %s and %s.", count(d.Clusters, "cluster"), d.Old, d.New)))
	} else {
		b.WriteString(wrapped("", fmt.Sprintf("%s → %s: %s", d.Old, d.New, changing(d))))
	}
	changes := together(d.Changes)
	for _, change := range changes[:min(maxChanges, len(changes))] {
		b.WriteString("\n" + wrapped("", change.head()))
		for _, e := range change.Effects {
			b.WriteString(wrapped("  "+effectSigns[e.Severity]+" ", e.Text))
		}
		writeLines(&b, change.lines())
	}
	if more := len(changes) - maxChanges; more > 0 {
		b.WriteString("\n" + wrapped("", fmt.Sprintf("… and %s that matter less, or that fewer clusters share; --format json has all.", count(more, "more change"))))
	}
	for _, r := range d.Bundles {
		b.WriteString("\n" + wrapped("", r.Old+" → "+r.New) + "\n")
		effects(&b, slices.DeleteFunc(slices.Clone(r.Effects), func(e diff.Effect) bool { return e.Severity != diff.Info })) // the others are told of
		details(&b, r)
	}
	for _, note := range d.Notes {
		b.WriteString("\n" + wrapped("Not known: ", note))
	}
	return b.String()
}

// changing counts the clusters that change.
func changing(d fleet.Diff) string {
	verb := "change"
	if d.Changed == 1 {
		verb = "changes"
	}
	return fmt.Sprintf("%d of %s %s", d.Changed, count(d.Clusters, "cluster"), verb)
}

// named are the names of the first of many clusters.
func named(clusters []string) string {
	const most = 8
	if more := len(clusters) - most; more > 1 {
		return fmt.Sprintf("%s and %d more", strings.Join(clusters[:most], ", "), more)
	}
	return strings.Join(clusters, ", ")
}

// fleetMarkdown is for the comment of a pull request.
func fleetMarkdown(d fleet.Diff) string {
	var c comment
	fmt.Fprintf(&c.text, "### Changes in the clusters: %s → %s\n\n", code(d.Old), code(d.New))
	if d.Same {
		fmt.Fprintf(&c.text, "Nothing changes in %s.\n", count(d.Clusters, "cluster"))
	} else {
		fmt.Fprintf(&c.text, "%s.\n", changing(d))
	}
	for _, change := range together(d.Changes) {
		var b strings.Builder
		fmt.Fprintf(&b, "\n**%s**\n\n", escaped(change.head()))
		for _, e := range change.Effects {
			mark := map[diff.Severity]string{diff.Danger: "**Danger:** ", diff.Attention: "**To look at:** "}[e.Severity]
			fmt.Fprintf(&b, "- %s%s\n", mark, escaped(cut(e.Text, 300)))
		}
		if lines := change.lines(); len(lines) > 0 {
			b.WriteString(folded(diff.Part{Head: "Values and objects", Lines: lines}))
		}
		c.part(change.head(), b.String())
	}
	for _, r := range d.Bundles {
		for i, part := range r.Parts() {
			text := folded(part)
			if i == 0 {
				text = fmt.Sprintf("\n#### %s → %s\n", code(r.Old), code(r.New)) + text
			}
			c.part(part.Head, text)
		}
		for _, note := range r.Notes {
			c.part(note, "\nNot known: "+escaped(note)+"\n")
		}
	}
	return c.end(d.Notes, "aicr fleet diff")
}

// fleetAnnotations writes what happens as workflow commands of GitHub Actions.
func fleetAnnotations(d fleet.Diff, file string) string {
	at := ""
	if file != "" && aicr.KindOf(file) == aicr.KindRecipe && !aicr.InGit(file) { // a file
		at = "file=" + printable.CommandProperty(file) + ",line=1,"
	}
	var b strings.Builder
	for _, change := range together(d.Changes) {
		for _, e := range change.Effects {
			level := "warning"
			if e.Severity == diff.Info {
				level = "notice"
			}
			fmt.Fprintf(&b, "::%s %stitle=%s::%s\n", level, at, printable.CommandProperty("aicr fleet diff: "+where(change.Change)), printable.CommandData(named(change.Clusters)+": "+e.Text))
		}
	}
	return b.String()
}
