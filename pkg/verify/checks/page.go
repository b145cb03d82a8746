package checks

import (
	"embed"
	"fmt"
	"strings"

	"github.com/aicr-flux/aicr/internal/printable"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

// pages holds for each check a file of Markdown: what happens on a cluster where it does not pass,
// and below a heading an excerpt of a bundle that does not.
//
//go:embed pages/*.md
var pages embed.FS

const badHeading = "\n## What does not pass\n"

// Why tells what happens on a cluster where a bundle does not pass the check, in Markdown.
func Why(id string) string {
	text, err := pages.ReadFile("pages/" + id + ".md")
	if err != nil {
		return "" // a test holds the files against the checks
	}
	why, _, _ := strings.Cut(string(text), badHeading)
	return strings.TrimSpace(why)
}

// Page returns the documentation of a check, in Markdown.
func Page(c *engine.Check) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n\n- Group: %s\n- Severity: %s\n", c.ID, paragraph(c.Title+"."), c.Group, c.Severity)
	if c.Quick {
		b.WriteString("- `aicr bundle` looks at this before it writes anything.\n")
	}
	fmt.Fprintf(&b, "\n## Why\n\n%s\n", Why(c.ID))
	text, _ := pages.ReadFile("pages/" + c.ID + ".md")
	if _, bad, ok := strings.Cut(string(text), badHeading); ok {
		b.WriteString(badHeading + bad)
	}
	fmt.Fprintf(&b, "\n## What to do\n\n%s\n", paragraph(c.Remedy))
	return b.String()
}

// paragraph breaks text for a terminal of 80 columns, where a flag is longer than its field.
func paragraph(text string) string { return strings.TrimSpace(printable.Wrap(78, "", "", text)) }

// IndexPage returns a page that lists all checks, in Markdown.
func IndexPage() string {
	var b strings.Builder
	b.WriteString("# The checks of aicr verify\n")
	group := engine.Group("")
	for _, c := range All() {
		if c.Group != group {
			group = c.Group
			fmt.Fprintf(&b, "\n## %s\n\n| check | severity | what must hold |\n|---|---|---|\n", group)
		}
		fmt.Fprintf(&b, "| [%s](%s.md) | %s | %s |\n", c.ID, c.ID, c.Severity, strings.ReplaceAll(c.Title, "|", `\|`))
	}
	return b.String()
}
