package output

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
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

// Bundle prints what became of a bundle.
func (p *Printer) Bundle(r Bundle, format string) error {
	p.Notes(r.Warnings, r.DeploymentNotes)
	return p.Result(format, r, func() string { return r.text(p.Width) })
}

// text tells of the bundle on a terminal of this width.
func (r Bundle) text(width int) string {
	var b strings.Builder
	releaseTable(&b, r.Releases, width)
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

func releaseTable(b *strings.Builder, releases []rollout.Summary, width int) {
	const chart, namespace, waits, gated = "CHART", "NAMESPACE", "WAITS FOR", "READY WITH"
	rows := [][]string{{"RELEASE", chart, "VERSION", namespace, waits}}
	anyGated := slices.ContainsFunc(releases, func(r rollout.Summary) bool { return len(r.Gates) > 0 })
	if anyGated {
		rows[0] = append(rows[0], gated)
	}
	for _, r := range releases {
		name := r.Chart
		if r.Source == "local" {
			name += " (in the bundle)"
		}
		row := []string{r.Name, name, r.Version, r.Namespace, cmp.Or(strings.Join(r.DependsOn, ", "), "-")}
		if anyGated {
			row = append(row, gates(r))
		}
		rows = append(rows, row)
	}
	rows, gone := fit(rows, width, waits, chart, gated, namespace)
	columns(b, rows, strings.Repeat(" ", len(rows[0])))
	if len(gone) > 0 {
		fmt.Fprintf(b, "\n(%s: on a wider terminal, in a pipe, or with --format json)\n", strings.Join(gone, ", "))
	}
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
