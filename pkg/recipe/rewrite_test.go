package recipe_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

func TestRewrites(t *testing.T) {
	const jetstack = "https://charts.jetstack.io=https://mirror.internal/jetstack"
	for name, c := range map[string]struct {
		rules, source, want string
	}{
		"nothing":              {"", "https://h/a", "https://h/a"},
		"the whole":            {jetstack, "https://charts.jetstack.io", "https://mirror.internal/jetstack"},
		"a slash at the end":   {jetstack, "https://charts.jetstack.io/", "https://mirror.internal/jetstack"},
		"slashes in the rule":  {"https://h/a/=https://m/b/", "https://h/a/c", "https://m/b/c"},
		"host in capitals":     {"https://H=https://m", "HTTPS://h/Path", "https://m/Path"},
		"path in capitals":     {"https://h/path=https://m", "https://h/Path", "https://h/Path"},
		"within a segment":     {"https://h/a=https://m", "https://h/ab", "https://h/ab"},
		"within a host":        {"https://h=https://m", "https://h.example", "https://h.example"},
		"another port":         {"https://h=https://m", "https://h:8443", "https://h:8443"},
		"ports":                {"https://h:8443=https://m:5000", "https://h:8443/x", "https://m:5000/x"},
		"another scheme":       {"https://h=https://m", "oci://h", "oci://h"},
		"to a registry":        {"https://helm.ngc.nvidia.com=oci://mirror.internal/ngc", "https://helm.ngc.nvidia.com/nvidia", "oci://mirror.internal/ngc/nvidia"},
		"without a scheme":     {"ghcr.io=mirror.internal/ghcr", "oci://ghcr.io/org/charts", "oci://mirror.internal/ghcr/org/charts"},
		"any scheme is kept":   {"h/a=m", "http://h/a/b", "http://m/b"},
		"longest":              {"h=short h/a/b=long h/a=middle", "https://h/a/b/c", "https://long/c"},
		"longest, other way":   {"h/a=middle h/a/b=long h=short", "https://h/a/x", "https://middle/x"},
		"scheme before none":   {"h=none https://h=https://one", "https://h", "https://one"},
		"longest before this":  {"https://h=https://one h/a=long", "https://h/a", "https://long"},
		"no chain":             {"https://a=https://b https://b=https://c", "https://a", "https://b"},
		"no loop":              {"https://a=https://a/b", "https://a", "https://a/b"},
		"the same rule twice":  {"https://a=https://b https://A/=https://b/", "https://a", "https://b"},
		"an exception":         {"h=m https://h/own=https://h/own", "https://h/own/x", "https://h/own/x"},
		"encoded":              {"https://h/a%20b=https://m", "https://h/a%20b/c", "https://m/c"},
		"an address, IPv6":     {"[::1]:5000=m", "oci://[::1]:5000/x", "oci://m/x"},
		"mirror with its port": {"quay.io=127.0.0.1:5000/quay", "oci://quay.io/x", "oci://127.0.0.1:5000/quay/x"},
	} {
		t.Run(name, func(t *testing.T) {
			w, err := recipe.ParseRewrites(strings.Fields(c.rules))
			if err != nil {
				t.Fatal(err)
			}
			repo, err := recipe.ParseRepository(c.source)
			if err != nil {
				t.Fatal(err)
			}
			if got := w.Repository(repo).String(); got != c.want {
				t.Errorf("%s becomes %s, want %s", c.source, got, c.want)
			}
		})
	}
}

