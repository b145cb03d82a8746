package verify

import (
	"fmt"
	"strings"
)

// Page returns the documentation of the check, in Markdown.
func (c Check) Page() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s.\n\n", c.ID, c.Title)
	fmt.Fprintf(&b, "- Group: %s\n- Severity: %s\n", c.Group, c.Severity)
	if c.Quick {
		b.WriteString("- `aicr bundle` looks at this before it writes anything, at all but the inline values.\n")
	}
	fmt.Fprintf(&b, "\n## Why\n\n%s\n", strings.TrimSpace(c.Why))
	if c.Bad != "" {
		fmt.Fprintf(&b, "\n## What does not pass\n\n```yaml\n%s\n```\n", strings.Trim(c.Bad, "\n"))
	}
	fmt.Fprintf(&b, "\n## What to do\n\n%s\n\nTo leave this check out: `aicr verify --skip %s`.\n", c.Remedy, c.ID)
	return b.String()
}

// IndexPage returns a page that lists all checks, in Markdown.
func IndexPage() string {
	var b strings.Builder
	b.WriteString("# The checks of aicr verify\n")
	group := Group("")
	for _, c := range checks {
		if c.Group != group {
			group = c.Group
			fmt.Fprintf(&b, "\n## %s\n\n| check | severity | what must hold |\n|---|---|---|\n", group)
		}
		fmt.Fprintf(&b, "| [%s](%s.md) | %s | %s |\n", c.ID, c.ID, c.Severity, strings.ReplaceAll(c.Title, "|", `\|`))
	}
	return b.String()
}
