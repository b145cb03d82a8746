package kubeschema_test

import (
	"os"
	"regexp"
	"testing"
)

// TestCRDsAreOfTheRequiredModules proves that nobody moves a Flux API without generating its CRDs
// again.
func TestCRDsAreOfTheRequiredModules(t *testing.T) {
	stated := moduleVersions(t, "crds/README.md", `(?m)^\| 2\.9 \| (github\.com/fluxcd/\S+) \| (v\S+) \|$`)
	required := moduleVersions(t, "../../go.mod", `(?m)^\s*(github\.com/fluxcd/\S+) (v\S+)`)
	if len(stated) == 0 {
		t.Fatal("crds/README.md states no module: run go generate ./internal/kubeschema")
	}
	for module, version := range stated {
		if required[module] != version {
			t.Errorf("the CRDs of %s are of %s, go.mod requires %q: run go generate ./internal/kubeschema", module, version, required[module])
		}
	}
}

func moduleVersions(t *testing.T, file, pattern string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	versions := map[string]string{}
	for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(text), -1) {
		versions[match[1]] = match[2]
	}
	return versions
}
