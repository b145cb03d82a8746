package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/oci"
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
	printNotes(s, out.Warnings, out.DeploymentNotes)
	if o.Format == "json" {
		return printJSON(s.out, bundleResult{Recipe: o.Recipe, Dir: o.Output, DryRun: o.DryRun, Output: out})
	}
	var b strings.Builder
	releaseTable(&b, out.Releases)
	switch {
	case o.DryRun && oci.IsReference(o.Output):
		fmt.Fprintf(&b, "\n%s. Nothing was published (--dry-run).\n", count(len(out.Releases), "release"))
	case o.DryRun:
		fmt.Fprintf(&b, "\n%s. Nothing was written (--dry-run).\n", count(len(out.Releases), "release"))
	case out.Artifact != nil:
		fmt.Fprintf(&b, "\n%s.\n\n", count(len(out.Releases), "release"))
		describeArtifact(&b, out.Artifact)
		nextSteps(&b, out.DeploymentSteps)
	default:
		fmt.Fprintf(&b, "\n%s; %s, %s, in %s (%s).\n", count(len(out.Releases), "release"), count(len(out.Files), "file"), size(out.TotalSize), o.Output, out.Duration.Round(time.Millisecond))
		for _, path := range out.Removed {
			fmt.Fprintf(&b, "Removed %s, which this recipe no longer has.\n", path)
		}
		for _, path := range out.Kept {
			fmt.Fprintf(&b, "Kept your edits in %s.\n", path)
		}
		nextSteps(&b, out.DeploymentSteps)
	}
	return printText(s.out, b.String())
}

func printNotes(s streams, warnings, notes []string) {
	for _, w := range warnings {
		_, _ = fmt.Fprintln(s.err, "Warning:", w)
	}
	for _, n := range notes {
		_, _ = fmt.Fprintln(s.err, "Note:", n)
	}
}

func nextSteps(b *strings.Builder, steps []string) {
	b.WriteString("\nNext:\n")
	for i, step := range steps {
		fmt.Fprintf(b, "  %d. %s\n", i+1, step)
	}
}

// describeArtifact prints each reference on a line of its own, for scripts.
func describeArtifact(b *strings.Builder, a *deployer.Artifact) {
	for _, image := range a.Images {
		b.WriteString(image + "\n")
	}
	switch {
	case a.Uploaded:
		fmt.Fprintf(b, "\nPublished %s.\n", size(a.Size))
	case len(a.Tagged) > 0:
		fmt.Fprintf(b, "\nThe registry has this bundle already; what is new is the tag %s.\n", strings.Join(a.Tagged, " and the tag "))
	default:
		b.WriteString("\nThe registry has this bundle already; nothing was uploaded.\n")
	}
	if a.DerivedTag {
		fmt.Fprintf(b, "The tag %s follows from the content, because none was given.\n", a.Tag)
	}
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

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
