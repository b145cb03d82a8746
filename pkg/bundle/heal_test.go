package bundle

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	coded "github.com/aicr-flux/aicr/pkg/errors"
)

// killed is a directory whose run was killed right before it put its list in place. The run forced
// its way over the edited files a and values.yaml.
func killed(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	mustWrite(t, dir, set(t, map[string]string{"kustomization.yaml": "1", "a": "1", "gone/b": "1", "values.yaml*": "1"}), owned)
	userWrites(t, dir, "a", "edited")
	userWrites(t, dir, "values.yaml", "edited")
	force := owned
	force.Force = true
	dead := false
	next := set(t, map[string]string{"kustomization.yaml": "2", "a": "2", "new/c": "2", "values.yaml*": "2"})
	_, err := write(t.Context(), dir, next, force, breaking(func(_, name string) error {
		if dead = dead || strings.HasSuffix(name, " "+ChecksumsFile); dead {
			return errInjected
		}
		return nil
	}))
	wantError(t, err, errInjected, "could not all be put back; the next run puts it right")
	return dir
}

var afterKill = map[string]string{"kustomization.yaml": "3", "a": "3", "values.yaml*": "2"}

func wantAfterKill(t *testing.T, dir string, o WriteOptions) {
	t.Helper()
	mustWrite(t, dir, set(t, afterKill), o)
	if got := strings.Join(paths(t, dir), " "); got != "a checksums.txt kustomization.yaml values.yaml" {
		t.Errorf("left %s", got)
	}
}

// An edit that the killed run had forced its way over is back, and in the way: also one of a file
// that is meant for it, as it is not known of what it is one.
func TestHealBringsBackWhatOnlyTheStageHolds(t *testing.T) {
	dir := killed(t)
	_, err := rehearsed(t, dir, set(t, afterKill), owned)
	wantError(t, err, coded.ErrCodeConflict, "2 files are", "a: edited since it was generated", "values.yaml: edited since")
	for _, path := range []string{"a", "values.yaml"} {
		if got := content(t, dir, path); got != "edited" {
			t.Errorf("the edit of %s is %q", path, got)
		}
	}
	// The refusal forgets nothing that a third run has to know.
	userWrites(t, dir, "a", "1")
	userWrites(t, dir, "values.yaml", "1")
	wantAfterKill(t, dir, owned)
}

// The edit also goes over a file of a bundle that was checked out.
func TestHealAfterCheckout(t *testing.T) {
	old := t.TempDir()
	mustWrite(t, old, set(t, map[string]string{"kustomization.yaml": "0", "a": "0"}), owned)
	dir := killed(t)
	for _, path := range paths(t, old) {
		userWrites(t, dir, path, content(t, old, path))
	}
	userWrites(t, dir, "values.yaml", "2")
	_, err := rehearsed(t, dir, set(t, afterKill), owned)
	wantError(t, err, coded.ErrCodeConflict, "a: edited since it was generated")
}

// A run that heals, and fails, leaves what the next one has to know.
func TestHealTwice(t *testing.T) {
	force := owned
	force.Force = true
	dir, failed := killed(t), false
	_, err := write(t.Context(), dir, set(t, afterKill), force, breaking(func(_, name string) error {
		if !failed && strings.HasSuffix(name, " kustomization.yaml") {
			failed = true
			return errInjected
		}
		return nil
	}))
	wantError(t, err, errInjected)
	userWrites(t, dir, "a", "2")
	userWrites(t, dir, "values.yaml", "1")
	wantAfterKill(t, dir, owned)
}

