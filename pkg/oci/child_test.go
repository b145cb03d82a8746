package oci

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/bundle"
)

// The variables by which a test runs its own program again as another process: it packs the bundle
// in childDir, pushes it to childRegistry where that is set, and prints the digest and the most
// memory that it had, in KiB.
const (
	childDir      = "AICR_TEST_DIR"
	childRegistry = "AICR_TEST_REGISTRY"
)

func runChild() bool {
	dir := os.Getenv(childDir)
	if dir == "" {
		return false
	}
	if err := child(dir, os.Getenv(childRegistry)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return true
}

func child(dir, registry string) error {
	ctx := context.Background()
	files, err := bundle.Read(ctx, os.DirFS(dir), "kustomization.yaml")
	if err != nil {
		return err
	}
	a, err := Pack(ctx, files, PackOptions{})
	if err != nil {
		return err
	}
	defer a.Close()
	if registry != "" {
		ref := Reference{Registry: registry, Repository: "org/bundle", Tag: "v1"}
		if _, err := Push(ctx, ref, a, PushOptions{Connection: plain()}); err != nil {
			return err
		}
	}
	peak, err := peakMemory()
	fmt.Println(a.Digest(), peak)
	return err
}

// peakMemory is the most memory that this process had, in KiB; 0 where the system does not tell.
func peakMemory() (kib int, err error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, nil
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	_, err = fmt.Sscan(rest, &kib)
	return kib, err
}

// inChild runs the program of this test again, by a shell command that ends in "$0".
func inChild(t testing.TB, shell, dir string, env ...string) (digest string, peak int) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", shell, program)
	cmd.Env = append(os.Environ(), append(env, childDir+"="+abs)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Sscan(string(out), &digest, &peak); err != nil {
		t.Fatal(err)
	}
	return digest, peak
}
