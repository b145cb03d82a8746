package flux_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// exampleRecipe is what recipe.Load returns for a recipe file.
func exampleRecipe() *recipe.RecipeResult {
	return &recipe.RecipeResult{
		ComponentRefs: []recipe.ComponentRef{
			{Name: "cert-manager", Namespace: "cert-manager", Source: "https://charts.jetstack.io", Version: "v1.17.2"},
			{Name: "gpu-operator", Namespace: "gpu-operator", Source: "https://helm.ngc.nvidia.com/nvidia", Version: "v25.3.0", DependencyRefs: []string{"cert-manager"}},
			{Name: "tuning", Namespace: "gpu-operator", DependencyRefs: []string{"gpu-operator"}},
		},
	}
}

// A bundle in a directory, to be committed to a Git repository.
func ExampleGenerator_Generate() {
	dir, err := os.MkdirTemp("", "bundle-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	generator := &flux.Generator{
		RecipeResult:    exampleRecipe(),
		ComponentValues: map[string]map[string]any{"gpu-operator": {"driver": map[string]any{"enabled": true}}},
		ComponentManifests: map[string]map[string][]byte{
			"tuning": {"components/tuning/manifests/tuning.yaml": []byte("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: tuning\n")},
		},
		RepoURL:          "https://github.com/my-org/my-gitops-repo.git",
		IncludeChecksums: true,
	}
	output, err := generator.Generate(context.Background(), dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range output.Releases {
		fmt.Printf("%s %s from %s, after %v\n", r.Name, r.Chart, r.Source, r.DependsOn)
	}
	fmt.Println(len(output.Files), "files")
	// Output:
	// cert-manager cert-manager from https://charts.jetstack.io, after []
	// gpu-operator gpu-operator from https://helm.ngc.nvidia.com/nvidia, after [cert-manager]
	// tuning tuning from local, after [gpu-operator]
	// 16 files
}

// A plan says what will be released, and writes nothing.
func ExampleGenerator_Plan() {
	generator := &flux.Generator{
		RecipeResult: exampleRecipe(),
		ComponentManifests: map[string]map[string][]byte{
			"tuning": {"tuning.yaml": []byte("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: tuning\n")},
		},
		Ordering: flux.OrderGraph,
	}
	plan, err := generator.Plan(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range plan.Releases {
		fmt.Printf("%s in %s waits for %v\n", r.Name, r.TargetNamespace, r.DependsOn)
	}
	for _, repo := range plan.Repositories {
		fmt.Println(repo.Name, repo.URL)
	}
	// Output:
	// cert-manager in cert-manager waits for []
	// gpu-operator in gpu-operator waits for [cert-manager]
	// tuning in gpu-operator waits for [gpu-operator]
	// charts-jetstack-io https://charts.jetstack.io
	// helm-ngc-nvidia-com-nvidia https://helm.ngc.nvidia.com/nvidia
}

// In OCI mode the cluster pulls the bundle as an artifact, and an
// ArtifactGenerator cuts each local chart out of it.
func ExampleGenerator_ociMode() {
	generator := &flux.Generator{
		RecipeResult: exampleRecipe(),
		ComponentManifests: map[string]map[string][]byte{
			"tuning": {"tuning.yaml": []byte("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: tuning\n")},
		},
		OCISourceName: "aicr-bundle",
	}
	plan, err := generator.Plan(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	files, err := plan.Render()
	if err != nil {
		log.Fatal(err)
	}
	for _, path := range files.Paths() {
		fmt.Println(path)
	}
	// Output:
	// README.md
	// bundle-info.yaml
	// cert-manager/helmrelease.yaml
	// gpu-operator/helmrelease.yaml
	// kustomization.yaml
	// recipe.yaml
	// sources/helmrepo-charts-jetstack-io.yaml
	// sources/helmrepo-helm-ngc-nvidia-com-nvidia.yaml
	// tuning/Chart.yaml
	// tuning/artifactgenerator.yaml
	// tuning/chart-hb628e83ad978.yaml
	// tuning/helmrelease.yaml
	// tuning/templates/tuning.yaml
}
