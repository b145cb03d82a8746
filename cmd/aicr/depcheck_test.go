package main

import (
	"os/exec"
	"strings"
	"testing"
)

// TestTheProgramLinksNoMoreThanItNeeds keeps the binary small and quick to start, and without code that nobody calls.
// The tests' own judge must not become part of the program; of Helm it has what loads and renders charts, and
// never what installs them, fetches them or talks to a cluster.
func TestTheProgramLinksNoMoreThanItNeeds(t *testing.T) {
	linked := linkedBy(t, ".")
	for _, dependency := range linked {
		if why := refusedInTheProgram(dependency); why != "" {
			t.Errorf("cmd/aicr links %s: %s", dependency, why)
		}
	}
}

// TestPlainRoomsStayPlain: to write a bundle takes none of what judges one.
func TestPlainRoomsStayPlain(t *testing.T) {
	for _, room := range []string{"pkg/deployer/flux", "pkg/bundle", "pkg/oci", "pkg/chartpull", "pkg/localformat", "pkg/recipe"} {
		for _, dependency := range linkedBy(t, "../../"+room) {
			for _, heavy := range []string{"k8s.io/", "helm.sh/", "sigs.k8s.io/kustomize/"} {
				if strings.HasPrefix(dependency, heavy) {
					t.Errorf("%s links %s", room, dependency)
				}
			}
		}
	}
}

// refusedInTheProgram says why the program may not link the package, or nothing.
func refusedInTheProgram(dependency string) string {
	if strings.HasPrefix(dependency, "github.com/aicr-flux/aicr/internal/proof") {
		return "it judges bundles in tests"
	}
	helm, ok := strings.CutPrefix(dependency, "helm.sh/helm/")
	if !ok {
		return ""
	}
	_, helm, _ = strings.Cut(helm, "/") // the major version
	if strings.HasPrefix(helm, "pkg/chart/v2/lint") {
		return "its rules cost every start 2 ms; internal/helmchart has rules of its own"
	}
	for _, room := range []string{"pkg/chart", "pkg/engine", "pkg/ignore", "pkg/release/v1/util", "pkg/release/v1", "pkg/release/common", "internal"} {
		if helm == room || strings.HasPrefix(helm, room+"/") {
			return ""
		}
	}
	return "only Helm's chart, engine, ignore and release/v1/util are for the program"
}

func linkedBy(t *testing.T, pkg string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", pkg).Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	all := strings.Fields(string(out))
	// A list that lacks even this would find nothing to complain of.
	if len(all) < 50 || !strings.HasPrefix(all[len(all)-1], "github.com/aicr-flux/aicr/") {
		t.Fatalf("go list -deps %s does not end in the package itself:\n%s", pkg, out)
	}
	return all
}

func TestRefusedInTheProgram(t *testing.T) {
	for dependency, refused := range map[string]bool{
		"helm.sh/helm/v4/pkg/chart/v2/loader":      false,
		"helm.sh/helm/v4/pkg/engine":               false,
		"helm.sh/helm/v4/pkg/release/v1/util":      false,
		"helm.sh/helm/v4/pkg/action":               true,
		"helm.sh/helm/v4/pkg/getter":               true,
		"helm.sh/helm/v4/pkg/repo/v1":              true,
		"helm.sh/helm/v4/pkg/downloader":           true,
		"helm.sh/helm/v4/pkg/registry":             true,
		"helm.sh/helm/v4/pkg/cli":                  true,
		"helm.sh/helm/v4/pkg/kube":                 true,
		"helm.sh/helm/v4/pkg/storage/driver":       true,
		"github.com/aicr-flux/aicr/internal/proof": true,
		"k8s.io/apimachinery/pkg/apis/meta/v1":     false,
	} {
		if got := refusedInTheProgram(dependency) != ""; got != refused {
			t.Errorf("%s: refused %t, want %t", dependency, got, refused)
		}
	}
}
