package output

import (
	"fmt"
	"html"
	"regexp"
	"strings"

	"github.com/aicr-flux/aicr/internal/printable"
	"github.com/aicr-flux/aicr/pkg/diff"
)

// maxComment is how many bytes a comment may have; GitHub takes 65,536 characters.
const maxComment = 60_000

// Bounds of a comment, so that one part leaves space for others.
const (
	maxSentences = 60  // of one severity
	maxPartLines = 300 // of one release
	reserved     = 500 // bytes for what says that something was cut
)

// comment is a comment of a pull request: what is too long is cut, which it says.
type comment struct {
	text strings.Builder
	left []string // the heads of parts that were cut
}

// part adds a part where there is room for it.
func (c *comment) part(head, text string) {
	if c.text.Len()+len(text)+reserved > maxComment {
		c.left = append(c.left, head)
		return
	}
	c.text.WriteString(text)
}

// end adds what is not known, and what was cut, which a command shows.
func (c *comment) end(notes []string, command string) string {
	for _, note := range notes {
		if text := "\nNot known: " + escaped(note) + "\n"; c.text.Len()+len(text)+reserved <= maxComment {
			c.text.WriteString(text)
		}
	}
	if len(c.left) > 0 {
		names := c.left[0]
		if len(c.left) > 1 {
			names = fmt.Sprintf("%s and %d more", c.left[0], len(c.left)-1)
		}
		fmt.Fprintf(&c.text, "\n**Cut, because a comment may not be longer:** %s. `%s --format text` shows all.\n", escaped(cut(names, 200)), command)
	}
	return c.text.String()
}

// diffMarkdown is a report for the comment of a pull request: what matters most comes first, and what
// is long is folded.
func diffMarkdown(r diff.Report) string {
	var c comment
	fmt.Fprintf(&c.text, "### Changes in the cluster: %s → %s\n\n", code(r.Old), code(r.New))
	if r.Same {
		c.text.WriteString("Nothing changes.\n")
	} else {
		fmt.Fprintf(&c.text, "%s.\n", r.Headline())
	}
	sentences(&c.text, r.Effects, diff.Danger, "**Lost, or refused by Kubernetes**\n", "")
	sentences(&c.text, r.Effects, diff.Attention, "**To look at**\n", "")
	sentences(&c.text, r.Effects, diff.Info, "<details><summary>What else happens</summary>\n", "\n</details>\n")
	for _, part := range r.Parts() {
		c.part(part.Head, folded(part))
	}
	return c.end(r.Notes, "aicr diff")
}

// sentences are the effects of one severity, as a list.
func sentences(b *strings.Builder, all []diff.Effect, severity diff.Severity, head, tail string) {
	n := 0
	for _, e := range all {
		if e.Severity != severity {
			continue
		}
		n++
		if n > maxSentences {
			continue
		}
		if n == 1 {
			b.WriteString("\n" + head + "\n")
		}
		text := escaped(cut(e.Text, 300))
		if e.Release != "" {
			text = code(e.Release) + " " + text
		}
		b.WriteString("- " + text + "\n")
	}
	if n > maxSentences {
		fmt.Fprintf(b, "- … and %d more\n", n-maxSentences)
	}
	if n > 0 {
		b.WriteString(tail)
	}
}

// folded is a part in a block that is opened by a click.
func folded(p diff.Part) string {
	var lines []string
	for _, e := range p.Lines {
		indent := strings.Repeat("  ", e.Depth)
		sign := e.Sign
		switch {
		case sign == "~" && len(e.Sides) == 0 && strings.Contains(e.Text, " → "):
			sign = "!" // which is shown as changed
		case sign == "" || sign == "~":
			sign = " "
		}
		lines = append(lines, sign+" "+indent+e.Text)
		for _, line := range e.Sides {
			sign := " "
			if line != "" && strings.ContainsAny(line[:1], "+- ") {
				sign, line = line[:1], line[1:]
			}
			lines = append(lines, sign+indent+"   "+line)
		}
	}
	if more := len(lines) - maxPartLines; more > 0 {
		lines = append(lines[:maxPartLines], fmt.Sprintf("  … %d more lines are cut", more))
	}
	for i, line := range lines {
		lines[i] = cut(printable.Line(strings.TrimRight(line, " ")), 300)
	}
	text := strings.Join(lines, "\n")
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fmt.Sprintf("\n<details><summary>%s</summary>\n\n%sdiff\n%s\n%s\n\n</details>\n", quiet(html.EscapeString(p.Head)), fence, text, fence)
}

// code is text in a code span, in which nothing has a meaning.
func code(text string) string {
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if len(fence) > 1 || strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return fence + strings.ReplaceAll(text, "\n", " ") + fence
}

// punctuation is what Markdown may give a meaning.
var punctuation = regexp.MustCompile("[\\\\`*_{}\\[\\]()#+!|<>~&$]")

// escaped is text as Markdown shows it, that mentions nobody and closes no issue.
func escaped(text string) string {
	text = punctuation.ReplaceAllStringFunc(strings.ReplaceAll(text, "\n", " "), func(c string) string {
		switch c {
		case "<":
			return "&lt;"
		case "&":
			return "&amp;"
		}
		return `\` + c
	})
	return quiet(text)
}

// quiet is text that mentions nobody.
func quiet(text string) string { return strings.ReplaceAll(text, "@", "@<!-- -->") }
