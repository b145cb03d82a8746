package aicr

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// listing is a deployer whose bundles are a list of the components.
type listing struct{}

func (listing) Make(_ context.Context, in deployer.Input) (*deployer.Bundle, error) {
	b := &deployer.Bundle{Files: &bundle.Files{}, Root: "components.txt"}
	var names []string
	for _, ref := range in.Recipe.ComponentRefs {
		names = append(names, ref.Name+" "+ref.Version)
	}
	b.Output.DeploymentSteps = []string{"Read the list"}
	return b, b.Files.Add(b.Root, []byte(strings.Join(names, "\n")+"\n"))
}

func (listing) Sync(s deployer.Sync) (*deployer.Synced, error) {
	return &deployer.Synced{Sync: s, YAML: []byte("url: " + s.URL + "\n"), Watch: "Watch the list"}, nil
}

// TestADeployerIsALineOfTheTable: nothing else in this room knows which there are.
func TestADeployerIsALineOfTheTable(t *testing.T) {
	dir := t.TempDir()
	recipe, out := filepath.Join(dir, "recipe.yaml"), filepath.Join(dir, "out")
	if err := os.WriteFile(recipe, []byte("componentRefs:\n- {name: a, namespace: a, source: 'https://charts.example.com', version: 1.0.0}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tools := map[string]tool{"listing": {Deployer: listing{}}}
	o := BundleOptions{
		Recipe: recipe, Output: out, Deployer: "listing",
		Options: deployer.Options{RepoURL: "https://git.example.com/org/repo.git", RepoPath: "."}, Publish: Publish{Sync: Sync{File: filepath.Join(dir, "sync.yaml")}},
	}
	result, err := runBundle(t.Context(), o, tools)
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{filepath.Join(out, "components.txt"): "a 1.0.0\n", o.Sync.File: string(sealed([]byte("url: https://git.example.com/org/repo.git\n")))} {
		if got, err := os.ReadFile(file); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", file, got, err)
		}
	}
	if steps := result.DeploymentSteps; len(steps) != 3 || steps[2] != "Watch the list" {
		t.Errorf("the steps are %q", steps)
	}
	// A later run knows the bundle by its root file, and what the first one made is its own.
	o.Set = []Assignment{{Component: "a", Path: "b", Value: 1}}
	if _, err := runBundle(t.Context(), o, tools); err != nil {
		t.Error(err)
	}
	o.Deployer = "flux"
	if _, err := runBundle(t.Context(), o, tools); errors.CodeOf(err) != errors.ErrCodeInvalidRequest || !strings.Contains(err.Error(), "is unknown; use listing") {
		t.Errorf("got %v", err)
	}
	if !slices.Contains(Deployers(), "flux") {
		t.Errorf("the program has %q", Deployers())
	}
}