func TestRewritesThatAreRefused(t *testing.T) {
	const option, secret = "`RegistryRewrite`", "`ChartRepoSecrets`"
	const form = "write OLD=NEW, such as https://charts.example.com=https://mirror.internal/charts"
	const schemes = "one side has a scheme and the other has none; write https://, http:// or oci:// on both, or on neither to keep the scheme that a repository has"
	for text, want := range map[string]string{
		"":                               option + ` "": ` + form,
		"https://h":                      option + ` "https://h": ` + form,
		"=https://h":                     option + ` "=https://h": ` + form,
		"https://h=":                     option + ` "https://h=": ` + form,
		"https://h=https://m/a=b":        option + ` "https://h=https://m/a=b": ` + form,
		"https://h=m":                    option + ` "https://h=m": ` + schemes,
		"h=oci://m":                      option + ` "h=oci://m": ` + schemes,
		"https://h=ftp://m":              option + ` "https://h=ftp://m": NEW: chart repository "ftp://m" has the scheme "ftp"; use https://, http:// or oci://`,
		"/a=m":                           option + ` "/a=m": OLD: chart repository "https:///a" has no host; write https://HOST/PATH`,
		"https://*.h=https://m":          option + ` "https://*.h=https://m": OLD: "*.h" is no host; write HOST or HOST:PORT, without * and without spaces`,
		"https:/h=m":                     option + ` "https:/h=m": OLD: "https:" is no host; write HOST or HOST:PORT, without * and without spaces`,
		"https://h=https://u:hush@m":     option + ` number 1: NEW: the chart repository's URL on host "m" holds credentials, which would be written to Git; remove them and name a Secret of the cluster with ` + secret + ` m=NAME (secretRef)`,
		"h=u:hush@m":                     option + ` number 1: NEW: the chart repository's URL on host "m" holds credentials, which would be written to Git; remove them and name a Secret of the cluster with ` + secret + ` m=NAME (secretRef)`,
		"https://h=https://u:hu=sh@m":    option + ` number 1: ` + form,
		"https://h=https://m?sig=hush":   option + ` number 1: ` + form,
		"https://h=https://m#hush":       option + ` number 1: NEW: the chart repository's URL on host "m" has a query or fragment, which Helm repositories do not have and which often holds a token; remove it and name a Secret of the cluster with ` + secret + ` m=NAME (secretRef)`,
		"https://h=https://a h=b h=c/":   option + `: h is to become both b and c; remove one of them`,
		"https://H/=oci://a https://h=b": "2 problems:\n" + `  - ` + option + ` "https://h=b": ` + schemes + "\n" + `  - ` + option + ` "x": ` + form,
	} {
		texts := strings.Fields(text)
		if text == "" {
			texts = []string{""}
		}
		if strings.HasPrefix(want, "2 ") {
			texts = append(texts, "x")
		}
		_, err := recipe.ParseRewrites(texts)
		if errors.CodeOf(err) != errors.ErrCodeInvalidRequest || err.Error() != want {
			t.Errorf("%q\n got %v\nwant %s", texts, err, want)
		}
	}
}

func TestApplyChangesHelmSourcesAndWarns(t *testing.T) {
	r := &recipe.RecipeResult{ComponentRefs: []recipe.ComponentRef{
		{Name: "a", Source: "https://h/x/"},
		{Name: "b", Source: "oci://ghcr.io/org"},
		{Name: "c"},
		{Name: "d", Type: "kustomize", Source: "https://h/git"},
		{Name: "e", Source: "https://other"},
		{Name: "f", Source: "https://u:hush@h/x"},
	}}
	w, err := recipe.ParseRewrites([]string{"h=m", "h/x=m2", "ghcr.io=m/ghcr", "https://ghcr.io=https://m/ghcr", "quay.io=m"})
	if err != nil {
		t.Fatal(err)
	}
	warnings := w.Apply(r)
	var sources []string
	for _, ref := range r.ComponentRefs {
		sources = append(sources, ref.Source)
	}
	if diff := cmp.Diff([]string{"https://m2", "oci://m/ghcr/org", "", "https://h/git", "https://other", "https://u:hush@h/x"}, sources); diff != "" {
		t.Error(diff)
	}
	if len(warnings) > 0 {
		t.Errorf("a list of mirrors may be longer than a recipe needs: %q", warnings)
	}
}