// What a user did after the kill is not lost by healing.
func TestHealKeepsEdits(t *testing.T) {
	dir := killed(t)
	userWrites(t, dir, "new/c", "edited after the kill")
	_, err := rehearsed(t, dir, set(t, afterKill), owned)
	wantError(t, err, coded.ErrCodeConflict, "new/c: edited since")

	force := owned
	force.Force = true
	for name, stand := range map[string]func(path string) error{
		"edited":      func(path string) error { return os.WriteFile(path, []byte("edited after the kill"), 0o644) },
		"a directory": func(path string) error { return os.Mkdir(path, 0o755) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := killed(t)
			a := filepath.Join(dir, "a")
			if err := os.Remove(a); err != nil {
				t.Fatal(err)
			}
			if err := stand(a); err != nil {
				t.Fatal(err)
			}
			before := snapshot(t, a)
			_, err := rehearsed(t, dir, set(t, afterKill), force)
			wantError(t, err, coded.ErrCodeConflict, `"a" was put aside as `+oldDir+"/a", "move one of them away")
			if snapshot(t, a) != before || content(t, dir, oldDir+"/a") != "edited" {
				t.Errorf("left\n%s", snapshot(t, dir))
			}
			// Doing what the message says is enough.
			if err := os.Remove(a); err != nil {
				t.Fatal(err)
			}
			wantAfterKill(t, dir, force)
		})
	}
}

// What nothing says that a run wrote is an edit.
func TestHealWithoutAJournal(t *testing.T) {
	for name, spoil := range map[string]func(journal string) error{
		"gone":    os.Remove,
		"cut off": func(journal string) error { return os.Truncate(journal, 30) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := killed(t)
			if err := spoil(filepath.Join(dir, journalFile)); err != nil {
				t.Fatal(err)
			}
			_, err := rehearsed(t, dir, set(t, afterKill), owned)
			wantError(t, err, coded.ErrCodeConflict)
			if content(t, dir, "new/c") != "2" {
				t.Error("a file that might be somebody's is lost")
			}
		})
	}
}

// A stage may come with a clone: it must not reach what a clone cannot bring.
func TestHealHostileStage(t *testing.T) {
	for name, c := range map[string]struct {
		saved, journal string
		link           map[string]string
	}{
		"into Git's own":      {saved: "old/.git/hooks/pre-commit"},
		"by a symlink":        {saved: "old/x/hooks/pre-commit"},
		"out by a link":       {saved: "old/out/pre-commit"},
		"deleting":            {journal: sumA + "  x/config\n"},
		"deleting Git's own":  {journal: sumA + "  .git/config\n"},
		"deleting outside":    {journal: sumA + "  ../config\n"},
		"a link for the old":  {link: map[string]string{"old": "../.git"}},
		"a link for a folder": {link: map[string]string{"old/y": "../../.git"}},
		"a link for the list": {link: map[string]string{"journal": "../x/config"}},
		"a link for the next": {link: map[string]string{"journal.next": "../x/config"}},
		"a link for the new":  {link: map[string]string{"new": "../.git"}},
		"a link to ignore":    {link: map[string]string{".gitignore": "../.git/config"}},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			dir := filepath.Join(root, "dir")
			userWrites(t, root, "config", "a")
			userWrites(t, dir, ".git/config", "a")
			userWrites(t, dir, ".git/hooks/x", "a")
			userWrites(t, dir, journalFile, c.journal)
			if c.saved != "" {
				userWrites(t, dir, StageDir+"/"+c.saved, "#!/bin/sh\n")
			}
			for link, to := range map[string]string{"x": ".git", "out": root} {
				if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
					t.Fatal(err)
				}
			}
			for link, to := range c.link {
				link = filepath.Join(dir, StageDir, link)
				_ = os.Remove(link)
				if err := os.MkdirAll(filepath.Dir(link), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.Symlink(to, link); err != nil {
					t.Fatal(err)
				}
			}
			before := snapshot(t, filepath.Join(dir, ".git"))
			_, _ = rehearsed(t, dir, set(t, map[string]string{"kustomization.yaml": "1", "hooks/x": "1"}), owned)
			if after := snapshot(t, filepath.Join(dir, ".git")); after != before {
				t.Errorf("healing made of .git\n%s", after)
			}
			if _, err := os.Lstat(filepath.Join(dir, "y")); err == nil {
				t.Error("healing brought a symlink")
			}
			if _, err := os.Lstat(filepath.Join(root, "pre-commit")); err == nil || content(t, root, "config") != "a" {
				t.Error("healing reached out of the directory")
			}
		})
	}
}
