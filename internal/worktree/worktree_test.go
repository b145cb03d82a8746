package worktree_test

import (
	"errors"
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

// commit makes an empty one and returns its name.
func commit(t *testing.T, root string) string {
	t.Helper()
	run(t, root, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "--allow-empty", "-m", "x")
	cmd := exec.CommandContext(t.Context(), "git", "rev-parse", "HEAD")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
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
	if err := os.WriteFile(filepath.Join(root, ".gitignore"), []byte("/tmp/\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := worktree.Place{Root: root, Remotes: []worktree.Remote{{Name: "origin", URL: "https://example.com/org/repo.git"}}, Branch: "trunk"}
	for dir, path := range map[string]string{
		root:                                 ".",
		filepath.Join(root, "clusters", "a"): "clusters/a",
		filepath.Join(root, "new", "er"):     "new/er",
		filepath.Join(link, "a"):             "clusters/a",
		filepath.Join(root, "tmp", "a"):      "tmp/a",
	} {
		want.Path, want.Ignored, want.Rule = path, path == "tmp/a", ""
		if want.Ignored {
			want.Rule = ".gitignore:1: /tmp/"
		}
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
	run(t, root, "remote", "add", "another", "../there")
	run(t, root, "remote", "add", "fork", "ssh://git:secret@example.com/me/repo.git")
	run(t, root, "config", "branch.trunk.remote", "fork")
	run(t, root, "update-ref", "refs/remotes/fork/main", commit(t, root))
	run(t, root, "symbolic-ref", "refs/remotes/fork/HEAD", "refs/remotes/fork/main")
	got, err := worktree.Find(t.Context(), root)
	want := []worktree.Remote{{Name: "fork", URL: "ssh://git@example.com/me/repo.git", Branch: "main"}, {Name: "origin", URL: "https://example.com/org/repo.git"}, {Name: "another", URL: "../there"}}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.Remotes); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	run(t, root, "checkout", "-q", "--detach")
	if got, err = worktree.Find(t.Context(), root); err != nil || got.Branch != "" || got.Remotes[0].Name != "origin" {
		t.Errorf("with a commit checked out: %+v, %v", got, err)
	}
}

func TestASubmoduleIsAWorkTreeOfItsOwn(t *testing.T) {
	inner, outer := repository(t), repository(t)
	commit(t, inner)
	run(t, outer, "-c", "protocol.file.allow=always", "submodule", "add", "-q", inner, "sub")
	got, err := worktree.Find(t.Context(), filepath.Join(outer, "sub", "bundle"))
	if err != nil || got.Path != "bundle" || got.Root != filepath.Join(outer, "sub") {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestGrep(t *testing.T) {
	root := repository(t)
	for name, text := range map[string]string{
		"a/b c.yaml": "x\nkind: One\n", "a/d.yml": "kind: Two", "e.txt": "kind: One", "ignored.yaml": "kind: One", "none.yaml": "kind: Three", ".gitignore": "ignored.yaml\n",
	} {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run(t, root, "add", "a")
	place, err := worktree.Find(t.Context(), filepath.Join(root, "a"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ texts, want []string }{
		{[]string{"kind: One", "kind: Two"}, []string{"a/b c.yaml", "a/d.yml"}},
		{[]string{"kind: Four"}, nil},
	} {
		got, err := place.Grep(t.Context(), c.texts, []string{"*.yaml", "*.yml"})
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("%v: %v\n%s", c.texts, err, diff)
		}
	}
}

// TestGitRunsNoProgramThatARepositoryNames looks at a repository whose configuration names one.
func TestGitRunsNoProgramThatARepositoryNames(t *testing.T) {
	root := repository(t)
	ran := filepath.Join(root, "ran")
	script := filepath.Join(root, "monitor")
	if err := os.WriteFile(script, []byte("#!/bin/sh\ntouch '"+ran+"'\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	run(t, root, "config", "core.fsmonitor", script)
	place, err := worktree.Find(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := place.Grep(t.Context(), []string{"x"}, []string{"*"}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("it was run")
	}
}

// TestIgnored asks about files that do not exist yet, by the rules of every file that git reads.
func TestIgnored(t *testing.T) {
	root := repository(t)
	excludes := filepath.Join(t.TempDir(), "excludes")
	for file, text := range map[string]string{
		filepath.Join(root, ".gitignore"):              "sources/\n*.tmp\n!kept.tmp\n",
		filepath.Join(root, "a", ".gitignore"):         "b c.yaml\n",
		filepath.Join(root, ".git", "info", "exclude"): "日本.yaml\n",
		filepath.Join(root, "tracked.tmp"):             "x",
		excludes:                                       "recipe.yaml\n",
	} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	run(t, root, "config", "core.excludesFile", excludes)
	run(t, root, "add", "--force", "tracked.tmp")
	place, err := worktree.Find(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	got, err := place.IgnoredOf(t.Context(), []string{"a/sources/x.yaml", "a/b c.yaml", "a/日本.yaml", "recipe.yaml", "kept.tmp", "tracked.tmp", "a/fine.yaml"})
	want := []worktree.Ignored{
		{Path: "a/sources/x.yaml", Rule: ".gitignore:1: sources/"},
		{Path: "a/b c.yaml", Rule: "a/.gitignore:1: b c.yaml"},
		{Path: "a/日本.yaml", Rule: ".git/info/exclude:1: 日本.yaml"},
		{Path: "recipe.yaml", Rule: excludes + ":1: recipe.yaml"},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	if got, err := place.IgnoredOf(t.Context(), []string{"a/fine.yaml"}); err != nil || got != nil {
		t.Errorf("%v, %v", got, err)
	}
}
