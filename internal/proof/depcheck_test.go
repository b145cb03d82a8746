package proof

import (
	"os/exec"
	"strings"
	"testing"
)

// TestTheProgramLinksNoneOfThis keeps the binary small and quick to start: what judges a bundle in tests must not
// become part of what writes one. Kubernetes' plain YAML library is the exception.
func TestTheProgramLinksNoneOfThis(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "../../cmd/aicr").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	if !strings.Contains(string(out), "github.com/aicr-flux/aicr/pkg/flux") {
		t.Fatalf("go list names no package that the program surely links:\n%s", out)
	}
	for dependency := range strings.FieldsSeq(string(out)) {
		for _, heavy := range []string{"k8s.io/", "helm.sh/", "sigs.k8s.io/kustomize/", "github.com/aicr-flux/aicr/internal/proof"} {
			if strings.HasPrefix(dependency, heavy) {
				t.Errorf("cmd/aicr links %s", dependency)
			}
		}
	}
}
