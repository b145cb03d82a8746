package output

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aicr-flux/aicr/internal/printable"
	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/diff"
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
	if format == "json" {
		return p.JSON(report)
	}
	return p.Changes(diffText(report))
}

// width is the columns of a terminal.
const width = 80

// diffText is a report for a terminal of 80 columns.
func diffText(r diff.Report) string {
	var b strings.Builder
	if r.Same {
		fmt.Fprintf(&b, "Nothing changes in a cluster between %s and %s.\n", r.Old, r.New)
	} else {
		b.WriteString(wrapped("", fmt.Sprintf("%s → %s: %s", r.Old, r.New, r.Headline())) + "\n")
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
	for _, part := range r.Parts() {
		b.WriteString("\n" + wrapped("", part.Head))
		writeLines(b, part.Lines)
	}
	for _, note := range r.Notes {
		b.WriteString("\n" + wrapped("Not known: ", note))
	}
}

// effects are sentences, a line each, which are broken at 80 columns.
func effects(b *strings.Builder, all []diff.Effect) {
	for _, e := range all {
		sign := map[diff.Severity]string{diff.Danger: "!", diff.Attention: "*", diff.Info: "-"}[e.Severity]
		b.WriteString(wrapped("  "+sign+" ", e.Sentence()))
	}
}

// writeLines writes differences, each within a line of a terminal.
func writeLines(to *strings.Builder, lines []diff.Line) {
	for _, line := range lines {
		indent := strings.Repeat("  ", line.Depth+1)
		to.WriteString(cut(strings.TrimRight(indent+strings.TrimLeft(line.Sign+" "+line.Text, " "), " "), width) + "\n")
		for _, side := range line.Sides {
			to.WriteString(cut(indent+"    "+side, width) + "\n")
		}
	}
}

// wrapped writes a text with its first line behind a sign, for a terminal of 80 columns.
func wrapped(sign, text string) string {
	return printable.Wrap(width, sign, strings.Repeat(" ", utf8.RuneCountInString(sign)), text)
}
