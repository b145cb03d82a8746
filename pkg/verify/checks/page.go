package checks

import (
	"fmt"
	"strings"

	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

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
