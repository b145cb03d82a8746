package cli_test

import (
	"context"
	stderrors "errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/examples"
	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/verify"
)

// Example_bundle is the first program of docs/reference/library.md.
func Example_bundle() {
	ctx, dir := context.Background(), exampleDir()
	defer os.RemoveAll(dir)

	out, err := aicr.Bundle(ctx, aicr.BundleOptions{
		Recipe:  filepath.Join(dir, "recipe.yaml"),
		Output:  filepath.Join(dir, "bundle"),
		Options: deployer.Options{RepoURL: "https://github.com/org/repo.git"},
		Set:     []aicr.Assignment{{Component: "gpu-operator", Path: "driver.version", Value: "580.82.07"}},
	})
	switch {
	case stderrors.Is(err, errors.ErrCodeConflict):
		fmt.Println("somebody edited the bundle:", err)
		return
	case err != nil:
		fmt.Println(err)
		return
	}
	for _, r := range out.Releases[:3] {
		fmt.Println(r.Name, r.Version, r.DependsOn)
	}

	// Output:
	// cert-manager 1.20.2 []
	// nfd 0.18.3 [cert-manager]
	// prometheus-operator-crds 28.0.1 [nfd]
}

// Example_generator is the second one.
func Example_generator() {
	ctx, dir := context.Background(), exampleDir()
	defer os.RemoveAll(dir)

	g := &flux.Generator{
		RecipeResult: &recipe.RecipeResult{ComponentRefs: []recipe.ComponentRef{
			{Name: "cert-manager", Namespace: "cert-manager", Source: "https://charts.jetstack.io", Version: "v1.20.2"},
		}},
		ComponentValues: map[string]map[string]any{
			"cert-manager": {"crds": map[string]any{"enabled": true}},
		},
		IncludeChecksums: true,
	}
	out, err := g.Generate(ctx, filepath.Join(dir, "bundle"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(out.Files), "files")

	// Output:
	// 7 files
}

// Example_verify is the third one.
func Example_verify() {
	ctx, dir := context.Background(), exampleDir()
	defer os.RemoveAll(dir)
	if _, err := aicr.Bundle(ctx, aicr.BundleOptions{Recipe: filepath.Join(dir, "recipe.yaml"), Output: filepath.Join(dir, "bundle")}); err != nil {
		fmt.Println(err)
		return
	}

	report, err := verify.Bundle(ctx, os.DirFS(filepath.Join(dir, "bundle")), verify.Options{FluxVersion: "2.8"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, finding := range report.Findings {
		fmt.Println(finding.Severity, finding.Check, finding.Place)
	}
	fmt.Println(report.Summary())

	// Output:
	// warning source-placeholder sources/gitrepo-github-com-your-org-your-repo.yaml:8: GitRepository flux-system/github-com-your-org-your-repo: spec.url
	// 1 warning; the charts of 11 releases were not looked at
}

// exampleDir writes an example recipe, as aicr init does.
func exampleDir() string {
	dir, err := os.MkdirTemp("", "aicr")
	if err != nil {
		log.Fatal(err)
	}
	files, err := examples.Files("eks-h100-training")
	if err != nil {
		log.Fatal(err)
	}
	for path, data := range files {
		file := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			log.Fatal(err)
		}
		if err := os.WriteFile(file, data, 0o644); err != nil {
			log.Fatal(err)
		}
	}
	return dir
}

// TestMarkdown_ProgramsCompile wants the Go programs of the library's page to
// be those above.
func TestMarkdown_ProgramsCompile(t *testing.T) {
	compiled := unindented(t, "library_test.go")
	count := 0
	for _, part := range strings.Split(unindented(t, "../../docs/reference/library.md"), "\n```go\n")[1:] {
		code, _, _ := strings.Cut(part, "\n```")
		count++
		if !strings.Contains(compiled, code) {
			t.Errorf("this code is not in library_test.go:\n%s", code)
		}
	}
	if count < 3 {
		t.Errorf("only %d programs found", count)
	}
}

func unindented(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(data), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(lines, "\n")
}
