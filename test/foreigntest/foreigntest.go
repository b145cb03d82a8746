// Package foreigntest writes the bundle that AICR itself makes for Flux, for tests of what comes
// after it.
package foreigntest

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/values"
)

// foreign writes the bundle that AICR 1.3 makes for Flux in Git mode, by what is known of its files.
// It knows nothing of how this program makes one.
type foreign struct {
	t     *testing.T
	in    deployer.Input
	repo  string
	files map[string]string
	order []string // in which AICR lists its files
	info  deployer.Info
}

// Bundle returns AICR's bundle of an input, by path, for the root of a Git repository.
func Bundle(t *testing.T, in deployer.Input, repo string) map[string]string {
	t.Helper()
	f := &foreign{t: t, in: in, repo: repo, files: map[string]string{}}
	order, err := in.Recipe.Order()
	if err != nil {
		t.Fatal(err)
	}
	var root []string
	repos := map[string]bool{}
	for _, name := range order {
		f.component(in.Recipe.Component(name))
		if ref := in.Recipe.Component(name); !ref.ManifestOnly() {
			repos[ref.Source] = true
		}
	}
	for _, repo := range slices.Sorted(maps.Keys(repos)) {
		spec := map[string]any{"interval": "10m", "url": repo}
		if strings.HasPrefix(repo, "oci://") {
			spec["type"] = "oci"
		}
		root = append(root, f.object("sources/helmrepo-"+foreignName(repo)+".yaml", "source.toolkit.fluxcd.io/v1", "HelmRepository", foreignName(repo), spec))
	}
	root = append(root, f.object("sources/gitrepo-"+foreignName(f.repo)+".yaml", "source.toolkit.fluxcd.io/v1", "GitRepository", foreignName(f.repo),
		map[string]any{"interval": "10m", "url": f.repo, "ref": map[string]any{"branch": "main"}}))
	for _, file := range f.order {
		if name := path.Base(file); name == "helmrelease.yaml" || name == "configmap-values.yaml" {
			root = append(root, file)
		}
	}
	f.yaml("kustomization.yaml", map[string]any{"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": root})
	f.add("README.md", "# AICR Flux Bundle\n")
	f.describe(order)
	var sums strings.Builder
	for _, file := range f.order {
		sums.WriteString(Sum(f.files[file]) + "  " + file + "\n")
	}
	f.files["checksums.txt"] = sums.String()
	return f.files
}

func (f *foreign) add(file, text string) {
	f.files[file] = text
	f.order = append(f.order, file)
}

func (f *foreign) yaml(file string, v any) {
	f.t.Helper()
	data, err := yaml.Marshal(v)
	if err != nil {
		f.t.Fatal(err)
	}
	f.add(file, string(data))
}

func (f *foreign) object(file, version, kind, name string, spec map[string]any) string {
	f.yaml(file, map[string]any{"apiVersion": version, "kind": kind, "metadata": map[string]any{"name": name, "namespace": "flux-system"}, "spec": spec})
	return file
}

// component writes the releases of a component.
func (f *foreign) component(ref *recipe.ComponentRef) {
	var before []string
	for _, dep := range ref.DependencyRefs {
		if of := f.in.Recipe.Component(dep); of != nil && of.Enabled() {
			last := dep
			if !of.ManifestOnly() && len(f.in.Manifests[dep]) > 0 {
				last += "-post"
			}
			before = append(before, last)
		}
	}
	slices.Sort(before)
	if pre := f.in.PreManifests[ref.Name]; len(pre) > 0 {
		before = f.manifests(ref, ref.Name+"-pre", pre, before)
	}
	if ref.ManifestOnly() {
		f.manifests(ref, ref.Name, f.in.Manifests[ref.Name], before)
		return
	}
	version := ref.Version
	if !strings.HasPrefix(ref.Source, "oci://") {
		version = strings.TrimPrefix(version, "v")
	}
	inline := values.Clone(f.in.Values[ref.Name])
	var dynamic [][]string
	for _, path := range f.in.DynamicValues[ref.Name] {
		dynamic = append(dynamic, strings.Split(path, "."))
	}
	own, unset, err := values.Split(inline, dynamic)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, keys := range unset {
		values.Set(own, keys, "") // and so hides the chart's default
	}
	f.release(ref, ref.Name, false, map[string]any{
		"chart": ref.ChartName(), "version": version, "interval": "5m",
		"sourceRef": map[string]any{"kind": "HelmRepository", "name": foreignName(ref.Source), "namespace": "flux-system"},
	}, before, inline, own)
	if post := f.in.Manifests[ref.Name]; len(post) > 0 {
		f.manifests(ref, ref.Name+"-post", post, []string{ref.Name})
	}
}

