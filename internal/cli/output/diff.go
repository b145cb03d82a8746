package output

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aicr-flux/aicr/internal/printable"
	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/diff"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// Diff prints what differs. Files of annotations lie in dir, where that is a directory here.
func (p *Printer) Diff(report diff.Report, format, dir string) error {
	switch format {
	case "markdown":
		return p.Text(diffMarkdown(report))
	case "github":
		if aicr.KindOf(dir) != aicr.KindDirectory {
			dir = ""
		}
		return p.Raw(diffAnnotations(report, dir))
	}
	return p.Result(format, report, func() string { return diffText(report) })
}

// diffText is a report for a terminal of 80 columns.
func diffText(r diff.Report) string {
	var b strings.Builder
	if r.Same {
		fmt.Fprintf(&b, "Nothing changes in a cluster between %s and %s.\n", r.Old, r.New)
	} else {
		b.WriteString(wrapped("", fmt.Sprintf("%s → %s: %s", r.Old, r.New, headline(r))) + "\n")
		effects(&b, r.Effects)
	}
	details(&b, r)
	return b.String()
}

// inDetail is a report below a table of what becomes of the releases.
func inDetail(b *strings.Builder, r diff.Report) {
	all := slices.DeleteFunc(slices.Clone(r.Effects), func(e diff.Effect) bool { return e.Severity == diff.Info })
	if len(all) > 0 {
		b.WriteString("\n")
		effects(b, all)
	}
	details(b, r)
}

func details(b *strings.Builder, r diff.Report) {
	for _, part := range parts(r) {
		b.WriteString("\n" + wrapped("", part.head))
		part.body.write(b)
	}
	for _, note := range r.Notes {
		b.WriteString("\n" + wrapped("Not known: ", note))
	}
}

// effects are sentences, a line each, which are broken at 80 columns.
func effects(b *strings.Builder, all []diff.Effect) {
	for _, e := range all {
		sign := map[diff.Severity]string{diff.Danger: "!", diff.Attention: "*", diff.Info: "-"}[e.Severity]
		b.WriteString(wrapped("  "+sign+" ", sentence(e)))
	}
}

// sentence is the text of an effect with what it is about.
func sentence(e diff.Effect) string {
	return strings.TrimSpace(e.Release + " " + e.Text)
}

// headline counts the releases by what becomes of them.
func headline(r diff.Report) string {
	var parts []string
	for _, action := range []struct {
		rollout.Action
		words string
	}{{rollout.Uninstall, "uninstalled"}, {rollout.Reinstall, "installed anew"}, {rollout.Upgrade, "upgraded"}, {rollout.Install, "installed"}, {diff.Configure, "only configured otherwise"}} {
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

// releaseHead says what becomes of a release.
func releaseHead(r diff.Release) string {
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

// wrapped writes a text with its first line behind a sign, for a terminal of 80 columns.
func wrapped(sign, text string) string {
	return printable.Wrap(width, sign, strings.Repeat(" ", utf8.RuneCountInString(sign)), text)
}
