package bundle

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

var errInjected = errors.New("injected")

// scenario is a directory as it is before a write, and the write.
type scenario struct {
	name    string
	prepare func(t *testing.T, root string) // root is where out lies
	files   map[string]string
	options WriteOptions
}

const out = "deep/er/out"

func scenarios() []scenario {
	next := map[string]string{
		"kustomization.yaml": "new", "same/a": "same", "changed/b": "longer than before",
		"new/dir/c": "c", "new/d": "d", "values.yaml*": "values", "data/sub/new": "n",
	}
	earlier := func(t *testing.T, root string) {
		dir := filepath.Join(root, out)
		userWrites(t, dir, "data/x.bin", "data")
		userWrites(t, dir, "foreign/README.md", "mine")
		userWrites(t, dir, "half/mine", "mine")
		o := owned
		o.DataFiles = []string{"data/x.bin"}
		mustWrite(t, dir, set(t, map[string]string{
			"kustomization.yaml": "old", "same/a": "same", "changed/b": "b",
			"gone/one/x": "x", "gone/two/y": "y", "gone/z": "z", "half/gone": "g", "values.yaml*": "values",
		}), o)
		userWrites(t, dir, "values.yaml", "values, edited")
		// Modes that a rollback has to bring back.
		for name, mode := range map[string]os.FileMode{"gone/one": 0o700, "gone": 0o711, "gone/z": 0o600, "changed/b": 0o640} {
			if err := os.Chmod(filepath.Join(dir, name), mode); err != nil {
				t.Fatal(err)
			}
		}
	}
	data := owned
	data.DataFiles = []string{"data/x.bin"}
	return []scenario{
		{"no directory", func(*testing.T, string) {}, next, owned},
		{"an empty directory", func(t *testing.T, root string) {
			if err := os.MkdirAll(filepath.Join(root, out), 0o750); err != nil {
				t.Fatal(err)
			}
		}, next, owned},
		{"an update with removals", earlier, next, data},
		{"an update without a list", earlier, next, WriteOptions{Owner: owned.Owner, DataFiles: data.DataFiles}},
	}
}

// faulty runs the scenario with the n-th step broken by hit, and with sticky all steps after it
// too. It reports the error, and whether the step was reached.
func (s scenario) faulty(t *testing.T, root string, n int, hit func(cancel func()) error, sticky bool) (err error, reached bool) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	step := 0
	_, err = write(ctx, filepath.Join(root, out), set(t, s.files), s.options, breaking(func(op, _ string) error {
		if op == "remove" && !sticky {
			return nil // an empty directory that stays is not a failure
		}
		step++
		if step == n || sticky && step > n {
			reached = true
			return hit(cancel)
		}
		return nil
	}))
	return err, reached
}

func (s scenario) fresh(t *testing.T) (root, before string) {
	root = t.TempDir()
	s.prepare(t, root)
	return root, snapshot(t, root)
}

// after is the tree that an unbroken run leaves.
func (s scenario) after(t *testing.T) string {
	root, before := s.fresh(t)
	mustWrite(t, filepath.Join(root, out), set(t, s.files), s.options)
	after := snapshot(t, root)
	if after == before || strings.Contains(after, StageDir) {
		t.Fatalf("a good run leaves\n%s", after)
	}
	return after
}

// A step that fails, or a context that ends at it, leaves the tree as it was, or, after the commit,
// as it has to be.
func TestHazard30_AnyFailureLeavesTheDirectoryAsItWas(t *testing.T) {
	for _, fault := range []struct {
		name string
		want error
		hit  func(cancel func()) error
	}{
		{"error", errInjected, func(func()) error { return errInjected }},
		{"cancelled", context.Canceled, func(cancel func()) error { cancel(); return nil }},
	} {
		for _, s := range scenarios() {
			t.Run(fault.name+"/"+s.name, func(t *testing.T) {
				t.Parallel()
				after := s.after(t)
				for n := 1; ; n++ {
					root, before := s.fresh(t)
					err, reached := s.faulty(t, root, n, fault.hit, false)
					got := snapshot(t, root)
					if !reached {
						if err != nil || n < 20 {
							t.Fatalf("ends at step %d with %v", n, err)
						}
						return
					}
					switch {
					case err == nil && got != after:
						t.Fatalf("step %d: no error, but\n%s\nwant\n%s", n, got, after)
					case err == nil:
					case !errors.Is(err, fault.want):
						t.Fatalf("step %d: error %v", n, err)
					case strings.Contains(err.Error(), "everything is written"):
						if err := os.RemoveAll(filepath.Join(root, out, StageDir)); err != nil || snapshot(t, root) != after {
							t.Fatalf("step %d: left\n%s\nwant\n%s", n, got, after)
						}
					case got != before:
						t.Fatalf("step %d: %v: left\n%s\nwant\n%s", n, err, got, before)
					}
				}
			})
		}
	}
}

// Where not even the way back is left, as after a kill, the next run goes on.
func TestHazard30_NextRunPutsItRight(t *testing.T) {
	other := map[string]string{"kustomization.yaml": "other", "changed/b": "other", "values.yaml*": "values", "data/sub/new": "n"}
	for _, s := range scenarios()[:3] {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			next := s
			next.files = other
			wants := map[string]string{"same": s.after(t), "other": next.after(t)}
			for n := 1; ; n++ {
				for name, files := range map[string]map[string]string{"same": s.files, "other": other} {
					root, _ := s.fresh(t)
					err, reached := s.faulty(t, root, n, func(func()) error { return errInjected }, true)
					if !reached {
						if n < 20 {
							t.Errorf("%d steps: too few to prove anything", n)
						}
						return
					}
					if err == nil {
						t.Fatalf("step %d: no error", n)
					}
					mustWrite(t, filepath.Join(root, out), set(t, files), s.options)
					if got := snapshot(t, root); got != wants[name] {
						t.Fatalf("step %d: the next run, %s, left\n%s\nwant\n%s", n, name, got, wants[name])
					}
				}
			}
		})
	}
}

// A file that can be written only in part leaves nothing.
func TestHazard30_FullDisk(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip(err)
	}
	for _, s := range scenarios() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			for space := 0; ; space++ {
				root, before := s.fresh(t)
				_, err := write(t.Context(), filepath.Join(root, out), set(t, s.files), s.options, fullAfter(space))
				if err == nil {
					if space < 5 {
						t.Errorf("%d files are enough", space)
					}
					return
				}
				if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "free some space") {
					t.Fatal(err)
				}
				if got := snapshot(t, root); got != before {
					t.Fatalf("space for %d files: left\n%s\nwant\n%s", space, got, before)
				}
			}
		})
	}
}

func fullAfter(files int) func(root) root { return func(r root) root { return &full{r, files} } }

// full is a disk that has space for some more files.
type full struct {
	root
	space int
}

func (f *full) OpenFile(name string, flag int, perm os.FileMode) (*os.File, error) {
	file, err := f.root.OpenFile(name, flag, perm)
	f.space--
	if f.space >= 0 || err != nil {
		return file, err
	}
	file.Close()
	return os.OpenFile("/dev/full", os.O_WRONLY, 0)
}
