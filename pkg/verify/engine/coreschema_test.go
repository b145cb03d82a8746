package engine

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestMergeKeysAreThoseOfKubernetes keeps the quick look for entries with one key
// from overlooking any that server-side apply finds.
func TestMergeKeysAreThoseOfKubernetes(t *testing.T) {
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "k8s.io/client-go").Output()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(strings.TrimSpace(string(dir)) + "/applyconfigurations/internal/internal.go")
	if err != nil {
		t.Fatal(err)
	}
	onlyOfConditions := []string{"type", "status"}
	lists := regexp.MustCompile(`elementRelationship: associative\n +keys:\n((?: +- \w+\n)+)`).FindAllStringSubmatch(string(text), -1)
	if len(lists) < 50 {
		t.Fatalf("%d lists with keys: the text has another form now", len(lists))
	}
	for _, m := range lists {
		keys := regexp.MustCompile(`\w+`).FindAllString(m[1], -1)
		if !slices.ContainsFunc(keys, func(key string) bool { return slices.Contains(mergeKeys, key) }) && !slices.Contains(onlyOfConditions, keys[0]) {
			t.Errorf("a list is merged by %v, and none of these is looked at", keys)
		}
	}
}
