package document

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"go.yaml.in/yaml/v3"
)

func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestAheadIsTakenOnce(t *testing.T) {
	const text = "a: 1\nb: [x]\n"
	var seen *yaml.Node
	Ahead(write(t, text), func(root *yaml.Node) { seen = root })
	if other, err := Parse([]byte("a: 2\n")); err != nil || other == seen {
		t.Errorf("other bytes are another document: %v", err)
	}
	first, err := Parse([]byte(text))
	if err != nil || first != seen || first.Content[3].Content[0].Line != 2 {
		t.Errorf("what was parsed ahead is not taken: %v", err)
	}
	if second, err := Parse([]byte(text)); err != nil || second == first {
		t.Errorf("two callers share a node: %v", err)
	}
}

func TestAheadGivesTheSameError(t *testing.T) {
	for _, text := range []string{"a: 1\nb: {\n", "", "a: 1\n---\nb: 1\n"} {
		root, err := Parse([]byte(text))
		Ahead(write(t, text), func(*yaml.Node) { t.Errorf("%q: a broken document is looked at", text) })
		again, errAgain := Parse([]byte(text))
		if root != nil || again != nil || (err == nil) != (errAgain == nil) || err != nil && err.Error() != errAgain.Error() {
			t.Errorf("%q: %v; ahead: %v", text, err, errAgain)
		}
	}
}

func TestAheadLeavesAlone(t *testing.T) {
	dir := t.TempDir()
	pipe, large := filepath.Join(dir, "pipe"), filepath.Join(dir, "large")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("no named pipes here: ", err)
	}
	if err := os.WriteFile(large, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(large, maxAhead+1); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{pipe, large, dir, filepath.Join(dir, "missing")} {
		Ahead(file, nil)
	}
	if n := len(ahead.parsed); n > 0 {
		t.Errorf("%d of them were parsed", n)
	}
}

func TestAheadIsBounded(t *testing.T) {
	file := write(t, "a: 1\n")
	for range maxAheadFiles + 10 {
		Ahead(file, nil)
	}
	if n := len(ahead.parsed); n != maxAheadFiles {
		t.Errorf("%d documents are held, want %d", n, maxAheadFiles)
	}
	for range maxAheadFiles {
		if _, err := Parse([]byte("a: 1\n")); err != nil {
			t.Fatal(err)
		}
	}
	half := write(t, `{"x": "`+strings.Repeat("x", maxAhead/2)+`"}`) // JSON is quick
	for range 3 {
		Ahead(half, nil)
	}
	if n := len(ahead.parsed); n != 1 {
		t.Errorf("%d documents of a bit more than half the limit are held", n)
	}
	ahead.parsed, ahead.size = nil, 0
}
