package checks_test

import (
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/verify"
	"github.com/aicr-flux/aicr/pkg/verify/format"
)

// Files of the good bundles that tests break.
const (
	release   = "gpu-operator/helmrelease.yaml"
	pre       = "gpu-operator-pre/helmrelease.yaml"
	configMap = "gpu-operator/configmap-values.yaml"
	listing   = "kustomization.yaml"
	generator = "gpu-operator-pre/artifactgenerator.yaml"
	template  = "gpu-operator-pre/templates/quota.yaml"
	chartYAML = "gpu-operator-pre/Chart.yaml"
)

// defect is a bundle with one defect, and the one finding that it must give.
type defect struct {
	name string
	// mode is "git", which is the default, or "oci".
	mode    string
	breakIt func(*testing.T, fstest.MapFS)
	options verify.Options
	// also are other checks that find something wrong with it, too.
	also []string
	// at is "file:line" or "file" of the finding, says is part of its message.
	at, says string
	// path is, where it is not empty, the path of the finding.
	path string
	// severity is SeverityError unless warning or info says otherwise.
	warning, info bool
}

// each runs the defects: the report must have exactly one finding, of the check.
func each(t *testing.T, check string, defects ...defect) {
	t.Helper()
	if testing.Short() {
		defects = defects[:1] // the race detector finds nothing in more of the same
	}
	for i, d := range defects {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			bundle := load(t, d.mode)
			d.breakIt(t, bundle)
			d.want(t, check, verifyAll(t, bundle, d.options))
			if c, err := verify.Lookup(check); i == 0 && (err != nil || c.Quick) { // the others may be in a chart, which takes more
				quick := d.options
				quick.Quick = true
				if report := verifyAll(t, bundle, quick); !slices.ContainsFunc(report.Findings, func(f verify.Finding) bool { return f.Check == check }) {
					t.Errorf("the quick checks do not find it (%v):\n%s", err, list(report))
				}
			}
		})
	}
}

func (d defect) want(t *testing.T, check string, report verify.Report) {
	t.Helper()
	severity := verify.SeverityError
	if d.warning {
		severity = verify.SeverityWarning
	} else if d.info {
		severity = verify.SeverityInfo
	}
	for _, other := range d.also {
		if !slices.ContainsFunc(report.Findings, func(f verify.Finding) bool { return f.Check == other }) {
			t.Errorf("%s does not find it:\n%s", other, list(report))
		}
	}
	report.Findings = slices.DeleteFunc(slices.Clone(report.Findings), func(f verify.Finding) bool { return slices.Contains(d.also, f.Check) })
	if len(report.Findings) != 1 {
		t.Fatalf("want one finding of %s, got %d:\n%s", check, len(report.Findings), list(report))
	}
	f := report.Findings[0]
	if f.Check != check || f.Severity != severity {
		t.Errorf("want %s %s, got:\n%s", severity, check, list(report))
	}
	if !strings.Contains(f.Message, d.says) || d.says == "" {
		t.Errorf("the message lacks %q:\n%s", d.says, list(report))
	}
	at, _, _ := strings.Cut(f.String(), ": ")
	if file, _, hasLine := strings.Cut(at, ":"); hasLine && !strings.Contains(d.at, ":") {
		at = file
	}
	if at != d.at {
		t.Errorf("the finding is at %q, want %q", f.Place, d.at)
	}
	if d.path != "" && f.Path != d.path {
		t.Errorf("the finding is at path %q, want %q", f.Path, d.path)
	}
	if f.Remedy == "" {
		t.Error("the finding has no remedy")
	}
}

// passes wants no finding at all.
func passes(t *testing.T, bundle fs.FS, o verify.Options) verify.Report {
	t.Helper()
	report := verifyAll(t, bundle, o)
	if len(report.Findings) > 0 {
		t.Errorf("findings in a good bundle:\n%s", list(report))
	}
	return report
}

func verifyAll(t *testing.T, bundle fs.FS, o verify.Options) verify.Report {
	t.Helper()
	report, err := verify.Bundle(t.Context(), bundle, o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func list(report verify.Report) string {
	var b strings.Builder
	for _, f := range report.Findings {
		b.WriteString("  " + f.Severity.String() + " " + f.Check + " " + f.String() + ": " + f.Message + "\n")
	}
	for _, n := range report.NotSeen {
		b.WriteString("  not seen: " + n + "\n")
	}
	return b.String()
}

func load(t *testing.T, mode string) fstest.MapFS {
	t.Helper()
	if mode == "" {
		mode = "git"
	}
	bundle := fstest.MapFS{}
	root := os.DirFS("testdata/" + mode)
	err := fs.WalkDir(root, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(root, file)
		bundle[file] = &fstest.MapFile{Data: content, Mode: 0o644}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return bundle
}

// edit replaces the first old in the file.
func edit(file, old, replacement string) func(*testing.T, fstest.MapFS) {
	return func(t *testing.T, bundle fstest.MapFS) {
		t.Helper()
		entry := bundle[file]
		if entry == nil {
			t.Fatalf("there is no %s, only %v", file, slices.Sorted(maps.Keys(bundle)))
		}
		if !strings.Contains(string(entry.Data), old) {
			t.Fatalf("%s does not contain %q", file, old)
		}
		bundle[file] = &fstest.MapFile{Data: []byte(strings.Replace(string(entry.Data), old, replacement, 1)), Mode: 0o644}
	}
}

func add(file, content string) func(*testing.T, fstest.MapFS) {
	return func(_ *testing.T, bundle fstest.MapFS) {
		bundle[file] = &fstest.MapFile{Data: []byte(content), Mode: 0o644}
	}
}

func remove(file string) func(*testing.T, fstest.MapFS) {
	return func(_ *testing.T, bundle fstest.MapFS) { delete(bundle, file) }
}

// all does one thing after the other.
func all(steps ...func(*testing.T, fstest.MapFS)) func(*testing.T, fstest.MapFS) {
	return func(t *testing.T, bundle fstest.MapFS) {
		t.Helper()
		for _, step := range steps {
			step(t, bundle)
		}
	}
}

// formatted writes the report in a format.
func formatted(t *testing.T, name string, report verify.Report) string {
	t.Helper()
	report.Source, report.Dir = "a", "a"
	data, err := format.Render(name, []verify.Report{report}, format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
