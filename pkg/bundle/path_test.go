package bundle

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	coded "github.com/aicr-flux/aicr/pkg/errors"
)

func TestCheckPath(t *testing.T) {
	for _, path := range []string{"a", "a/b/c.yaml", "a b/c", ".helmignore", "..a", "a..", "ä/日本", "a:b", ".gitignore", "x.git", strings.Repeat("a/", 63) + "a", strings.Repeat("a", 255)} {
		if err := CheckPath(path); err != nil {
			t.Errorf("CheckPath(%q) = %v", path, err)
		}
	}
	for _, path := range []string{
		"", ".", "..", "/", "/a", "a/", "a//b", "./a", "a/./b", "../a", "a/../b", "a/..",
		"a\nb", "a\x00", "a\tb", "a\x7f", "a\u0085b", `a\b`, `C:\a`, " a", "a ", "a/ b", "a /b", "a/\u00a0b",
		"\xff", "a\u200db", "a\u202eb", ".git/config", "a/.GIT/hooks/pre-commit", "GIT~1/x", ".aicr-stage/o0",
		strings.Repeat("a/", 64) + "a", strings.Repeat("a", 256), strings.Repeat(strings.Repeat("a", 200)+"/", 6) + "a",
	} {
		if err := CheckPath(path); !errors.Is(err, coded.ErrCodeInvalidRequest) {
			t.Errorf("CheckPath(%q) = %v, want an invalid request", path, err)
		}
	}
}

func FuzzCheckPath(f *testing.F) {
	for _, path := range []string{"a/b", "../a", "/", "a/../../b", `a\..\b`, "C:/x", ".git", "a\x00"} {
		f.Add(path)
	}
	root := f.TempDir()
	f.Fuzz(func(t *testing.T, path string) {
		if CheckPath(path) != nil {
			return
		}
		joined := filepath.Join(root, filepath.FromSlash(path))
		if !strings.HasPrefix(joined, root+string(filepath.Separator)) {
			t.Errorf("%q escapes to %q", path, joined)
		}
		if rel, err := filepath.Rel(root, joined); err != nil || filepath.ToSlash(rel) != path {
			t.Errorf("%q comes back as %q, %v", path, rel, err)
		}
		if !filepath.IsLocal(filepath.FromSlash(path)) {
			t.Errorf("%q is not local", path)
		}
		// A line of checksums.txt holds the path as it is.
		sums := Checksums{{Path: path, SHA256: sumOf(nil), Line: 1}}
		if back, err := ParseChecksums(sums.Bytes()); path != ChecksumsFile && (err != nil || back[0] != sums[0]) {
			t.Errorf("%q does not survive checksums.txt: %v, %v", path, back, err)
		}
	})
}
