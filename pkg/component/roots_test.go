//go:build unix

package component_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, dir string) component.Root {
	t.Helper()
	root, closer, err := component.OpenRoot(dir)
	must(t, err)
	t.Cleanup(func() { _ = closer.Close() })
	return root
}

func TestFirstRootThatHasTheFileWins(t *testing.T) {
	roots := component.Roots{
		{Name: "strong", FS: fstest.MapFS{"a": {Data: []byte("strong a")}}},
		{Name: "weak", FS: fstest.MapFS{"a": {Data: []byte("weak a")}, "d/b": {Data: []byte("weak b")}}},
	}
	for path, want := range map[string]string{"a": "strong a", "./a": "strong a", "d/b": "weak b", "d//b": "weak b", "d/./b": "weak b"} {
		data, root, err := roots.Read(path)
		if err != nil || string(data) != want || !strings.HasPrefix(want, root.Name) {
			t.Errorf("%s: %q from %q, %v", path, data, root.Name, err)
		}
	}
	_, _, err := roots.Read("d/c")
	want := "\"d/c\" is in none of the data directories: strong, weak; add it there, or name the directory that has it with `Data`"
	if errors.CodeOf(err) != errors.ErrCodeNotFound || err.Error() != want {
		t.Errorf("got %v", err)
	}
	_, _, err = component.Roots{}.Read("d/c")
	want = "\"d/c\" is nowhere: no data directory is named, and a recipe that is not a file has no directory of its own; name the directory that has it with `Data`"
	if errors.CodeOf(err) != errors.ErrCodeNotFound || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

// TestHazard44_OnlyRegularFilesInsideARootAreRead: whatever else a path leads to is refused, and
// nothing of it is read.
func TestHazard44_OnlyRegularFilesInsideARootAreRead(t *testing.T) {
	outside := t.TempDir()
	must(t, os.WriteFile(filepath.Join(outside, "secret"), []byte("hush"), 0o600))
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	must(t, os.MkdirAll(at("d"), 0o755))
	must(t, os.WriteFile(at("file"), []byte("text"), 0o600))
	must(t, os.Symlink("../file", at("d/inside")))
	must(t, os.Symlink("d", at("dlink")))
	must(t, os.Symlink(outside+"/secret", at("absolute")))
	must(t, os.Symlink(at("file"), at("absolute-inside")))
	must(t, os.Symlink("../"+filepath.Base(outside)+"/secret", at("leaving")))
	must(t, os.Symlink(outside, at("leaving-dir")))
	must(t, os.Symlink("nowhere", at("dangling")))
	must(t, os.Symlink("loop", at("loop")))
	must(t, syscall.Mkfifo(at("fifo"), 0o600))
	big, err := os.Create(at("big"))
	must(t, err)
	must(t, big.Truncate(config.MaxDataFile+1))
	must(t, big.Close())
	full, err := os.Create(at("full"))
	must(t, err)
	must(t, full.Truncate(config.MaxDataFile))
	must(t, full.Close())
	roots := component.Roots{open(t, dir), {Name: "weak", FS: fstest.MapFS{"file": {Data: []byte("weak")}, "dangling": {Data: []byte("weak")}, "absolute": {Data: []byte("weak")}, "fifo": {Data: []byte("weak")}}}}

	for path, want := range map[string]string{"file": "text", "d/inside": "text", "dlink/inside": "text", "dangling": "weak"} {
		if data, _, err := roots.Read(path); err != nil || string(data) != want {
			t.Errorf("%s: %q, %v", path, data, err)
		}
	}
	if data, _, err := roots.Read("full"); err != nil || len(data) != config.MaxDataFile {
		t.Errorf("a file of exactly the limit: %v", err)
	}
	escapes := " cannot be read in data root " + dir + ": path escapes from parent; only files inside the root are read"
	for path, want := range map[string]string{
		"../file":            `"../file" leads out of the data root; remove the ".."`,
		"d/../../x":          `"d/../../x" leads out of the data root; remove the ".."`,
		"d/../file":          `"d/../file" leads out of the data root; remove the ".."`,
		"..":                 `".." leads out of the data root; remove the ".."`,
		"/etc/passwd":        `"/etc/passwd" is an absolute path; name a file relative to a data root`,
		`\\host\share`:       `"\\\\host\\share" is an absolute path; name a file relative to a data root`,
		`d\file`:             `"d\\file" is not the path of a file`,
		"file\x00":           `"file\x00" is not the path of a file`,
		".":                  `"." is not the path of a file`,
		"":                   "the path is empty",
		"d":                  `"d" in data root ` + dir + " is not a regular file",
		"fifo":               `"fifo" in data root ` + dir + " is not a regular file",
		"absolute":           `"absolute"` + escapes,
		"absolute-inside":    `"absolute-inside"` + escapes,
		"leaving":            `"leaving"` + escapes,
		"leaving-dir/secret": `"leaving-dir/secret"` + escapes,
		"loop":               `"loop" cannot be read in data root ` + dir + ": too many levels of symbolic links; only files inside the root are read",
		"big":                `"big" in data root ` + dir + " is larger than 10 MiB, which a data file may have; split it or take out what is not needed",
	} {
		data, _, err := roots.Read(path)
		if len(data) > 0 {
			t.Errorf("%q is read", path)
		}
		if errors.CodeOf(err) != errors.ErrCodeInvalidRequest || err.Error() != want {
			t.Errorf("%q\n got %s %v\nwant %s", path, errors.CodeOf(err), err, want)
		}
	}
	if _, _, err := roots.Read("file/x"); errors.CodeOf(err) != errors.ErrCodeNotFound {
		t.Errorf("a path through a file: %v", err)
	}
	if data, _, err := (component.Roots{open(t, "/dev")}).Read("null"); errors.CodeOf(err) != errors.ErrCodeInvalidRequest {
		t.Errorf("a device: %q, %v", data, err)
	}
}

func TestDataDirectoriesThatCannotBeOpened(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o600))
	for path, c := range map[string]struct {
		code errors.ErrorCode
		want string
	}{
		dir + "/no":     {errors.ErrCodeNotFound, "data directory " + dir + "/no does not exist; check the path"},
		dir + "/file":   {errors.ErrCodeInvalidRequest, "data directory " + dir + "/file is not a directory; name the directory that holds the file"},
		dir + "/file/x": {errors.ErrCodeInvalidRequest, "data directory " + dir + "/file/x cannot be opened: not a directory; check the path and its permissions"},
	} {
		if _, _, err := component.OpenRoot(path); errors.CodeOf(err) != c.code || err.Error() != c.want {
			t.Errorf("got %s %v, want %s", errors.CodeOf(err), err, c.want)
		}
	}
}
