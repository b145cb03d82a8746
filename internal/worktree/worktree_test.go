package worktree_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/internal/worktree"
)

func run(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// repository makes one with a remote, on the branch trunk.
func repository(t *testing.T) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	run(t, root, "init", "-q", "-b", "trunk")
	run(t, root, "remote", "add", "origin", "https://me:secret@example.com/org/repo.git")
	return root
}

func TestFind(t *testing.T) {
	root := repository(t)
	if err := os.MkdirAll(filepath.Join(root, "clusters", "a"), 0o755); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(filepath.Join(root, "clusters"), link); err != nil {
		t.Fatal(err)
	}
	want := worktree.Place{Root: root, Remote: "https://example.com/org/repo.git", Branch: "trunk"}
	for dir, path := range map[string]string{
		root:                                 ".",
		filepath.Join(root, "clusters", "a"): "clusters/a",
		filepath.Join(root, "new", "er"):     "new/er",
		filepath.Join(link, "a"):             "clusters/a",
	} {
		want.Path = path
		got, err := worktree.Find(t.Context(), dir)
		if err != nil || got == nil {
			t.Fatalf("%s: %v", dir, err)
		}
		if diff := cmp.Diff(want, *got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", dir, diff)
		}
	}
}

func TestFindIsNotMisledByAHookOfGit(t *testing.T) {
	root, other := repository(t), repository(t)
	t.Setenv("GIT_DIR", filepath.Join(other, ".git"))
	if got, err := worktree.Find(t.Context(), root); err != nil || got == nil || got.Root != root {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestFindWithoutAWorkTree(t *testing.T) {
	root := repository(t)
	for name, dir := range map[string]string{
		"no repository": t.TempDir(),
		"git's own":     filepath.Join(root, ".git", "hooks"),
	} {
		if got, err := worktree.Find(t.Context(), dir); err != nil || got != nil {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	t.Setenv("PATH", t.TempDir())
	if got, err := worktree.Find(t.Context(), root); err != nil || got != nil {
		t.Errorf("without git: %+v, %v", got, err)
	}
}

func TestRemoteIsThatOfTheBranch(t *testing.T) {
	root := repository(t)
	run(t, root, "remote", "add", "fork", "ssh://git@example.com/me/repo.git")
	run(t, root, "config", "branch.trunk.remote", "fork")
	got, err := worktree.Find(t.Context(), root)
	if err != nil || got.Remote != "ssh://git@example.com/me/repo.git" {
		t.Errorf("%+v, %v", got, err)
	}
	run(t, root, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "--allow-empty", "-m", "x")
	run(t, root, "checkout", "-q", "--detach")
	if got, err = worktree.Find(t.Context(), root); err != nil || got.Branch != "" || got.Remote != "https://example.com/org/repo.git" {
		t.Errorf("with a commit checked out: %+v, %v", got, err)
	}
}

func TestASubmoduleIsAWorkTreeOfItsOwn(t *testing.T) {
	inner, outer := repository(t), repository(t)
	run(t, inner, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "--allow-empty", "-m", "x")
	run(t, outer, "-c", "protocol.file.allow=always", "submodule", "add", "-q", inner, "sub")
	got, err := worktree.Find(t.Context(), filepath.Join(outer, "sub", "bundle"))
	if err != nil || got.Path != "bundle" || got.Root != filepath.Join(outer, "sub") {
		t.Errorf("%+v, %v", got, err)
	}
}
