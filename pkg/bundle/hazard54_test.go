//go:build unix

package bundle

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	coded "github.com/aicr-flux/aicr/pkg/errors"
)

// The bundles of four recipes. A file "values.yaml" that somebody edited stays in all.
var recipes = map[string]map[string]string{
	"first": {
		"kustomization.yaml": "0", "values.yaml*": "values", "other/values.yaml*": "0", "stays/a": "same", "changes/b": "0", "goes/early/c": "0",
	},
	"earlier": {
		"kustomization.yaml": "1", "values.yaml*": "values", "other/values.yaml*": "1", "stays/a": "same", "changes/b": "1", "goes/deep/c": "1", "goes/d": "1", "shared/e": "1",
	},
	"killed": {
		"kustomization.yaml": "2", "values.yaml*": "values", "other/values.yaml*": "2", "stays/a": "same", "changes/b": "22", "comes/deep/f": "2", "comes/g": "2", "shared/h": "2",
	},
	"other": {
		"kustomization.yaml": "3", "values.yaml*": "values", "other/values.yaml*": "3", "changes/b": "3", "comes/g": "3", "goes/d": "3", "shared/e": "1",
	},
}

// The test binary is also the program that is killed.
const killAt, killIn = "AICR_TEST_KILL_AT", "AICR_TEST_KILL_IN"

func TestMain(m *testing.M) {
	dir := os.Getenv(killIn)
	if dir == "" {
		os.Exit(m.Run())
	}
	at, _ := strconv.Atoi(os.Getenv(killAt))
	files := &Files{}
	for path, text := range recipes["killed"] {
		name, editable := strings.CutSuffix(path, "*")
		if err := files.AddFile(File{Path: name, Data: []byte(text), Editable: editable}); err != nil {
			panic(err)
		}
	}
	step := 0
	_, err := write(context.Background(), dir, files, owned, breaking(func(op, _ string) error {
		if op == "open" || op == "lstat" {
			return nil
		}
		step++
		if step == at {
			return syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
		return nil
	}))
	if err != nil {
		panic(err)
	}
}

// killedAt runs the recipe in another process that is killed at its n-th change of the disk, and
// reports whether it came that far.
func killedAt(t *testing.T, dir string, n int) bool {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), killIn+"="+dir, killAt+"="+strconv.Itoa(n))
	report, err := cmd.CombinedOutput()
	if err == nil {
		return false
	}
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("%v\n%s", err, report)
	}
	return true
}

func git(t *testing.T, repo string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com"}, args...)...)
	cmd.Dir = repo
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
	if report, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %s: %v\n%s", args, err, report)
	}
}

// What people do after a run was killed in a work tree of Git.
var afterwards = map[string]func(t *testing.T, repo string){
	"nothing":  func(*testing.T, string) {},
	"checkout": func(t *testing.T, repo string) { git(t, repo, "checkout", "-q", ".") },
	"stash":    func(t *testing.T, repo string) { git(t, repo, "stash", "-q") },
	"clean":    func(t *testing.T, repo string) { git(t, repo, "clean", "-qfd") },
	"checkout and clean": func(t *testing.T, repo string) {
		git(t, repo, "checkout", "-q", ".")
		git(t, repo, "clean", "-qfd")
	},
	"the same, killed again": func(t *testing.T, repo string) {
		killedAt(t, filepath.Join(repo, "clusters", "a"), 14)
	},
	"checkout, killed again": func(t *testing.T, repo string) {
		git(t, repo, "checkout", "-q", ".")
		killedAt(t, filepath.Join(repo, "clusters", "a"), 20)
		git(t, repo, "checkout", "-q", ".")
	},
	"add and stash": func(t *testing.T, repo string) {
		git(t, repo, "add", "-A")
		git(t, repo, "stash", "-q")
	},
}

// A bundle in a work tree of Git, and files of others around and in it.
var workTrees = map[string]func(t *testing.T, repo, dir string){
	"not there yet": func(*testing.T, string, string) {},
	"committed": func(t *testing.T, repo, dir string) {
		mustWrite(t, dir, set(t, recipes["earlier"]), owned)
		userWrites(t, dir, "values.yaml", "edited")
		git(t, repo, "add", "-A")
		git(t, repo, "commit", "-qm", "earlier")
	},
	"an older one committed": func(t *testing.T, repo, dir string) {
		mustWrite(t, dir, set(t, recipes["first"]), owned)
		userWrites(t, dir, "values.yaml", "edited")
		git(t, repo, "add", "-A")
		git(t, repo, "commit", "-qm", "first")
		mustWrite(t, dir, set(t, recipes["earlier"]), owned)
	},
}