// manifests writes a release of manifests, which keep their whole path.
func (f *foreign) manifests(ref *recipe.ComponentRef, name string, files map[string][]byte, before []string) []string {
	f.add(name+"/Chart.yaml", fmt.Sprintf("apiVersion: v2\nname: %s\nversion: 1.3.0\nappVersion: \"1.3.0\"\ntype: application\nannotations:\n  aicr.run/generated-by: aicr\n", name))
	reads := false
	for _, file := range slices.Sorted(maps.Keys(files)) {
		f.add(name+"/templates/"+file, string(files[file]))
		reads = reads || strings.Contains(string(files[file]), ".Values")
	}
	var inline map[string]any
	if reads {
		inline = map[string]any{ref.Name: f.in.Values[ref.Name]}
	}
	f.release(ref, name, true, map[string]any{
		"chart": "./" + name, "version": "1.3.0", "interval": "5m",
		"sourceRef": map[string]any{"kind": "GitRepository", "name": foreignName(f.repo), "namespace": "flux-system"},
	}, before, inline, nil)
	return []string{name}
}

func (f *foreign) release(ref *recipe.ComponentRef, name string, local bool, chart map[string]any, before []string, inline, own map[string]any) {
	spec := map[string]any{
		"interval": "10m", "targetNamespace": ref.Namespace, "install": map[string]any{"createNamespace": true}, "chart": map[string]any{"spec": chart},
	}
	if f.in.OwnsCRDs[ref.Name] && !local {
		spec["upgrade"] = map[string]any{"crds": "CreateReplace"}
	}
	var waits []any
	for _, dep := range before {
		waits = append(waits, map[string]any{"name": dep})
	}
	if len(waits) > 0 {
		spec["dependsOn"] = waits
	}
	if len(inline) > 0 {
		spec["values"] = inline
	}
	if len(own) > 0 {
		text, err := yaml.Marshal(own)
		if err != nil {
			f.t.Fatal(err)
		}
		f.yaml(name+"/configmap-values.yaml", map[string]any{
			"apiVersion": "v1", "kind": "ConfigMap",
			"metadata": map[string]any{"name": name + "-values", "namespace": "flux-system"}, "data": map[string]any{"values.yaml": string(text)},
		})
		spec["valuesFrom"] = []any{map[string]any{"kind": "ConfigMap", "name": name + "-values"}}
	}
	f.object(name+"/helmrelease.yaml", "helm.toolkit.fluxcd.io/v2", "HelmRelease", name, spec)
	f.info.Layout.Releases = append(f.info.Layout.Releases, deployer.InfoRelease{Name: name, Component: ref.Name, Namespace: ref.Namespace, Path: name, Manifest: name + "/helmrelease.yaml"})
}

// describe writes recipe.yaml and bundle-info.yaml.
func (f *foreign) describe(order []string) {
	f.t.Helper()
	doc, err := f.in.Recipe.Bundled().YAML()
	if err != nil {
		f.t.Fatal(err)
	}
	f.add("recipe.yaml", string(doc))
	info := &f.info
	info.APIVersion, info.Kind, info.Metadata.Version = "aicr.run/v1", "BundleInfo", "v1.3.0"
	info.Build.Deployer, info.Build.Recipe.Path, info.Build.Recipe.Version = "flux", "recipe.yaml", "v1.3.0"
	info.Build.Recipe.Digest = "sha256:" + Sum(string(doc))
	info.Build.Settings = deployer.InfoSettings{Checksums: true, Components: order, RepoURL: f.repo, TargetRevision: "main"}
	info.Layout.Entrypoint = "kustomization.yaml"
	f.yaml("bundle-info.yaml", info)
}

var foreignRuns = regexp.MustCompile(`[^a-z0-9-]+`)

// foreignName is how AICR names the source of a URL.
func foreignName(url string) string {
	_, name, _ := strings.Cut(url, "://")
	name = strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(name), "/"), ".git")
	name = foreignRuns.ReplaceAllString(name, "-")
	return name[:min(len(name), 63)]
}

// Sum is how checksums.txt has a text.
func Sum(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }
