package format

import (
	"fmt"
	"strings"

	"github.com/aicr-flux/aicr/internal/printable"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

// text is for people: each finding with its place and remedy, what was not seen, what the cluster
// needs, and a line that sums up.
func text(reports []engine.Report, _ Options) ([]byte, error) {
	var b strings.Builder
	for i, r := range reports {
		name := ""
		if len(reports) > 1 {
			name = printable.Line(r.Source) + ": "
		}
		if i > 0 {
			b.WriteString("\n")
		}
		one(&b, r.Typed(), name)
	}
	return []byte(b.String()), nil
}

// one writes the report of a bundle, with its name before the verdict.
func one(b *strings.Builder, r engine.Report, name string) {
	for _, f := range r.Findings {
		fmt.Fprintf(b, "%s: %s\n", f.Severity, f.Check)
		if place := f.String(); place != "" {
			fmt.Fprintf(b, "  at      %s\n", printable.Line(place))
		}
		fmt.Fprintf(b, "  what    %s\n", indent(f.Message))
		fmt.Fprintf(b, "  do      %s\n\n", indent(f.Remedy))
	}
	section(b, "Notes", r.Notes)
	section(b, "Not checked", r.NotSeen)
	section(b, "The cluster needs", r.Needs.Lines())
	fmt.Fprintf(b, "%s%s and %s, held against Flux %s and Kubernetes %s: %s.\n",
		name, engine.Plural(r.Objects, "object"), engine.Plural(r.Releases, "release"), r.FluxVersion, r.KubeVersion, printable.Line(r.Summary()))
}

func section(b *strings.Builder, title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	b.WriteString(title + ":\n")
	for _, line := range lines {
		b.WriteString("  - " + printable.Line(line) + "\n")
	}
	b.WriteString("\n")
}

// indent keeps a message of several lines in its column.
func indent(text string) string {
	return strings.ReplaceAll(printable.Lines(strings.TrimSpace(text)), "\n", "\n          ")
}