func TestHazard54_KilledRunInAGitWorkTree(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip(err)
	}
	for name, prepare := range workTrees {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := t.TempDir()
			git(t, base, "init", "-q", "--template=")
			userWrites(t, base, "README.md", "mine")
			git(t, base, "add", "-A")
			git(t, base, "commit", "-qm", "mine")
			dir := filepath.Join(base, "clusters", "a")
			userWrites(t, dir, "mine.yaml", "mine")
			userWrites(t, dir, "changes/mine.yaml", "mine")
			userWrites(t, dir, "shared/mine.yaml", "mine")
			prepare(t, base, dir)
			userWrites(t, dir, "new.yaml", "mine")
			userWrites(t, dir, "stays/new.yaml", "mine")
			points := 1
			if testing.Short() {
				points = 9
			}
			for n := 1; ; n += points {
				after := copied(t, base)
				if !killedAt(t, filepath.Join(after, "clusters", "a"), n) {
					if n < 20 {
						t.Errorf("%d points: too few to prove anything", n)
					}
					return
				}
				for i, what := range slices.Sorted(maps.Keys(afterwards)) {
					if _, err := os.Stat(filepath.Join(after, "clusters", "a", journalFile)); err != nil && what != "nothing" {
						continue // the run has not begun to change anything, or is through
					}
					next := []string{"killed", "other", "earlier"}[(n+i)%3]
					repo := copied(t, after)
					afterwards[what](t, repo)
					checkHealed(t, filepath.Join(repo, "clusters", "a"), next)
					if t.Failed() {
						t.Fatalf("killed at point %d, then %s, then the recipe %q", n, what, next)
					}
				}
				checkEditIsKept(t, filepath.Join(after, "clusters", "a"))
			}
		})
	}
}

// checkHealed wants exactly a fresh bundle, beside what is not the bundle's.
func checkHealed(t *testing.T, dir, recipe string) {
	t.Helper()
	want := map[string]string{}
	if _, err := os.Stat(dir); err == nil {
		for _, path := range paths(t, dir) {
			if text := content(t, dir, path); text == "mine" || text == "edited" {
				want[path] = text
			}
		}
	}
	fresh := filepath.Join(t.TempDir(), "fresh")
	mustWrite(t, fresh, set(t, recipes[recipe]), owned)
	for _, path := range paths(t, fresh) {
		if want[path] == "" {
			want[path] = content(t, fresh, path)
		}
	}
	if _, err := rehearsed(t, dir, set(t, recipes[recipe]), owned); err != nil {
		t.Error(err)
	}
	if got, want := paths(t, dir), slices.Sorted(maps.Keys(want)); !slices.Equal(got, want) {
		t.Errorf("left %q\nwant %q", got, want)
		return
	}
	for path, text := range want {
		if got := content(t, dir, path); got != text {
			t.Errorf("%s is %q, want %q", path, got, text)
		}
	}
	if _, err := os.Lstat(filepath.Join(dir, StageDir)); err == nil {
		t.Error("the stage is still there")
	}
}

// checkEditIsKept edits a file of the bundle after the kill.
func checkEditIsKept(t *testing.T, dir string) {
	t.Helper()
	for _, path := range []string{"kustomization.yaml", "stays/a", "changes/b", "goes/d", "comes/deep/f"} {
		if _, err := os.Stat(filepath.Join(dir, path)); err != nil {
			continue
		}
		edited := copied(t, dir)
		userWrites(t, edited, path, "by hand")
		_, err := rehearsed(t, edited, set(t, recipes["killed"]), owned)
		wantError(t, err, coded.ErrCodeConflict, path+": ")
		if content(t, edited, path) != "by hand" {
			t.Errorf("the edit of %s is lost", path)
		}
	}
}

func copied(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil && !errors.Is(err, fs.ErrExist) {
		t.Fatal(err)
	}
	return to
}
