package bundle

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	coded "github.com/aicr-flux/aicr/pkg/errors"
)

// killed is a directory whose run was killed right before the end of its commit.
func killed(t *testing.T) (dir, before string) {
	t.Helper()
	dir = t.TempDir()
	mustWrite(t, dir, set(t, map[string]string{"kustomization.yaml": "1", "gone/a": "1"}), owned)
	before = snapshot(t, dir)
	dead := false
	f := &faults{step: func(_, name string) error {
		if dead = dead || strings.HasSuffix(name, " "+doneFile); dead {
			return errInjected
		}
		return nil
	}}
	_, err := write(t.Context(), dir, set(t, map[string]string{"kustomization.yaml": "2", "new/b": "2"}), owned, f)
	wantError(t, err, errInjected, "could not all be put back")
	return dir, before
}

func healDir(t *testing.T, dir string) error {
	t.Helper()
	target, err := open(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer target.leave(nil)
	return heal(target.disk)
}

func TestHealPutsBack(t *testing.T) {
	dir, before := killed(t)
	if err := healDir(t, dir); err != nil {
		t.Fatal(err)
	}
	if got := snapshot(t, dir); got != before {
		t.Errorf("healed to\n%s\nwant\n%s", got, before)
	}
}

// What a user did after the kill is not lost by healing.
func TestHealKeepsEdits(t *testing.T) {
	dir, _ := killed(t)
	userWrites(t, dir, "new/b", "edited after the kill")
	if err := healDir(t, dir); err != nil {
		t.Fatal(err)
	}
	if content(t, dir, "new/b") != "edited after the kill" || content(t, dir, "kustomization.yaml") != "1" {
		t.Errorf("left\n%s", snapshot(t, dir))
	}

	dir, _ = killed(t)
	userWrites(t, dir, "kustomization.yaml", "edited after the kill")
	err := healDir(t, dir)
	wantError(t, err, coded.ErrCodeConflict, "kustomization.yaml", "move one of them away")
	if content(t, dir, "kustomization.yaml") != "edited after the kill" || content(t, dir, "gone/a") != "1" {
		t.Errorf("left\n%s", snapshot(t, dir))
	}
	// Doing what the message says is enough.
	if err := os.Remove(filepath.Join(dir, "kustomization.yaml")); err != nil {
		t.Fatal(err)
	}
	if err := healDir(t, dir); err != nil || content(t, dir, "kustomization.yaml") != "1" {
		t.Errorf("%v: left\n%s", err, snapshot(t, dir))
	}
}

func TestHealWithoutAJournal(t *testing.T) {
	dir, _ := killed(t)
	if err := os.Truncate(filepath.Join(dir, journalFile), 30); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, dir)
	wantError(t, healDir(t, dir), coded.ErrCodeConflict, "move them back")
	if snapshot(t, dir) != before {
		t.Error("a refusal changed the directory")
	}
}

// A stage may come with a clone: it must not reach what a clone cannot bring.
func TestHealHostileJournal(t *testing.T) {
	for name, step := range map[string]string{
		"into Git's own": "aside .git/hooks/pre-commit",
		"by a symlink":   "aside x/hooks/pre-commit",
		"out":            "aside ../pre-commit",
		"out by a link":  "aside out/pre-commit",
		"deleting":       "put " + sumA + " x/config",
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			dir := filepath.Join(root, "dir")
			userWrites(t, dir, ".git/config", "a")
			userWrites(t, dir, ".git/hooks/x", "a")
			for link, to := range map[string]string{"x": ".git", "out": root} {
				if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
					t.Fatal(err)
				}
			}
			userWrites(t, dir, stageDir+"/o0", "#!/bin/sh\n")
			userWrites(t, dir, journalFile, journalHead+"\n"+step+"\n"+journalEnd+"\n")
			_ = healDir(t, dir)
			for _, path := range []string{"dir/.git/hooks/pre-commit", "pre-commit"} {
				if _, err := os.Lstat(filepath.Join(root, path)); err == nil {
					t.Errorf("healing wrote %s", path)
				}
			}
			if content(t, dir, ".git/config") != "a" {
				t.Error("healing deleted .git/config")
			}
		})
	}
}

func TestJournalRoundTrip(t *testing.T) {
	p := &plan{
		asides: []aside{{path: "a b/c"}}, rmdirs: []emptied{{"a b", 0o711}},
		mkdirs: []string{"d"}, puts: []put{{path: "d/e f", sum: sumA}},
	}
	back, err := parseJournal(p.journal())
	if err != nil || string(back.journal()) != string(p.journal()) {
		t.Errorf("%v: %s", err, p.journal())
	}
	for _, bad := range []string{"", "aicr stage 1\nend", "aicr stage 2\nend\n", "aicr stage 1\nput x a\nend\n", "aicr stage 1\nrmdir 99 a\nend\n", "aicr stage 1\nrmdir 7777 a\nend\n", "aicr stage 1\nfly a\nend\n", "aicr stage 1\naside ../a\nend\n"} {
		if _, err := parseJournal([]byte(bad)); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
}
