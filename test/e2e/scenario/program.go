package scenario

import (
	"os/exec"
	"path/filepath"
)

// program builds the program as its users have it.
func program(s *S) string {
	s.Helper()
	file := filepath.Join(s.Cluster.Dir, "aicr")
	cmd := exec.CommandContext(s.ctx, "go", "build", "-o", file, "github.com/aicr-flux/aicr/cmd/aicr")
	if out, err := cmd.CombinedOutput(); err != nil {
		s.Fatalf("go build: %v\n%s", err, out)
	}
	return file
}