func TestRewritesThatMayBeMistyped(t *testing.T) {
	r := func() *recipe.RecipeResult {
		return &recipe.RecipeResult{ComponentRefs: []recipe.ComponentRef{{Name: "a", Source: "https://charts.jetstack.io"}, {Name: "b", Source: "oci://ghcr.io/org"}}}
	}
	for rules, want := range map[string][]string{
		"ghcr.io=m quay.io=m docker.io=m":             nil,
		"quay.io=m docker.io=m":                       nil,
		"quay.io=m":                                   {"`RegistryRewrite` quay.io: no component has a chart from there; the recipe's chart repositories are https://charts.jetstack.io, oci://ghcr.io/org"},
		"ghcr.io=m https://chart.jetstack.io=oci://m": {"`RegistryRewrite` https://chart.jetstack.io: no component has a chart from there; did you mean https://charts.jetstack.io, which stays as it is?"},
		"quay.io=m ghcr.io/nvidia=m":                  {"`RegistryRewrite` ghcr.io/nvidia: no component has a chart from there; did you mean oci://ghcr.io/org, which stays as it is?"},
		"ghcr.io=m ghcr.io/nvidia=m/special":          nil,
		"https://ghcr.io=https://m docker.io=m":       {"`RegistryRewrite` https://ghcr.io: no component has a chart from there; did you mean oci://ghcr.io/org, which stays as it is?"},
	} {
		w, err := recipe.ParseRewrites(strings.Fields(rules))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, w.Apply(r())); diff != "" {
			t.Errorf("%s: %s", rules, diff)
		}
	}
	w, err := recipe.ParseRewrites([]string{"quay.io=m"})
	if err != nil {
		t.Fatal(err)
	}
	if warnings := w.Apply(&recipe.RecipeResult{}); len(warnings) != 1 || !strings.HasSuffix(warnings[0], "repositories are none") {
		t.Errorf("%q", warnings)
	}
}

func TestHazard75_ArchivesAreRewrittenAsRepositoriesAre(t *testing.T) {
	w, err := recipe.ParseRewrites([]string{"https://charts.jetstack.io=https://m/jetstack", "github.com=m:8443/github.com", "https://h=oci://m", "https://m/old=https://m/new"})
	if err != nil {
		t.Fatal(err)
	}
	for from, want := range map[string]string{
		"https://charts.jetstack.io/charts/cert-manager-v1.tgz": "https://m/jetstack/charts/cert-manager-v1.tgz",
		"HTTPS://Charts.jetstack.io/a%20b.tgz?token=x":          "https://m/jetstack/a%20b.tgz?token=x",
		"https://github.com/org/x/releases/download/x-1.tgz":    "https://m:8443/github.com/org/x/releases/download/x-1.tgz",
		"oci://github.com/org/x:1.0.0":                          "oci://m:8443/github.com/org/x:1.0.0",
		"https://h/x-1.tgz":                                     "https://h/x-1.tgz", // no archive is a tag
		"https://m/old/x-1.tgz":                                 "https://m/new/x-1.tgz",
		"https://m/jetstack/x-1.tgz":                            "https://m/jetstack/x-1.tgz",
		"https://other/x-1.tgz":                                 "https://other/x-1.tgz",
	} {
		u, err := url.Parse(from)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.URL(u, recipe.Repository{Scheme: "https", Host: "m", Path: "/jetstack"}).String(); got != want {
			t.Errorf("%s becomes %s, want %s", from, got, want)
		}
	}
	chain, err := recipe.ParseRewrites([]string{"https://a=https://b", "https://b=https://c"})
	if err != nil {
		t.Fatal(err)
	}
	u, _ := url.Parse("https://b/x-1.tgz")
	if got := chain.URL(u, recipe.Repository{Scheme: "https", Host: "b"}).String(); got != "https://b/x-1.tgz" {
		t.Errorf("what came out is replaced again: %s", got)
	}
}

// A recipe's chart repositories are sent to mirrors before a Generator plans it.
func ExampleParseRewrites() {
	rewrites, err := recipe.ParseRewrites([]string{"https://charts.jetstack.io=oci://mirror.internal/jetstack"})
	if err != nil {
		panic(err)
	}
	r := &recipe.RecipeResult{ComponentRefs: []recipe.ComponentRef{{Name: "cert-manager", Source: "https://charts.jetstack.io", Version: "v1.17.2"}}}
	fmt.Println(rewrites.Apply(r), r.ComponentRefs[0].Source)
	// Output: [] oci://mirror.internal/jetstack
}
