package bundle

import (
	"bytes"
	"slices"
	"testing"

	coded "github.com/aicr-flux/aicr/pkg/errors"
)

// carriedFrom is an editable file with a former form, of which edits are carried over by adding to
// them; one that says "lost" cannot be.
func carriedFrom(t *testing.T, former, now string) *Files {
	t.Helper()
	files := set(t, map[string]string{"kustomization.yaml": now})
	err := files.AddFile(File{Path: "x/values.yaml", Data: []byte(now), Editable: true, Former: []Former{{SHA256: sumOf([]byte(former)), Carry: func(edited []byte) ([]byte, bool) {
		return append([]byte("moved: "), edited...), !bytes.Contains(edited, []byte("lost"))
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestHazard81_AnEditIsCarriedIntoAnotherForm(t *testing.T) {
	first := set(t, map[string]string{"kustomization.yaml": "plain", "x/values.yaml*": "plain"})
	dir := t.TempDir()
	mustWrite(t, dir, first, owned)
	mustWrite(t, dir, carriedFrom(t, "plain", "vendored"), owned)
	if got := content(t, dir, "x/values.yaml"); got != "vendored" {
		t.Errorf("what nobody edited is %q", got)
	}

	mustWrite(t, dir, first, owned)
	userWrites(t, dir, "x/values.yaml", "edit")
	for range 2 { // and then it is like any other edit
		w := mustWrite(t, dir, carriedFrom(t, "plain", "vendored"), owned)
		if got := content(t, dir, "x/values.yaml"); got != "moved: edit" || !slices.Equal(w.Kept, []string{"x/values.yaml"}) {
			t.Errorf("kept %q: %q", w.Kept, got)
		}
	}

	for name, c := range map[string]struct{ edit, former string }{"it cannot be carried": {"lost", "plain"}, "something else was generated": {"edit", "other"}} {
		dir := t.TempDir()
		mustWrite(t, dir, first, owned)
		userWrites(t, dir, "x/values.yaml", c.edit)
		_, err := rehearsed(t, dir, carriedFrom(t, c.former, "vendored"), owned)
		wantError(t, err, coded.ErrCodeConflict, "x/values.yaml: "+outdated)
		if got := content(t, dir, "x/values.yaml"); got != c.edit {
			t.Errorf("%s: %q", name, got)
		}
		force := owned
		force.Force = true
		mustWrite(t, dir, carriedFrom(t, c.former, "vendored"), force)
		if got := content(t, dir, "x/values.yaml"); got != "vendored" {
			t.Errorf("%s, by force: %q", name, got)
		}
	}
}
