package output

import (
	"fmt"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// most is how many lines of one kind are shown.
const most = 10

// lines prints a line for each, or for the first of many.
func lines[T any](each []T, show func(T), more func(int)) {
	n := min(len(each), most)
	for _, one := range each[:n] {
		show(one)
	}
	if left := len(each) - n; left > 0 {
		more(left)
	}
}

// preview says what a run would change.
func preview(b *strings.Builder, o *deployer.Output, dir string) {
	if len(o.ReleaseChanges) > 0 {
		b.WriteString("\nWhere Flux runs what is in " + dir + ", it will:\n")
		releaseChanges(b, o.ReleaseChanges)
	}
	if o.Diff != nil {
		inDetail(b, *o.Diff)
	}
	if len(o.Changed)+len(o.Removed)+len(o.Kept) > 0 {
		b.WriteString("\nFiles:\n")
		for _, kind := range []struct {
			sign, note string
			files      []string
		}{{"+", "", o.Added}, {"~", "", o.Changed}, {"-", "", o.Removed}, {"=", " (your edits stay)", o.Kept}} {
			lines(kind.files, func(file string) { fmt.Fprintf(b, "  %s %s%s\n", kind.sign, file, kind.note) },
				func(n int) { fmt.Fprintf(b, "  %s … and %d more\n", kind.sign, n) })
		}
	}
}

func releaseChanges(b *strings.Builder, changes []rollout.Change) {
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	for len(changes) > 0 {
		same := 0
		for same < len(changes) && changes[same].Action == changes[0].Action {
			same++
		}
		action := changes[0].Action
		lines(changes[:same], func(c rollout.Change) { releaseChange(t, c) },
			func(n int) { _, _ = fmt.Fprintf(t, "  %s\t… and %d more\n", action, n) })
		changes = changes[same:]
	}
	_ = t.Flush()
}

// releaseChange prints reasons that are long on lines of their own.
func releaseChange(t *tabwriter.Writer, c rollout.Change) {
	switch c.Action {
	case rollout.Uninstall:
		_, _ = fmt.Fprintf(t, "  %s\t%s\tfrom namespace %s\n", c.Action, c.Release, c.Namespace)
	case rollout.Install:
		_, _ = fmt.Fprintf(t, "  %s\t%s\t%s\n", c.Action, c.Release, c.To)
	case rollout.Reinstall:
		name := c.Release
		for i, why := range c.Because {
			action := ""
			if i == 0 {
				action = string(c.Action)
			}
			_, _ = fmt.Fprintf(t, "  %s\t%s\t%s\n", action, name, why)
			name = ""
		}
	default:
		why := c.Because
		if c.From != c.To {
			why = append([]string{c.From + " → " + c.To}, why...)
		}
		_, _ = fmt.Fprintf(t, "  %s\t%s\t%s\n", c.Action, c.Release, strings.Join(why, ", "))
	}
}

// Place is a directory in a sentence.
func Place(dir string) string {
	if filepath.Clean(dir) == "." {
		return "the current directory"
	}
	return dir
}

// previewSync says what becomes of the file that brings the bundle into a cluster.
func previewSync(b *strings.Builder, f *deployer.SyncFile) {
	if f != nil {
		sign := map[string]string{deployer.Added: "+", deployer.Changed: "~", deployer.Unchanged: "="}[f.State]
		fmt.Fprintf(b, "\nThe file of `Sync`:\n  %s %s (%s)\n", sign, f.File, syncObject(f))
	}
}

// didSync is previewSync of a run that wrote the file.
func didSync(b *strings.Builder, f *deployer.SyncFile) {
	switch {
	case f == nil:
	case f.State == deployer.Unchanged:
		fmt.Fprintf(b, "%s is as it was (%s).\n", f.File, syncObject(f))
	default:
		fmt.Fprintf(b, "%s %s (%s).\n", upper(f.State), f.File, syncObject(f))
	}
}

func syncObject(f *deployer.SyncFile) string {
	if f.Path == "" {
		return "Kustomization " + f.Kustomization
	}
	return fmt.Sprintf("Kustomization %s, path %s", f.Kustomization, f.Path)
}

func upper(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// wouldChange is preview in a sentence.
func wouldChange(o *deployer.Output, dir string) string {
	if len(o.Added)+len(o.Changed)+len(o.Removed) == 0 {
		return "no file to change in " + Place(dir)
	}
	return fmt.Sprintf("%s to add, %d to change, %d to remove in %s", count(len(o.Added), "file"), len(o.Changed), len(o.Removed), Place(dir))
}

// didChange says what a run changed that found files of an earlier one.
func didChange(b *strings.Builder, o *deployer.Output) {
	switch {
	case len(o.Added) == len(o.Files):
	case len(o.Added)+len(o.Changed)+len(o.Removed) == 0:
		b.WriteString("No file changed.\n")
	default:
		var did []string
		if len(o.Added) > 0 {
			did = append(did, "added "+count(len(o.Added), "file"))
		}
		if len(o.Changed) > 0 {
			did = append(did, "changed "+count(len(o.Changed), "file"))
		}
		if len(did) > 0 {
			fmt.Fprintf(b, "%s.\n", upper(strings.Join(did, ", ")))
		}
	}
	changed(b, o.Removed, o.Kept, "this recipe no longer has")
	if len(o.ReleaseChanges) > 0 {
		b.WriteString("Where Flux runs what was there, it will:\n")
		releaseChanges(b, o.ReleaseChanges)
	}
}

func changed(b *strings.Builder, removed, kept []string, why string) {
	lines(removed, func(path string) { fmt.Fprintf(b, "Removed %s, which %s.\n", path, why) },
		func(n int) { fmt.Fprintf(b, "Removed %s more.\n", count(n, "file")) })
	for _, path := range kept {
		fmt.Fprintf(b, "Kept your edits in %s.\n", path)
	}
}
