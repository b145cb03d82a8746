package verify

import (
	"fmt"
	"strings"
)

// Text returns the report for people: each finding with its place and remedy,
// what was not seen, what the cluster needs, and a line that sums up.
func (r Report) Text() string {
	var b strings.Builder
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "%s: %s\n", f.Severity, f.Check)
		if place := f.String(); place != "" {
			fmt.Fprintf(&b, "  at      %s\n", printable(place))
		}
		fmt.Fprintf(&b, "  what    %s\n", indent(f.Message))
		fmt.Fprintf(&b, "  do      %s\n\n", indent(f.Remedy))
	}
	section(&b, "Not checked", r.NotSeen)
	section(&b, "The cluster needs", r.Needs.Lines())
	fmt.Fprintf(&b, "%s and %s, held against Flux %s: %s.\n",
		plural(r.Objects, "object"), plural(r.Releases, "release"), r.FluxVersion, r.Summary())
	return b.String()
}

// Summary counts the findings: "2 errors, 1 warning".
func (r Report) Summary() string {
	var parts []string
	for s := SeverityError; s >= SeverityInfo; s-- {
		n := r.Count(s)
		switch {
		case n > 0 && s == SeverityInfo:
			parts = append(parts, fmt.Sprintf("%d for information", n))
		case n > 0:
			parts = append(parts, plural(n, s.String()))
		}
	}
	if len(parts) == 0 {
		return "nothing is wrong"
	}
	return strings.Join(parts, ", ")
}

// Lines returns the needs one a line.
func (n Needs) Lines() []string {
	var lines []string
	if n.FluxVersion != "" {
		lines = append(lines, "Flux "+n.FluxVersion+" or later")
	}
	if len(n.Controllers) > 0 {
		lines = append(lines, "the controllers "+strings.Join(n.Controllers, ", "))
	}
	for _, gate := range n.FeatureGates {
		lines = append(lines, "the feature gate of "+gate)
	}
	return append(lines, n.Objects...)
}

func section(b *strings.Builder, title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	b.WriteString(title + ":\n")
	for _, line := range lines {
		b.WriteString("  - " + printable(line) + "\n")
	}
	b.WriteString("\n")
}

// indent keeps a message of several lines in its column.
func indent(text string) string {
	return strings.ReplaceAll(printableLines(strings.TrimSpace(text)), "\n", "\n          ")
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
