package bundle

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
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

// faulty runs the scenario with the n-th step broken by hit, and reports the error,
// whether the step was reached, and whether that was after the commit.
func (s scenario) faulty(t *testing.T, root string, n int, hit func(cancel func()) error, sticky bool) (err error, reached, late bool) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	step, committed := 0, false
	f := &faults{step: func(op, name string) error {
		step++
		if step == n || sticky && step > n {
			reached = true
			late = late || committed
			return hit(cancel)
		}
		committed = committed || strings.HasSuffix(name, " "+doneFile)
		return nil
	}}
	_, err = write(ctx, filepath.Join(root, out), set(t, s.files), s.options, f)
	return err, reached, late
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
	if after == before || strings.Contains(after, stageDir) {
		t.Fatalf("a good run leaves\n%s", after)
	}
	return after
}

// A step that fails, or a context that ends at it, leaves the tree as it was, or,
// after the commit, as it has to be.
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
					err, reached, late := s.faulty(t, root, n, fault.hit, false)
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
					case err == nil && !late && errors.Is(fault.want, errInjected):
						t.Fatalf("step %d: no error though it failed before the commit", n)
					case err != nil && got != before:
						t.Fatalf("step %d: %v: left\n%s\nwant\n%s", n, err, got, before)
					case err != nil && !errors.Is(err, fault.want):
						t.Fatalf("step %d: error %v", n, err)
					}
				}
			})
		}
	}
}

// A process that is killed cannot put anything back: the next run does it.
func TestHazard30_NextRunHealsAfterAKill(t *testing.T) {
	for _, s := range scenarios()[1:] {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			after := s.after(t)
			undone, done := 0, 0
			for n := 1; ; n++ {
				root, before := s.fresh(t)
				dir := filepath.Join(root, out)
				err, reached, late := s.faulty(t, root, n, func(func()) error { return errInjected }, true)
				if !reached {
					break
				}
				if err == nil {
					t.Fatalf("step %d: no error", n)
				}
				target, err := open(t.Context(), dir, nil)
				if err != nil {
					t.Fatal(err)
				}
				if err := heal(target.disk); err != nil {
					t.Fatalf("step %d: heal: %v", n, err)
				}
				target.leave(nil)
				want := before
				if late {
					want, done = after, done+1
				} else {
					undone++
				}
				if got := snapshot(t, root); got != want {
					t.Fatalf("step %d: healed to\n%s\nwant\n%s", n, got, want)
				}
				if late {
					continue
				}
				mustWrite(t, dir, set(t, s.files), s.options)
				if got := snapshot(t, root); got != after {
					t.Fatalf("step %d: the next run left\n%s\nwant\n%s", n, got, after)
				}
			}
			if undone < 20 || done < 3 {
				t.Errorf("%d kills before and %d after the commit: too few to prove anything", undone, done)
			}
		})
	}
}

type fullDisk struct {
	to   io.Writer
	left *atomic.Int64
}

func (w fullDisk) Write(data []byte) (int, error) {
	if left := w.left.Load(); int64(len(data)) > left {
		n, _ := w.to.Write(data[:left])
		w.left.Store(0)
		return n, syscall.ENOSPC
	}
	w.left.Add(-int64(len(data)))
	return w.to.Write(data)
}

func TestHazard30_FullDisk(t *testing.T) {
	for _, s := range scenarios() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			for space := int64(0); ; space += 37 {
				root, before := s.fresh(t)
				left := &atomic.Int64{}
				left.Store(space)
				f := &faults{write: func(w io.Writer) io.Writer { return fullDisk{w, left} }}
				_, err := write(t.Context(), filepath.Join(root, out), set(t, s.files), s.options, f)
				if err == nil {
					if space < 100 {
						t.Errorf("%d bytes are enough", space)
					}
					return
				}
				if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "free some space") {
					t.Fatal(err)
				}
				if got := snapshot(t, root); got != before {
					t.Fatalf("%d bytes of space: left\n%s\nwant\n%s", space, got, before)
				}
			}
		})
	}
}
