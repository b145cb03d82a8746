//go:build unix

package bundle

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	coded "github.com/aicr-flux/aicr/pkg/errors"
)

// What is no regular file is a conflict even with Force, and is never followed.
func TestObstacles(t *testing.T) {
	files := map[string]string{"kustomization.yaml": "1", "x/a": "1", "x/b": "1"}
	for name, c := range map[string]struct {
		at    string
		stand func(path, outside string) error
		says  string
	}{
		"symlink to a file":      {"x/a", func(p, o string) error { return os.Symlink(filepath.Join(o, "f"), p) }, "x/a: a symlink stands where a file must go"},
		"symlink to nowhere":     {"x/a", func(p, _ string) error { return os.Symlink("nowhere", p) }, "x/a: a symlink"},
		"symlink to a directory": {"x", func(p, o string) error { return os.Symlink(o, p) }, "x: a symlink stands where a directory must go"},
		"symlink inside":         {"x", func(p, _ string) error { return os.Symlink("y", p) }, "x: a symlink"},
		"directory":              {"x/a", func(p, _ string) error { return os.Mkdir(p, 0o755) }, "x/a: a directory stands where a file must go"},
		"file for a directory":   {"x", func(p, _ string) error { return os.WriteFile(p, nil, 0o644) }, "x: a file stands where a directory must go"},
		"named pipe":             {"x/a", func(p, _ string) error { return syscall.Mkfifo(p, 0o644) }, "x/a: a special file"},
		"pipe for the list":      {"checksums.txt", func(p, _ string) error { return syscall.Mkfifo(p, 0o644) }, "checksums.txt: a special file"},
		"link for the list":      {"checksums.txt", func(p, o string) error { return os.Symlink(filepath.Join(o, "f"), p) }, "checksums.txt: a symlink"},
		"link for the stage":     {".aicr-stage", func(p, o string) error { return os.Symlink(o, p) }, ".aicr-stage: a symlink stands where a directory must go; remove it"},
	} {
		for _, listed := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				dir, outside := t.TempDir(), t.TempDir()
				userWrites(t, outside, "f", "outside")
				userWrites(t, outside, "a", "1")
				userWrites(t, dir, "y/a", "1")
				if listed {
					mustWrite(t, dir, set(t, files), owned)
				}
				path := filepath.Join(dir, c.at)
				if err := os.RemoveAll(path); err != nil {
					t.Fatal(err)
				}
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := c.stand(path, outside); err != nil {
					t.Fatal(err)
				}
				before, beforeOutside := snapshot(t, dir), snapshot(t, outside)
				for _, next := range []map[string]string{files, {"kustomization.yaml": "2", "x/a": "2"}, {"kustomization.yaml": "2"}} {
					if _, needed := next["x/a"]; !needed && (!listed || c.at == "x" && name == "file for a directory") {
						continue
					}
					o := owned
					o.Force = true
					_, err := rehearsed(t, dir, set(t, next), o)
					wantError(t, err, coded.ErrCodeConflict, c.says)
				}
				if snapshot(t, dir) != before || snapshot(t, outside) != beforeOutside {
					t.Error("a refusal changed something")
				}
			})
		}
	}
}

// A list may be hostile: it names what a clone brought along.
func TestListedPathThroughASymlink(t *testing.T) {
	dir := t.TempDir()
	userWrites(t, dir, ".git/config", "a")
	if err := os.Symlink(".git", filepath.Join(dir, "x")); err != nil {
		t.Fatal(err)
	}
	userWrites(t, dir, "kustomization.yaml", "a")
	list := Checksums{{Path: "kustomization.yaml", SHA256: sumA}, {Path: "x/config", SHA256: sumA}}
	userWrites(t, dir, ChecksumsFile, string(list.Bytes()))
	o := owned
	o.Force = true
	_, err := rehearsed(t, dir, set(t, map[string]string{"kustomization.yaml": "1"}), o)
	wantError(t, err, coded.ErrCodeConflict, "x: a symlink")
	if content(t, dir, ".git/config") != "a" {
		t.Error("a list led into .git")
	}
}

// A case-insensitive file system shows one file under two names, as a hard link does.
func TestFileRenamedInCase(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, set(t, map[string]string{"kustomization.yaml": "1", "A.yaml": "1"}), owned)
	if err := os.Link(filepath.Join(dir, "A.yaml"), filepath.Join(dir, "a.yaml")); err != nil {
		t.Skip(err)
	}
	next := set(t, map[string]string{"kustomization.yaml": "1", "a.yaml": "1"})
	_, err := rehearsed(t, dir, next, owned)
	wantError(t, err, coded.ErrCodeConflict, "A.yaml: is the same file as the new a.yaml")
}
