//go:build unix

package bundle

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

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
	fmt.Println("begins")
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
	fmt.Println(step)
}

// victim is the recipe "killed" in another process.
func victim(dir string, at int) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), killIn+"="+dir, killAt+"="+strconv.Itoa(at))
	return cmd
}

// killedAt lets the victim be killed at its n-th change of the disk, if it comes that far. It
// returns how many changes it made where it did not.
func killedAt(t *testing.T, dir string, n int) (steps int) {
	t.Helper()
	report, err := victim(dir, n).Output()
	if err == nil {
		_, _ = fmt.Sscanf(string(report), "begins\n%d", &steps)
		return steps
	}
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("%v\n%s", err, exit.Stderr)
	}
	return 0
}

// killedAfter kills the victim a while after it has begun, also in the middle of a step.
func killedAfter(t *testing.T, dir string, while time.Duration) {
	t.Helper()
	cmd := victim(dir, 0)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, len("begins\n"))); err != nil {
		t.Fatal(err)
	}
	time.Sleep(while)
	_ = cmd.Process.Kill()
	_ = cmd.Wait() // it may have been through
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
	"another recipe": func(t *testing.T, repo string) {
		mustWrite(t, filepath.Join(repo, "clusters", "a"), set(t, recipes["other"]), owned)
	},
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

// One run makes good whatever a killed one left, and whatever was done since that is not an edit.
func TestHazard54_KilledAtAnyMomentInAGitWorkTree(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip(err)
	}
	moments := 201
	if testing.Short() {
		moments = 45
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	for i, name := range slices.Sorted(maps.Keys(workTrees)) {
		random := rand.New(rand.NewPCG(seed, uint64(i)))
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
			workTrees[name](t, base, dir)
			userWrites(t, dir, "new.yaml", "mine")
			userWrites(t, dir, "stays/new.yaml", "mine")
			steps := killedAt(t, filepath.Join(copied(t, base), "clusters", "a"), 0)
			for n := range moments / len(workTrees) {
				checkMoment(t, base, steps, n, random)
				if t.Failed() {
					t.Fatalf("seed %d, moment %d", seed, n)
				}
			}
		})
	}
}

// checkMoment kills a run in a copy of the work tree and checks what the next one makes of it.
func checkMoment(t *testing.T, base string, steps, n int, random *rand.Rand) {
	t.Helper()
	repo := copied(t, base)
	dir := filepath.Join(repo, "clusters", "a")
	moment := ""
	if n%2 == 0 {
		at := 1 + random.IntN(steps)
		killedAt(t, dir, at)
		moment = fmt.Sprintf("step %d", at)
	} else {
		while := time.Duration(random.IntN(100*steps)) * time.Microsecond
		killedAfter(t, dir, while)
		moment = "after " + while.String()
	}
	if n%10 == 0 {
		checkEditIsKept(t, dir)
	}
	names := slices.Sorted(maps.Keys(afterwards))
	what := names[random.IntN(len(names))]
	if _, err := os.Stat(filepath.Join(dir, journalFile)); err != nil {
		what = "nothing" // the run has not begun to change anything, or is through: no kill to heal
	}
	next := []string{"killed", "other", "earlier"}[random.IntN(3)]
	afterwards[what](t, repo)
	checkHealed(t, dir, next)
	if t.Failed() {
		t.Errorf("killed at %s, then %s, then the recipe %q", moment, what, next)
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
