//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// TestHazard73_AFileThatAFlagNamesEnds names what is no file, or has no end, by every flag that names a
// file to be read.
func TestHazard73_AFileThatAFlagNamesEnds(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	write(t, dir, "recipe.yaml", "componentRefs: [{name: a, namespace: a, source: 'https://charts.example.com', version: 1.2.3}]\n")
	write(t, dir, "closed", "")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.Chmod(at("closed"), 0))
	must(os.Mkdir(at("dir"), 0o755))
	must(syscall.Mkfifo(at("fifo"), 0o600))
	must(os.WriteFile(at("huge"), nil, 0o600))
	must(os.Truncate(at("huge"), 1<<40))
	files := map[string]string{
		"/dev/zero": "is not a regular file but a device; name a file", at("dir"): "is a directory; name a file",
		at("fifo"): "is not a regular file but a pipe; name a file", at("huge"): "MiB; check that it is the right file",
		at("absent"): "does not exist; check the path",
	}
	if os.Getuid() != 0 {
		files[at("closed")] = "cannot be read: permission denied; check the path and its permissions"
	}
	bundle := []string{"bundle", "-r", at("recipe.yaml"), "-o", at("out")}
	flags := map[string][]string{
		"recipe":            {"bundle", "-o", at("out"), "-r", ""},
		"config":            append(bundle, "--config", ""),
		"config of images":  {"images", at("recipe.yaml"), "--config", ""},
		"times":             {"plan", at("recipe.yaml"), "--times", ""},
		"set-file":          append(bundle, "--set-file", "a:x="),
		"verify-provenance": append(bundle, "--vendor-charts", "--verify-provenance", ""),
		"chart-ca-file":     append(bundle, "--vendor-charts", "--chart-ca-file", ""),
		"ca-file":           {"pull", "oci://registry.invalid/a:1", at("out"), "--ca-file", ""},
	}
	for flag, args := range flags {
		for file, want := range files {
			if flag == "recipe" && file == at("fifo") {
				continue // a recipe may come out of a pipe
			}
			last := len(args) - 1
			status, _, stderr := run(t.Context(), append(slices.Clone(args[:last]), args[last]+file)...)
			if (status != 2 && status != 3) || !strings.Contains(stderr, want) || !strings.Contains(stderr, file) {
				t.Errorf("%s %s: status %d, %s", flag, file, status, stderr)
			}
		}
	}
	if _, err := os.Stat(at("out")); err == nil {
		t.Error("something is written")
	}
}
