package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer"
)

// bundleResult is what --format json prints.
type bundleResult struct {
	Recipe string `json:"recipe"`
	Dir    string `json:"output"`
	DryRun bool   `json:"dryRun"`
	*deployer.Output
}

// printBundle prints the result to standard output, and what a person should
// know about it to standard error.
func printBundle(s streams, o config.Options, out *deployer.Output) error {
	for _, w := range out.Warnings {
		_, _ = fmt.Fprintln(s.err, "Warning:", w)
	}
	for _, n := range out.DeploymentNotes {
		_, _ = fmt.Fprintln(s.err, "Note:", n)
	}
	if o.Format == "json" {
		return printJSON(s.out, bundleResult{Recipe: o.Recipe, Dir: o.Output, DryRun: o.DryRun, Output: out})
	}
	var b strings.Builder
	releaseTable(&b, out.Releases)
	if o.DryRun {
		fmt.Fprintf(&b, "\n%d releases. Nothing was written (--dry-run).\n", len(out.Releases))
	} else {
		fmt.Fprintf(&b, "\n%d releases; %d files, %s, in %s (%s).\n", len(out.Releases), len(out.Files), size(out.TotalSize), o.Output, out.Duration.Round(time.Millisecond))
		for _, path := range out.Removed {
			fmt.Fprintf(&b, "Removed %s, which this recipe no longer has.\n", path)
		}
		for _, path := range out.Kept {
			fmt.Fprintf(&b, "Kept your edits in %s.\n", path)
		}
		b.WriteString("\nNext:\n")
		for i, step := range out.DeploymentSteps {
			fmt.Fprintf(&b, "  %d. %s\n", i+1, step)
		}
	}
	return printText(s.out, b.String())
}

func releaseTable(w io.Writer, releases []deployer.Release) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "RELEASE\tCHART\tVERSION\tNAMESPACE\tWAITS FOR")
	for _, r := range releases {
		chart := r.Chart
		if r.Source == "local" {
			chart += " (in the bundle)"
		}
		waits := strings.Join(r.DependsOn, ", ")
		if waits == "" {
			waits = "-"
		}
		_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", r.Name, chart, r.Version, r.Namespace, waits)
	}
	_ = t.Flush()
}

func size(n int64) string {
	switch {
	case n >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	case n >= 1e3:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%d bytes", n)
}
