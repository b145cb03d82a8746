package verify

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/internal/rollout"
)

// maxTogether bounds the files of one build: the time that kustomize takes grows
// with the square of the number of objects.
const maxTogether = 64

// kustomizationNames are the files that make a directory a kustomization.
var kustomizationNames = []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}

// gather builds a listing that only gathers, some files at a time, and returns
// how many objects came out.
func gather(ctx context.Context, tree *rollout.Tree, files []string) (int, error) {
	chunks := slices.Collect(slices.Chunk(files, maxTogether))
	counts := make([]int, len(chunks))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, chunk := range chunks {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			memory := filesys.MakeFsInMemory()
			for _, file := range chunk {
				if err := copyInto(memory, tree, file); err != nil {
					return err
				}
			}
			root := types.Kustomization{Resources: chunk}
			root.FixKustomization()
			text, err := yaml.Marshal(root)
			if err != nil {
				return err
			}
			if err := memory.WriteFile("kustomization.yaml", text); err != nil {
				return err
			}
			counts[i], err = build(memory)
			return err
		})
	}
	err := group.Wait()
	total := 0
	for _, count := range counts {
		total += count
	}
	return total, err
}

// buildWhole builds the root as it is.
func buildWhole(tree *rollout.Tree) (int, error) {
	memory := filesys.MakeFsInMemory()
	for _, file := range tree.Paths() {
		if path.Ext(file) == ".tgz" || !tree.IsFile(file) {
			continue
		}
		if err := copyInto(memory, tree, file); err != nil {
			return 0, err
		}
	}
	return build(memory)
}

// build runs kustomize, and returns how many objects came out. It must be sure
// that the build asks no other server: see selfContained.
func build(memory filesys.FileSystem) (count int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the build panics: %v", r)
		}
	}()
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(memory, ".")
	if err != nil {
		return 0, err
	}
	return resources.Size(), nil
}

func copyInto(memory filesys.FileSystem, tree *rollout.Tree, file string) error {
	data, err := tree.Read(file)
	if err != nil {
		return err
	}
	return memory.WriteFile(file, data)
}

// readKustomization reads one as kustomize does.
func readKustomization(tree *rollout.Tree, file string) (*types.Kustomization, error) {
	data, err := tree.Read(file)
	if err != nil {
		return nil, err
	}
	k := &types.Kustomization{}
	if err := k.Unmarshal(data); err != nil {
		return nil, err
	}
	k.FixKustomization()
	if problems := k.EnforceFields(); len(problems) > 0 {
		return nil, fmt.Errorf("%s", strings.Join(problems, "; "))
	}
	return k, nil
}

// kustomizationIn returns the file that makes dir a kustomization; "" where there
// is none.
func kustomizationIn(tree *rollout.Tree, dir string) string {
	for _, name := range kustomizationNames {
		if file := path.Join(dir, name); tree.IsFile(file) {
			return file
		}
	}
	return ""
}

var remotePattern = regexp.MustCompile(`(?i)://|https?:`)

// selfContained follows the kustomizations from dir on, and returns why a build
// might ask another server or run a program; "" where it cannot. Whatever is no
// file and no directory of the tree, kustomize takes for a repository to clone.
func selfContained(tree *rollout.Tree, dir string, visited map[string]bool) string {
	file := kustomizationIn(tree, dir)
	if visited[dir] || file == "" {
		return ""
	}
	visited[dir] = true
	data, err := tree.Read(file)
	if err != nil {
		return file + " cannot be read"
	}
	k := &types.Kustomization{}
	if err := yaml.Unmarshal(data, k); err != nil {
		return file + " cannot be read"
	}
	plain, err := yaml.Marshal(k) // no escapes hide anything in it
	if err != nil {
		return file + " cannot be read"
	}
	switch {
	case strings.Contains(string(data), "://") || remotePattern.Match(plain):
		return file + " names a URL"
	case len(k.Generators)+len(k.Transformers)+len(k.Validators) > 0:
		return file + " has generators, transformers or validators of its own"
	case len(k.HelmCharts)+len(k.HelmChartInflationGenerator) > 0:
		return file + " renders Helm charts"
	}
	for _, entry := range slices.Concat(k.Resources, k.Bases, k.Components) {
		target := path.Join(dir, entry)
		if path.IsAbs(entry) || !tree.IsFile(target) && (!tree.IsDir(target) || kustomizationIn(tree, target) == "") {
			return fmt.Sprintf("%s names %q, which the bundle does not hold", file, entry)
		}
		if tree.IsDir(target) {
			if why := selfContained(tree, target, visited); why != "" {
				return why
			}
		}
	}
	return ""
}
