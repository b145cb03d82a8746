package document

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
)

// aheadOf parses the text ahead, and fails where nothing is held of it.
func aheadOf(t *testing.T, text string) {
	t.Helper()
	held := len(ahead.parsed)
	Ahead(fstest.MapFS{"a.yaml": {Data: []byte(text)}}, "a.yaml")
	if len(ahead.parsed) != held+1 {
		t.Fatalf("%.30q is not held", text)
	}
}

func TestAheadIsTakenOnce(t *testing.T) {
	const text = "a: 1\nb: [x]\n"
	aheadOf(t, text)
	held := ahead.parsed[0].root
	if other, err := Parse([]byte("a: 2\n")); err != nil || other == held {
		t.Errorf("other bytes are another document: %v", err)
	}
	first, err := Parse([]byte(text))
	if err != nil || first != held || first.Content[3].Content[0].Line != 2 {
		t.Errorf("what was parsed ahead is not taken: %v", err)
	}
	if second, err := Parse([]byte(text)); err != nil || second == first {
		t.Errorf("two callers share a node: %v", err)
	}
	if ahead.size != 0 {
		t.Errorf("%d bytes are still held", ahead.size)
	}
}

func TestAheadGivesTheSameError(t *testing.T) {
	for _, text := range []string{"a: 1\nb: {\n", "# nothing\n", "a: 1\n---\nb: 1\n"} {
		root, err := Parse([]byte(text))
		aheadOf(t, text)
		again, errAgain := Parse([]byte(text))
		if root != nil || again != nil || (err == nil) != (errAgain == nil) || err != nil && err.Error() != errAgain.Error() {
			t.Errorf("%q: %v; ahead: %v", text, err, errAgain)
		}
		if len(ahead.parsed) != 0 {
			t.Errorf("%q: it was parsed again", text)
		}
	}
}

func TestAheadLeavesAlone(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	for file, size := range map[string]int64{filepath.Join(outside, "registry.yaml"): 10, filepath.Join(dir, "large"): maxAhead + 1, filepath.Join(dir, "empty"): 0} {
		if err := os.WriteFile(file, []byte(strings.Repeat("#", int(size))), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(outside, "registry.yaml"), filepath.Join(dir, "link")); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Skip("no named pipes here: ", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for _, fsys := range []fs.FS{root.FS(), os.DirFS(dir)} {
		for _, name := range []string{"pipe", "large", "empty", ".", "missing"} {
			Ahead(fsys, name)
		}
	}
	Ahead(root.FS(), "link") // it leads out of the root
	if n := len(ahead.parsed); n > 0 {
		t.Errorf("%d of them were parsed", n)
	}
}

func TestAheadIsBounded(t *testing.T) {
	half := strings.Repeat("#", maxAhead/2)
	aheadOf(t, half)
	aheadOf(t, half)
	Ahead(fstest.MapFS{"a": {Data: []byte("a: 1\n")}}, "a")
	if len(ahead.parsed) != 2 || ahead.size != maxAhead {
		t.Errorf("%d documents of %d bytes are held", len(ahead.parsed), ahead.size)
	}
	ahead.parsed, ahead.size = nil, 0
}
