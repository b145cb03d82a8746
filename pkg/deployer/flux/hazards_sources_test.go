package flux_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// fromEach is a generator with a chart from each of the URLs.
func fromEach(urls ...string) *flux.Generator {
	var refs []recipe.ComponentRef
	for i, u := range urls {
		ref := chartRef(fmt.Sprintf("c%d", i))
		ref.Source = u
		refs = append(refs, ref)
	}
	return newGenerator(refs...)
}

// sourceOf maps each URL as given to the name of its source.
func sourceOf(t *testing.T, urls ...string) map[string]string {
	t.Helper()
	plan, fsys, _ := proved(t, fromEach(urls...))
	names := map[string]string{}
	for _, r := range plan.Releases {
		var i int
		if _, err := fmt.Sscanf(r.Name, "c%d", &i); err != nil {
			t.Fatal(err)
		}
		names[urls[i]] = helmRelease(t, fsys, r.Name).Spec.Chart.Spec.SourceRef.Name
	}
	return names
}

var sourceName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`)

func TestHazard03_EachRepositoryHasOneNameOfItsOwn(t *testing.T) {
	if got := sourceOf(t, "https://charts.jetstack.io", "https://helm.ngc.nvidia.com/nvidia/", "https://h/a.git"); got["https://charts.jetstack.io"] != "charts-jetstack-io" ||
		got["https://helm.ngc.nvidia.com/nvidia/"] != "helm-ngc-nvidia-com-nvidia" || got["https://h/a.git"] != "h-a" {
		t.Errorf("the plain names are %v", got)
	}
	long := "https://host.example.com/" + strings.Repeat("a", 80)
	urls := []string{
		"https://h/x", "https://h/x/", "https://H/x", "HTTPS://h/x", "oci://h/x", "http://h/x", "https://h/X", "https://h/x.git", "https://h/x-", "https://h/x_y", "https://h/x-y",
		"https://h:8443/x", "https://h-8443/x", long + "1", long + "2", "https://h-x", "https://h/x/y", "https://h/%2Fx",
	}
	names := sourceOf(t, urls...)
	byName := map[string]string{}
	for _, u := range urls {
		repo, err := recipe.ParseRepository(u)
		if err != nil {
			t.Fatal(err)
		}
		name := names[u]
		if len(name) > 63 || !sourceName.MatchString(name) {
			t.Errorf("%s is named %q", u, name)
		}
		if other, taken := byName[name]; taken && other != repo.String() {
			t.Errorf("%s and %s are both named %q", u, other, name)
		}
		byName[name] = repo.String()
	}
	if names["https://h/x"] != names["https://h/x/"] || names["https://h/x"] != names["https://H/x"] || names["https://h/x"] != names["HTTPS://h/x"] {
		t.Errorf("one repository has several names: %v", names)
	}
	// No name depends on the order of the recipe.
	rng := rand.New(rand.NewPCG(3, 3))
	for range 2 {
		rng.Shuffle(len(urls), func(i, j int) { urls[i], urls[j] = urls[j], urls[i] })
		for u, name := range sourceOf(t, urls...) {
			if names[u] != name {
				t.Errorf("%s is named %q and %q", u, names[u], name)
			}
		}
	}
}

func TestHazard04_SchemesAreCaseInsensitive(t *testing.T) {
	for _, url := range []string{"oci://ghcr.io/org/charts", "OCI://ghcr.io/org/charts", "Oci://GHCR.io/org/charts/"} {
		_, fsys, _ := proved(t, fromEach(url))
		repo := readAs[sourcev1.HelmRepository](t, fsys, "sources/helmrepo-ghcr-io-org-charts.yaml")
		if repo.Spec.Type != "oci" || repo.Spec.URL != "oci://ghcr.io/org/charts" {
			t.Errorf("%s is written as %+v", url, repo.Spec)
		}
		if v := helmRelease(t, fsys, "c0").Spec.Chart.Spec.Version; v != "v1.2.3" {
			t.Errorf("the tag v1.2.3 is written as %q", v)
		}
	}
	_, fsys, _ := proved(t, fromEach("HTTPS://charts.example.com"))
	if repo := readAs[sourcev1.HelmRepository](t, fsys, "sources/helmrepo-charts-example-com.yaml"); repo.Spec.Type != "" || repo.Spec.URL != "https://charts.example.com" {
		t.Errorf("%+v", repo.Spec)
	}
	if v := helmRelease(t, fsys, "c0").Spec.Chart.Spec.Version; v != "1.2.3" {
		t.Errorf("version v1.2.3 is written as %q", v)
	}
	for _, url := range []string{"git://h/x", "file:///x", "s3://h/x", "h/x", "ftp://h/x"} {
		refuses(t, fromEach(url), "https://, http:// or oci://")
	}
}

func TestHazard17_CredentialsInURLsAreRefused(t *testing.T) {
	const secret = "hunter2"
	for _, url := range []string{"https://user:" + secret + "@h/x", "https://" + secret + "@h/x", "oci://a:" + secret + "@h/x", "https://h/x?token=" + secret} {
		g := fromEach(url)
		_, err := g.Plan(t.Context())
		wantInvalid(t, err, "secretRef", "`ChartRepoSecrets`")
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the message tells the secret: %v", err)
		}
		if strings.HasPrefix(url, "oci:") {
			continue
		}
		g = newGenerator(chartRef("gpu"))
		g.RepoURL = url
		_, err = g.Plan(t.Context())
		wantInvalid(t, err, "Git repository's URL")
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the message tells the secret: %v", err)
		}
	}
	g := newGenerator(chartRef("gpu"))
	g.RepoURL = "ssh://git:" + secret + "@h/x"
	refuses(t, g, "secretRef", "`RepoSecret`")

	// What the messages advise works.
	g = newGenerator(chartRef("gpu"), manifestRef("other"))
	g.ComponentManifests["other"] = manifests("m.yaml", manifest)
	g.RepoSecret, g.ChartRepoSecrets = "git-login", map[string]string{"Charts.Example.com": "chart-login"}
	plan, fsys, _ := proved(t, g)
	samePlan(t, plan, fsys)
	if plan.Git.Secret != "git-login" || plan.Repositories[0].Secret != "chart-login" {
		t.Errorf("%+v %+v", plan.Git, plan.Repositories)
	}
	g.ChartRepoSecrets = map[string]string{"other.example.com": "x"}
	refuses(t, g, "other.example.com", "charts.example.com")
}

func TestHazard22_GitRepositoryOnlyWhereALocalChartNeedsIt(t *testing.T) {
	gitFiles := func(g *flux.Generator) []string {
		_, fsys, _ := proved(t, g)
		var found []string
		for name := range fsys {
			if strings.HasPrefix(name, "sources/gitrepo-") {
				found = append(found, name)
			}
		}
		return found
	}
	local := newGenerator(chartRef("gpu"))
	local.ComponentPreManifests["gpu"] = manifests("m.yaml", manifest)
	named := *local
	named.RepoURL, named.GitSourceName = "", "flux-system"
	for name, c := range map[string]struct {
		g    *flux.Generator
		want []string
	}{
		"upstream charts only": {newGenerator(chartRef("gpu")), nil},
		"a local chart":        {local, []string{"sources/gitrepo-git-example-com-org-repo.yaml"}},
		"OCI mode":             {inOCI(local), nil},
		"an existing one":      {&named, nil},
	} {
		if got := gitFiles(c.g); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	local.RepoURL = ""
	plan := mustPlan(t, local)
	if plan.Git.URL != "https://github.com/YOUR_ORG/YOUR_REPO.git" || !plan.Output().Placeholder {
		t.Errorf("%+v %+v", plan.Git, plan.Output())
	}
	if plan := mustPlan(t, newGenerator(chartRef("gpu"))); len(plan.Warnings) > 0 {
		t.Errorf("a bundle without a GitRepository warns: %q", plan.Warnings)
	}
}

func TestHazard23_ShortFormOfGitIsWrittenAsSSH(t *testing.T) {
	for url, want := range map[string]string{
		"git@github.com:org/repo.git": "ssh://git@github.com/org/repo.git", "github.com:org/repo": "ssh://git@github.com/org/repo", "me@h:/srv/x.git": "ssh://me@h/srv/x.git",
		"ssh://git@h:2222/org/repo": "ssh://git@h:2222/org/repo", "SSH://git@h/x": "ssh://git@h/x", "https://h/org/repo": "https://h/org/repo", "HTTP://h/x": "http://h/x",
	} {
		g := newGenerator(manifestRef("gpu"))
		g.ComponentManifests["gpu"] = manifests("m.yaml", manifest)
		g.RepoURL, g.RepoSecret = url, "key"
		plan, fsys, _ := proved(t, g)
		if got := readAs[sourcev1.GitRepository](t, fsys, "sources/gitrepo-"+plan.Git.Name+".yaml").Spec.URL; got != want {
			t.Errorf("%s is written as %s, want %s", url, got, want)
		}
	}
	for _, url := range []string{"git://h/x", "file:///x", "/srv/x", "org/repo", "https://", "https://h", "git@h:", "C:\\x"} {
		g := newGenerator(manifestRef("gpu"))
		g.ComponentManifests["gpu"] = manifests("m.yaml", manifest)
		g.RepoURL = url
		refuses(t, g, "Git repository's URL")
	}
}

func TestHazard24_BundleInASubPath(t *testing.T) {
	for path, want := range map[string]string{
		"": "./gpu-pre", ".": "./gpu-pre", "./": "./gpu-pre", "clusters/a": "./clusters/a/gpu-pre", "clusters//a/": "./clusters/a/gpu-pre", "./a": "./a/gpu-pre", "a b": "./a b/gpu-pre",
	} {
		g := newGenerator(chartRef("gpu"))
		g.ComponentPreManifests["gpu"] = manifests("m.yaml", manifest)
		g.RepoPath = path
		_, fsys, _ := proved(t, g)
		if got := helmRelease(t, fsys, "gpu-pre").Spec.Chart.Spec.Chart; got != want {
			t.Errorf("in %q the chart is %q, want %q", path, got, want)
		}
		at := "this directory, as `" + strings.TrimSuffix(want, "/gpu-pre") + "`,"
		if readme := string(fsys["README.md"].Data); strings.Contains(readme, at) != (want != "./gpu-pre") {
			t.Errorf("the README does not name the path %q", path)
		}
	}
	for _, path := range []string{"/a", "../a", "a/../../b", "a\\b", "a\nb"} {
		g := newGenerator(chartRef("gpu"))
		g.RepoPath = path
		refuses(t, g, "repository path")
	}
}
