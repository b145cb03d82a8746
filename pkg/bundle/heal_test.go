package bundle

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	coded "github.com/aicr-flux/aicr/pkg/errors"
)

// killed is a directory whose run was killed right before it put its list in
// place. The run forced its way over the edited file a.
func killed(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	mustWrite(t, dir, set(t, map[string]string{"kustomization.yaml": "1", "a": "1", "gone/b": "1"}), owned)
	userWrites(t, dir, "a", "edited")
	force := owned
	force.Force = true
	dead := false
	_, err := write(t.Context(), dir, set(t, map[string]string{"kustomization.yaml": "2", "a": "2", "new/c": "2"}), force, breaking(func(_, name string) error {
		if dead = dead || strings.HasSuffix(name, " "+ChecksumsFile); dead {
			return errInjected
		}
		return nil
	}))
	wantError(t, err, errInjected, "could not all be put back; the next run puts it right")
	return dir
}

var afterKill = map[string]string{"kustomization.yaml": "3", "a": "3"}

// An edit that the killed run had forced its way over is back, and in the way.
func TestHealBringsBackWhatOnlyTheStageHolds(t *testing.T) {
	dir := killed(t)
	_, err := Write(t.Context(), dir, set(t, afterKill), owned)
	wantError(t, err, coded.ErrCodeConflict, "1 file is", "a: edited since it was generated")
	if got := content(t, dir, "a"); got != "edited" {
		t.Errorf("the edit is %q", got)
	}
	// The refusal forgets nothing that a third run has to know.
	userWrites(t, dir, "a", "1")
	mustWrite(t, dir, set(t, afterKill), owned)
	if got := strings.Join(paths(t, dir), " "); got != "a checksums.txt kustomization.yaml" {
		t.Errorf("left %s", got)
	}
}

// A run that heals, and fails, leaves what the next one has to know.
func TestHealTwice(t *testing.T) {
	dir := killed(t)
	userWrites(t, dir, "a", "2")
	if err := os.Remove(filepath.Join(dir, oldDir, "a")); err != nil {
		t.Fatal(err)
	}
	_, err := write(t.Context(), dir, set(t, afterKill), owned, breaking(func(op, name string) error {
		if strings.HasSuffix(name, " a") {
			return errInjected
		}
		return nil
	}))
	wantError(t, err, errInjected)
	mustWrite(t, dir, set(t, afterKill), owned)
	if got := strings.Join(paths(t, dir), " "); got != "a checksums.txt kustomization.yaml" {
		t.Errorf("left %s", got)
	}
}

// What a user did after the kill is not lost by healing.
func TestHealKeepsEdits(t *testing.T) {
	dir := killed(t)
	userWrites(t, dir, "new/c", "edited after the kill")
	_, err := Write(t.Context(), dir, set(t, afterKill), owned)
	wantError(t, err, coded.ErrCodeConflict, "new/c: edited since")

	dir = killed(t)
	userWrites(t, dir, "a", "edited after the kill")
	force := owned
	force.Force = true
	_, err = Write(t.Context(), dir, set(t, afterKill), force)
	wantError(t, err, coded.ErrCodeConflict, `"a" was put aside as `+oldDir+"/a", "move one of them away")
	if content(t, dir, "a") != "edited after the kill" || content(t, dir, oldDir+"/a") != "edited" {
		t.Errorf("left\n%s", snapshot(t, dir))
	}
	// Doing what the message says is enough.
	if err := os.Remove(filepath.Join(dir, "a")); err != nil {
		t.Fatal(err)
	}
	mustWrite(t, dir, set(t, afterKill), force)
	if got := content(t, dir, "a"); got != "3" {
		t.Errorf("a is %q", got)
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
			_, err := Write(t.Context(), dir, set(t, afterKill), owned)
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
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			dir := filepath.Join(root, "dir")
			userWrites(t, root, "config", "a")
			userWrites(t, dir, ".git/config", "a")
			userWrites(t, dir, ".git/hooks/x", "a")
			userWrites(t, dir, journalFile, c.journal)
			if c.saved != "" {
				userWrites(t, dir, stageDir+"/"+c.saved, "#!/bin/sh\n")
			}
			for link, to := range map[string]string{"x": ".git", "out": root} {
				if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
					t.Fatal(err)
				}
			}
			for link, to := range c.link {
				link = filepath.Join(dir, stageDir, link)
				_ = os.Remove(link)
				if err := os.MkdirAll(filepath.Dir(link), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.Symlink(to, link); err != nil {
					t.Fatal(err)
				}
			}
			before := snapshot(t, filepath.Join(dir, ".git"))
			_, _ = Write(t.Context(), dir, set(t, map[string]string{"kustomization.yaml": "1", "hooks/x": "1"}), owned)
			if after := snapshot(t, filepath.Join(dir, ".git")); after != before {
				t.Errorf("healing made of .git\n%s", after)
			}
			if _, err := os.Lstat(filepath.Join(root, "pre-commit")); err == nil || content(t, root, "config") != "a" {
				t.Error("healing reached out of the directory")
			}
		})
	}
}
