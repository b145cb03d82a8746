package aicr_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// TestHazard53_AFileOfSyncIsNeverLost when it is somebody else's, or was edited.
func TestHazard53_AFileOfSyncIsNeverLost(t *testing.T) {
	dir := tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("b", "")})
	o := options(dir)
	o.Options = deployer.Options{GitSourceName: "flux-system", RepoPath: "bundles/a"}
	o.Sync.File = filepath.Join(dir, "sync.yaml")
	write := func() error {
		_, err := aicr.Bundle(t.Context(), o)
		return err
	}
	read := func() string {
		data, err := os.ReadFile(o.Sync.File)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	if err := write(); err != nil {
		t.Fatal(err)
	}
	fresh := read()
	was, err := os.Stat(o.Sync.File)
	if err != nil {
		t.Fatal(err)
	}
	if err := write(); err != nil {
		t.Fatal(err)
	}
	if is, err := os.Stat(o.Sync.File); err != nil || !os.SameFile(was, is) {
		t.Errorf("a file that is the same is written again: %v", err)
	}
	for name, c := range map[string]struct {
		text  string
		force bool
		want  string // "" is a new file
	}{
		"an edit":                       {strings.Replace(fresh, "prune: true", "prune: false", 1), false, "was edited since it was generated"},
		"an edit, with force":           {strings.Replace(fresh, "prune: true", "prune: false", 1), true, ""},
		"somebody else's":               {"kind: Kustomization\n", false, "is a file that aicr did not write"},
		"somebody else's, with force":   {"kind: Kustomization\n", true, "is a file that aicr did not write"},
		"an empty one":                  {"", true, "is a file that aicr did not write"},
		"one of an earlier generation":  {strings.Replace(fresh, fresh[strings.Index(fresh, "sha256:"):strings.Index(fresh, "\n")], "sha256:x", 1), true, "is a file that aicr did not write"},
		"one that is far from its size": {strings.Repeat("a", 2<<20), true, "is a file that aicr did not write"},
	} {
		for _, dryRun := range []bool{true, false} {
			if err := os.WriteFile(o.Sync.File, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			o.Force, o.DryRun, o.Output = c.force, dryRun, filepath.Join(t.TempDir(), "out")
			err := write()
			switch {
			case c.want == "":
				if err != nil || !dryRun && read() != fresh {
					t.Errorf("%s: %v\n%s", name, err, read())
				}
			case errors.CodeOf(err) != errors.ErrCodeConflict || !strings.Contains(err.Error(), c.want):
				t.Errorf("%s, dry run %v: got %v, want %q", name, dryRun, err, c.want)
			case read() != c.text:
				t.Errorf("%s: it is changed", name)
			default:
				if _, err := os.Stat(o.Output); err == nil {
					t.Errorf("%s: the bundle is written all the same", name)
				}
			}
		}
	}
}

// TestHazard53_ADeviceIsWrittenTo, because nothing is kept there.
func TestHazard53_ADeviceIsWrittenTo(t *testing.T) {
	dir := tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("b", "")})
	o := options(dir)
	o.Options = deployer.Options{GitSourceName: "flux-system", RepoPath: "bundles/a"}
	o.Sync.File = os.DevNull
	if _, err := aicr.Bundle(t.Context(), o); err != nil {
		t.Error(err)
	}
}
