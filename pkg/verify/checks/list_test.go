package checks_test

import (
	"bytes"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/verify"
	"github.com/aicr-flux/aicr/pkg/verify/checks"
)

// TestListIsGenerated writes the list of checks anew, in a copy of the package's files.
func TestListIsGenerated(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(".")); err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir() + "/list"
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin, "./internal/list").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.CommandContext(t.Context(), bin)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want, err := os.ReadFile(dir + "/list.go")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile("list.go"); err != nil || !bytes.Equal(got, want) {
		t.Errorf("list.go is not up to date (%v); run make generate", err)
	}
}

// TestEveryCheckRunsAfterWhatItLooksAt, and all checks are run.
func TestEveryCheckRunsAfterWhatItLooksAt(t *testing.T) {
	var before []string
	for _, c := range verify.Checks() {
		for _, id := range slices.Concat(c.Unless, c.After) {
			if !slices.Contains(before, id) {
				t.Errorf("%s runs before %s", c.ID, id)
			}
		}
		before = append(before, c.ID)
	}
	slices.Sort(before)
	var pages []string
	files, err := os.ReadDir("pages")
	for _, file := range files {
		pages = append(pages, strings.TrimSuffix(file.Name(), ".md"))
	}
	slices.Sort(pages)
	if diff := cmp.Diff(before, pages); diff != "" || err != nil {
		t.Errorf("checks and pages (-checks +pages, %v):\n%s", err, diff)
	}
	for _, id := range before {
		if checks.Why(id) == "" {
			t.Errorf("the page of %s does not say why", id)
		}
	}
}
