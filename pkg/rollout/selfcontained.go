package rollout

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"
)

// ReadKustomization reads a kustomization as strictly as kustomize does.
func ReadKustomization(tree *Tree, file string) (*types.Kustomization, error) {
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

// beside follows the kustomizations of a build, and gathers the files beside the bundle that it
// reads.
type beside struct {
	tree    *Tree
	visited map[string]bool
	files   []string
}

// follow follows the kustomizations from dir on, and returns why a build might ask another server or
// run a program; "" where it cannot. kustomize fetches whatever is a URL, and takes a resource that
// is no file and no directory for a repository to clone.
func (b *beside) follow(dir string) string {
	file := b.tree.KustomizationFile(dir)
	if b.visited[dir] || file == "" {
		return ""
	}
	b.visited[dir] = true
	b.take(dir)
	data, err := b.tree.Read(file)
	if err != nil {
		return file + " cannot be read"
	}
	k := &types.Kustomization{}
	if err := yaml.Unmarshal(data, k); err != nil {
		return file + " cannot be read"
	}
	k.FixKustomization() // bases become resources
	if len(k.HelmCharts)+len(k.HelmChartInflationGenerator) > 0 {
		return file + " renders Helm charts"
	}
	for _, name := range filesOf(k) {
		if strings.Contains(name, "://") {
			return file + " names a URL"
		}
		b.take(b.tree.reach(path.Join(dir, name)))
	}
	for _, entry := range slices.Concat(k.Generators, k.Transformers, k.Validators) {
		if configured(b.tree, dir, entry) {
			return file + " has a generator, transformer or validator that names a URL"
		}
	}
	for _, entry := range slices.Concat(k.Resources, k.Components, notInline(k.Generators), notInline(k.Transformers), notInline(k.Validators)) {
		target := b.tree.reach(path.Join(dir, entry))
		if path.IsAbs(entry) || !b.tree.IsFile(target) && (!b.tree.IsDir(target) || b.tree.KustomizationFile(target) == "") {
			return fmt.Sprintf("%s names %q, which the bundle does not hold", file, WithoutUser(entry))
		}
		if b.tree.IsDir(target) {
			if why := b.follow(target); why != "" {
				return why
			}
		}
	}
	return ""
}

// take gathers a file, or those of a directory with a kustomization, if it is beside the bundle.
func (b *beside) take(name string) {
	switch {
	case !Outside(name):
	case b.tree.IsFile(name):
		b.files = append(b.files, name)
	case b.tree.KustomizationFile(name) != "":
		b.files = append(b.files, b.tree.Under(name)...)
	}
}

// configured reports whether the configuration of a plugin, which is YAML itself, a file or a
// directory, names a URL, which the plugin would fetch.
func configured(tree *Tree, dir, entry string) bool {
	if strings.Contains(entry, "\n") {
		return strings.Contains(entry, "://")
	}
	target := tree.reach(path.Join(dir, entry))
	return slices.ContainsFunc(append([]string{target}, tree.Under(target)...), func(file string) bool {
		data, err := tree.Read(file)
		return err == nil && strings.Contains(string(data), "://")
	})
}

// filesOf are the names of files that a kustomization reads.
func filesOf(k *types.Kustomization) []string {
	all := slices.Concat(k.Resources, k.Components, k.Crds, k.Configurations, notInline(k.Generators), notInline(k.Transformers), notInline(k.Validators))
	for _, p := range k.Patches {
		all = append(all, p.Path)
	}
	for _, p := range k.PatchesJson6902 { //nolint:staticcheck // kustomize still reads it
		all = append(all, p.Path)
	}
	for _, p := range k.PatchesStrategicMerge { //nolint:staticcheck // kustomize still reads it
		all = append(all, notInline([]string{string(p)})...)
	}
	for _, r := range k.Replacements {
		all = append(all, r.Path)
	}
	sources := make([]types.KvPairSources, 0, len(k.ConfigMapGenerator)+len(k.SecretGenerator))
	for _, g := range k.ConfigMapGenerator {
		sources = append(sources, g.KvPairSources)
	}
	for _, g := range k.SecretGenerator {
		sources = append(sources, g.KvPairSources)
	}
	for _, s := range sources {
		for _, file := range s.FileSources {
			all = append(all, file[strings.LastIndexByte(file, '=')+1:]) // "key=file"
		}
		all = slices.Concat(all, s.EnvSources, []string{s.EnvSource})
	}
	return append(all, k.OpenAPI["path"])
}

// notInline leaves out the entries that are themselves YAML.
func notInline(entries []string) []string {
	return slices.DeleteFunc(slices.Clone(entries), func(entry string) bool { return strings.Contains(entry, "\n") })
}

// WithoutUser leaves out what is before an @: an address may begin with a credential.
func WithoutUser(entry string) string {
	if at := strings.LastIndexByte(entry, '@'); at >= 0 {
		return "…" + entry[at:]
	}
	return entry
}
