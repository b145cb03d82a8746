package output

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/aicr-flux/aicr/internal/printable"
	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// Bundle is the result of "aicr bundle".
type Bundle struct {
	Recipe string `json:"recipe"`
	Dir    string `json:"output"`
	DryRun bool   `json:"dryRun"`
	*deployer.Output
}

// Text tells of the bundle.
func (r Bundle) Text() string {
	var b strings.Builder
	releaseTable(&b, r.Releases)
	releases := count(len(r.Releases), "release")
	derived(&b, r.Derived)
	data(&b, r.Data)
	switch {
	case r.DryRun && aicr.KindOf(r.Dir) == aicr.KindArtifact:
		fmt.Fprintf(&b, "\n%s. Nothing was published (`DryRun`).\nThe registry was not asked, so what would change there is not known.\n", releases)
		if r.SyncFile != nil {
			fmt.Fprintf(&b, "What brings the artifact into a cluster would be written to %s.\n", r.SyncFile.File)
		}
		return b.String()
	case r.DryRun:
		preview(&b, r.Output, r.Dir)
		previewSync(&b, r.SyncFile)
		fmt.Fprintf(&b, "\n%s; %s.\nNothing was written (`DryRun`).\n", releases, wouldChange(r.Output, r.Dir))
		return b.String()
	case r.Artifact != nil:
		fmt.Fprintf(&b, "\n%s.\n\n", releases)
		describeArtifact(&b, r.Artifact)
		didSync(&b, r.SyncFile)
	default:
		fmt.Fprintf(&b, "\n%s; %s, %s, in %s (%s).\n", releases, count(len(r.Files), "file"), size(r.TotalSize), Place(r.Dir), r.Duration.Round(time.Millisecond))
		didChange(&b, r.Output)
		didSync(&b, r.SyncFile)
	}
	nextSteps(&b, r.DeploymentSteps)
	return b.String()
}

// Pushed tells of a bundle that was published.
func Pushed(p *aicr.Pushed) string {
	var b strings.Builder
	describeArtifact(&b, p.Artifact)
	didSync(&b, p.SyncFile)
	nextSteps(&b, p.DeploymentSteps)
	return b.String()
}

// Pulled tells of a bundle that was brought into a directory.
func Pulled(p *aicr.Pulled, dir string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%s, %s, in %s; every one is as its checksum says.\n", p.Reference, count(len(p.Files), "file"), size(p.TotalSize), Place(dir))
	changed(&b, p.Removed, p.Kept, "this bundle does not have")
	return b.String()
}

// derived says which options follow from the work tree.
func derived(b *strings.Builder, d *deployer.Derived) {
	if d == nil {
		return
	}
	var all []string
	for _, o := range []struct{ field, value string }{{"`RepoPath`", d.RepoPath}, {"`RepoURL`", d.RepoURL}, {"`TargetRevision`", d.TargetRevision}, {"`GitSourceName`", d.GitSourceName}, {"`Namespace`", d.Namespace}} {
		if o.value != "" {
			all = append(all, o.field+" "+o.value)
		}
	}
	fmt.Fprintf(b, "\nFrom the Git work tree: %s\n", strings.Join(all, ", "))
}

// data names the archives as they can be named again.
func data(b *strings.Builder, sources []deployer.DataSource) {
	for _, s := range sources {
		fmt.Fprintf(b, "\n`Data` %s#%s\n", printable.Line(s.Source), s.Digest)
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

func releaseTable(w io.Writer, releases []rollout.Summary) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	gated := slices.ContainsFunc(releases, func(r rollout.Summary) bool { return len(r.Gates) > 0 })
	head := []string{"RELEASE", "CHART", "VERSION", "NAMESPACE", "WAITS FOR"}
	if gated {
		head = append(head, "READY WITH")
	}
	row(t, head...)
	for _, r := range releases {
		chart, waits := r.Chart, strings.Join(r.DependsOn, ", ")
		if r.Source == "local" {
			chart += " (in the bundle)"
		}
		if waits == "" {
			waits = "-"
		}
		cells := []string{r.Name, chart, r.Version, r.Namespace, waits}
		if gated {
			cells = append(cells, gates(r))
		}
		row(t, cells...)
	}
	_ = t.Flush()
}

// gates are the kinds whose objects say that the release is ready.
func gates(r rollout.Summary) string {
	if len(r.Gates) == 0 {
		return "-"
	}
	var kinds []string
	for _, gate := range r.Gates {
		kinds = append(kinds, gate.Kind)
	}
	return strings.Join(kinds, ", ")
}

// row writes a row of a table, whose cells are one line each.
func row(t *tabwriter.Writer, cells ...string) {
	for i := range cells {
		cells[i] = printable.Line(cells[i])
	}
	_, _ = io.WriteString(t, strings.Join(cells, "\t")+"\n")
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
