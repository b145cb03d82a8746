package checks_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/verify"
)

// TestBundlesOfOthers verifies trees as people write them by hand. What the report says of each
// stands beside it, to be read as its author would.
func TestBundlesOfOthers(t *testing.T) {
	for _, name := range others(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join("testdata", "others", name)
			got := golden(verifyAll(t, os.DirFS(dir), verify.Options{}))
			if os.Getenv("UPDATE_GOLDEN") != "" {
				if err := os.WriteFile(dir+".txt", []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(dir + ".txt")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("the report has changed (-want +got):\n%s", diff)
			}
		})
	}
}

// others are the names of the trees.
func others(t testing.TB) []string {
	t.Helper()
	entries, err := os.ReadDir("testdata/others")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		if entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	if len(names) == 0 {
		t.Fatal("testdata/others holds no tree")
	}
	return names
}

// golden is a report as it is compared: no remedies, which are the checks' own.
func golden(report verify.Report) string {
	var b strings.Builder
	for _, f := range report.Findings {
		b.WriteString(f.Severity.String() + " " + f.Check + "\n  " + f.String() + "\n  " + f.Message + "\n")
	}
	for _, line := range report.NotSeen {
		b.WriteString("not seen\n  " + line + "\n")
	}
	return b.String()
}
