package bundle

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	coded "github.com/aicr-flux/aicr/pkg/errors"
)

func TestHazard33_EditableFilesAreListedApartAndKept(t *testing.T) {
	dir := t.TempDir()
	first := set(t, map[string]string{"kustomization.yaml": "1", "x/values.yaml*": "generated", "y/values.yaml*": "generated"})
	mustWrite(t, dir, first, owned)
	list := content(t, dir, "checksums.txt")
	if want := "\n# editable\n" + sumOf([]byte("generated")) + "  x/values.yaml\n"; !strings.Contains(list, want) {
		t.Fatalf("the list is\n%s", list)
	}
	userWrites(t, dir, "x/values.yaml", "edited by its user")
	if err := os.Remove(filepath.Join(dir, "y/values.yaml")); err != nil {
		t.Fatal(err)
	}

	// The other files change, what was generated for these does not.
	second := set(t, map[string]string{"kustomization.yaml": "2", "x/values.yaml*": "generated", "y/values.yaml*": "generated"})
	for _, force := range []bool{false, true, false} {
		o := owned
		o.Force = force
		w := mustWrite(t, dir, second, o)
		if !slices.Equal(w.Kept, []string{"x/values.yaml"}) {
			t.Errorf("force %t: kept %q", force, w.Kept)
		}
		if got := content(t, dir, "x/values.yaml"); got != "edited by its user" {
			t.Errorf("force %t: the edit is lost: %q", force, got)
		}
		if got := content(t, dir, "y/values.yaml"); got != "generated" {
			t.Errorf("force %t: a deleted file is %q", force, got)
		}
		if got := content(t, dir, "checksums.txt"); !strings.HasSuffix(got, list[strings.Index(list, "# editable"):]) {
			t.Errorf("force %t: the list forgets what was generated:\n%s", force, got)
		}
		var size int64
		for _, path := range paths(t, dir) {
			size += int64(len(content(t, dir, path)))
		}
		if w.TotalSize != size {
			t.Errorf("force %t: %d bytes, want %d", force, w.TotalSize, size)
		}
	}

	third := set(t, map[string]string{"kustomization.yaml": "2", "x/values.yaml*": "generated anew", "y/values.yaml*": "generated"})
	_, err := rehearsed(t, dir, third, owned)
	wantError(t, err, coded.ErrCodeConflict, "x/values.yaml: edited since it was generated")
	force := owned
	force.Force = true
	mustWrite(t, dir, third, force)
	if got := content(t, dir, "x/values.yaml"); got != "generated anew" {
		t.Errorf("after force: %q", got)
	}
}

// That a file may be edited does not make an edit of another one harmless.
func TestHazard33_OnlyEditableFilesAreKept(t *testing.T) {
	dir := t.TempDir()
	files := set(t, map[string]string{"kustomization.yaml": "1", "values.yaml*": "1"})
	mustWrite(t, dir, files, owned)
	userWrites(t, dir, "kustomization.yaml", "edited")
	_, err := rehearsed(t, dir, files, owned)
	wantError(t, err, coded.ErrCodeConflict, "kustomization.yaml: edited since it was generated")

	// Without a list nobody knows what was generated.
	dir = t.TempDir()
	userWrites(t, dir, "values.yaml", "edited")
	_, err = rehearsed(t, dir, files, owned)
	wantError(t, err, coded.ErrCodeConflict, "values.yaml: not written by this tool")
}
