package flux_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/test/prooftest"
)

const (
	artifactURL    = "oci://registry.example.com/org/bundle"
	artifactDigest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
)

// artifactSync and gitSync are the least that a Sync needs.
func artifactSync(change func(*deployer.Sync)) deployer.Sync {
	s := deployer.Sync{Name: "aicr-bundle", URL: artifactURL, Digest: artifactDigest}
	change(&s)
	return s
}

func gitSync(change func(*deployer.Sync)) deployer.Sync {
	s := deployer.Sync{Name: "repo", URL: repoURL}
	change(&s)
	return s
}

// judged writes the objects and has the API server's rules judge them.
func judged(t *testing.T, s deployer.Sync) (source, apply *unstructured.Unstructured, text string) {
	t.Helper()
	synced, err := flux.Deployer{}.Sync(s)
	if err != nil {
		t.Fatal(err)
	}
	data := synced.YAML
	first, second, ok := strings.Cut(string(data), "\n---\n")
	if !ok || strings.Contains(second, "\n---\n") {
		t.Fatalf("not two documents:\n%s", data)
	}
	prooftest.Check(t, fstest.MapFS{
		"kustomization.yaml": {Data: []byte("resources: [sync.yaml]\n")}, "sync.yaml": {Data: data},
	})
	var built []*unstructured.Unstructured
	for _, document := range []string{first, second} {
		u := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(document), &u.Object); err != nil {
			t.Fatal(err)
		}
		built = append(built, u)
	}
	if t.Failed() {
		t.Logf("%s", data)
	}
	return built[0], built[1], string(data)
}

// typed reads an object as its controller does.
func typed[T any](t *testing.T, u *unstructured.Unstructured) T {
	t.Helper()
	data, err := u.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	var object T
	if err := yaml.Unmarshal(data, &object); err != nil {
		t.Fatal(err)
	}
	return object
}

func TestSync_EveryFormOfAnArtifactIsTakenByFlux(t *testing.T) {
	const issuer, identity = "https://token.actions.githubusercontent.com", "https://github.com/org/repo/.github/workflows/release.yaml@refs/tags/v1"
	forms := map[string]struct {
		change func(*deployer.Sync)
		right  func(sourcev1.OCIRepositorySpec) bool
	}{
		"digest": {func(*deployer.Sync) {}, func(o sourcev1.OCIRepositorySpec) bool {
			return o.URL == artifactURL && *o.Reference == sourcev1.OCIRepositoryRef{Digest: artifactDigest} && o.Interval.Duration == 5*time.Minute &&
				!o.Insecure && o.Verify == nil && o.SecretRef == nil && o.Provider == "" && o.LayerSelector == nil
		}},
		"tag": {func(s *deployer.Sync) { s.Digest, s.Tag = "", "1.10" }, func(o sourcev1.OCIRepositorySpec) bool {
			return *o.Reference == sourcev1.OCIRepositoryRef{Tag: "1.10"}
		}},
		"a tag that YAML reads as a number": {func(s *deployer.Sync) { s.Digest, s.Tag = "", "1e3" }, func(o sourcev1.OCIRepositorySpec) bool {
			return o.Reference.Tag == "1e3"
		}},
		"semver": {func(s *deployer.Sync) { s.Digest, s.Semver = "", ">=1.2.3 <2" }, func(o sourcev1.OCIRepositorySpec) bool {
			return *o.Reference == sourcev1.OCIRepositoryRef{SemVer: ">=1.2.3 <2"}
		}},
		"secret":     {func(s *deployer.Sync) { s.Secret = "login" }, func(o sourcev1.OCIRepositorySpec) bool { return o.SecretRef.Name == "login" }},
		"insecure":   {func(s *deployer.Sync) { s.Insecure = true }, func(o sourcev1.OCIRepositorySpec) bool { return o.Insecure }},
		"upper case": {func(s *deployer.Sync) { s.URL = "OCI://registry.example.com/org/bundle" }, func(o sourcev1.OCIRepositorySpec) bool { return o.URL == artifactURL }},
		"port":       {func(s *deployer.Sync) { s.URL = "oci://h:5000/x" }, func(o sourcev1.OCIRepositorySpec) bool { return o.URL == "oci://h:5000/x" }},
		"interval":   {func(s *deployer.Sync) { s.Interval = 90 * time.Second }, func(o sourcev1.OCIRepositorySpec) bool { return o.Interval.Duration == 90*time.Second }},
		"cosign, keys": {func(s *deployer.Sync) { s.Verify = deployer.Verify{Provider: "cosign", Secret: "keys"} }, func(o sourcev1.OCIRepositorySpec) bool {
			return o.Verify.Provider == "cosign" && o.Verify.SecretRef.Name == "keys" && o.Verify.MatchOIDCIdentity == nil
		}},
		"cosign, keyless": {func(s *deployer.Sync) {
			s.Verify = deployer.Verify{Provider: "cosign", Issuer: issuer, Identity: identity}
		}, func(o sourcev1.OCIRepositorySpec) bool {
			m := o.Verify.MatchOIDCIdentity[0]
			return o.Verify.SecretRef == nil && matches(t, m.Issuer, issuer) && matches(t, m.Subject, identity) && !matches(t, m.Issuer, strings.ReplaceAll(issuer, ".", "x")) &&
				!matches(t, m.Subject, identity+"0") && !matches(t, m.Subject, "evil "+identity) && !matches(t, m.Subject, strings.Replace(identity, "github.com", "githubxcom", 1))
		}},
		"cosign, keyless by expressions": {func(s *deployer.Sync) {
			s.Verify = deployer.Verify{Provider: "cosign", Issuer: "^https://.*$", Identity: `^https://github\.com/org/.*$`}
		}, func(o sourcev1.OCIRepositorySpec) bool {
			m := o.Verify.MatchOIDCIdentity[0]
			return m.Issuer == "^https://.*$" && m.Subject == `^https://github\.com/org/.*$` && matches(t, m.Subject, identity)
		}},
	}
	for _, provider := range []string{"generic", "aws", "azure", "gcp"} {
		forms["provider "+provider] = struct {
			change func(*deployer.Sync)
			right  func(sourcev1.OCIRepositorySpec) bool
		}{func(s *deployer.Sync) { s.Provider = provider }, func(o sourcev1.OCIRepositorySpec) bool { return o.Provider == provider }}
	}
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			source, apply, text := judged(t, artifactSync(form.change))
			if o := typed[sourcev1.OCIRepository](t, source); o.Name != "aicr-bundle" || o.Namespace != "flux-system" || !form.right(o.Spec) {
				t.Errorf("the OCIRepository is\n%s", text)
			}
			if k := typed[kustomizev1.Kustomization](t, apply); k.Spec.Path != "./" || k.Spec.SourceRef.Kind != "OCIRepository" || k.Spec.SourceRef.Name != "aicr-bundle" {
				t.Errorf("the Kustomization is\n%s", text)
			}
		})
	}
}

func matches(t *testing.T, expression, text string) bool {
	t.Helper()
	r, err := regexp.Compile(expression)
	if err != nil {
		t.Fatal(err)
	}
	return r.MatchString(text)
}

func TestSync_EveryFormOfARepositoryIsTakenByFlux(t *testing.T) {
	for name, form := range map[string]struct {
		change func(*deployer.Sync)
		path   string
		right  func(sourcev1.GitRepositorySpec) bool
	}{
		"least": {func(*deployer.Sync) {}, "./", func(g sourcev1.GitRepositorySpec) bool {
			return g.URL == repoURL && *g.Reference == sourcev1.GitRepositoryRef{Branch: "main"} && g.SecretRef == nil && g.Provider == "" && g.Interval.Duration == 5*time.Minute
		}},
		"branch":          {func(s *deployer.Sync) { s.Branch = "on" }, "./", func(g sourcev1.GitRepositorySpec) bool { return g.Reference.Branch == "on" }},
		"path":            {func(s *deployer.Sync) { s.Path = "clusters/a/" }, "./clusters/a", func(sourcev1.GitRepositorySpec) bool { return true }},
		"secret":          {func(s *deployer.Sync) { s.Secret = "key" }, "./", func(g sourcev1.GitRepositorySpec) bool { return g.SecretRef.Name == "key" }},
		"scp":             {func(s *deployer.Sync) { s.URL, s.Secret = "git@h:org/repo.git", "key" }, "./", func(g sourcev1.GitRepositorySpec) bool { return g.URL == "ssh://git@h/org/repo.git" }},
		"ssh":             {func(s *deployer.Sync) { s.URL, s.Secret = "ssh://git@h:22/org/repo", "key" }, "./", func(g sourcev1.GitRepositorySpec) bool { return g.URL == "ssh://git@h:22/org/repo" }},
		"http":            {func(s *deployer.Sync) { s.URL = "HTTP://h/repo" }, "./", func(g sourcev1.GitRepositorySpec) bool { return g.URL == "http://h/repo" }},
		"provider github": {func(s *deployer.Sync) { s.Provider, s.Secret = "github", "app" }, "./", func(g sourcev1.GitRepositorySpec) bool { return g.Provider == "github" }},
		"provider azure":  {func(s *deployer.Sync) { s.Provider = "azure" }, "./", func(g sourcev1.GitRepositorySpec) bool { return g.Provider == "azure" }},
		"provider aws":    {func(s *deployer.Sync) { s.Provider = "aws" }, "./", func(g sourcev1.GitRepositorySpec) bool { return g.Provider == "aws" }},
		"generic":         {func(s *deployer.Sync) { s.Provider = "generic" }, "./", func(g sourcev1.GitRepositorySpec) bool { return g.Provider == "generic" }},
	} {
		t.Run(name, func(t *testing.T) {
			source, apply, text := judged(t, gitSync(form.change))
			if g := typed[sourcev1.GitRepository](t, source); g.Name != "repo" || !form.right(g.Spec) {
				t.Errorf("the GitRepository is\n%s", text)
			}
			k := typed[kustomizev1.Kustomization](t, apply)
			if k.Spec.Path != form.path || k.Spec.SourceRef.Kind != "GitRepository" || k.Spec.SourceRef.Name != "repo" {
				t.Errorf("the Kustomization is\n%s", text)
			}
		})
	}
}

// TestSync_TheKustomizationIsSafeToApply: it prunes and waits, but soon tries
// again, and deleting it waits for what it deployed.
func TestSync_TheKustomizationIsSafeToApply(t *testing.T) {
	for _, s := range []deployer.Sync{artifactSync(func(*deployer.Sync) {}), gitSync(func(*deployer.Sync) {})} {
		_, apply, text := judged(t, s)
		k := typed[kustomizev1.Kustomization](t, apply).Spec
		if !k.Prune || !k.Wait || k.DeletionPolicy != "WaitForTermination" || k.Timeout.Duration > 10*time.Minute || k.Timeout.Duration < time.Minute ||
			k.RetryInterval.Duration > 2*time.Minute || k.Interval.Duration < k.RetryInterval.Duration {
			t.Errorf("the Kustomization is\n%s", text)
		}
	}
}

// TestSync_TheKustomizationNeverReplacesFluxsOwn, which has the name of its
// namespace.
func TestSync_TheKustomizationNeverReplacesFluxsOwn(t *testing.T) {
	long := strings.Repeat("a", 63)
	for name, c := range map[string]struct {
		s    deployer.Sync
		want string
	}{
		"artifact":                     {artifactSync(func(s *deployer.Sync) { s.Name = "gpu" }), "gpu"},
		"artifact named like Flux":     {artifactSync(func(s *deployer.Sync) { s.Name = "flux-system" }), "aicr-bundle"},
		"artifact, of another Flux":    {artifactSync(func(s *deployer.Sync) { s.Name, s.Namespace = "aicr-bundle", "aicr-bundle" }), "sync-aicr-bundle"},
		"git":                          {gitSync(func(*deployer.Sync) {}), "aicr-bundle"},
		"git, source named like Flux":  {gitSync(func(s *deployer.Sync) { s.Name = "flux-system" }), "aicr-bundle"},
		"git, path":                    {gitSync(func(s *deployer.Sync) { s.Path = "clusters/a" }), "aicr-clusters-a"},
		"git, of another Flux":         {gitSync(func(s *deployer.Sync) { s.Namespace = "aicr-bundle" }), "sync-aicr-bundle"},
		"git, path of another Flux":    {gitSync(func(s *deployer.Sync) { s.Namespace, s.Path = "aicr-prod", "prod" }), "sync-aicr-prod"},
		"git, a path of great length":  {gitSync(func(s *deployer.Sync) { s.Path = long[:58] }), "aicr-" + long[:58]},
		"git, and a namespace like it": {gitSync(func(s *deployer.Sync) { s.Path, s.Namespace = long[:58], "aicr-"+long[:58] }), "sync-aicr-" + long[:53]},
		"chosen":                       {gitSync(func(s *deployer.Sync) { s.Kustomization = "mine" }), "mine"},
	} {
		_, apply, text := judged(t, c.s)
		if apply.GetName() != c.want || apply.GetName() == apply.GetNamespace() || len(apply.GetName()) > 63 {
			t.Errorf("%s: want %s\n%s", name, c.want, text)
		}
	}
	for _, namespace := range []string{"", "flux-system", "gitops"} {
		own := namespace
		if own == "" {
			own = "flux-system"
		}
		_, err := flux.Deployer{}.Sync(gitSync(func(s *deployer.Sync) { s.Namespace, s.Kustomization = namespace, own }))
		if errors.CodeOf(err) != errors.ErrCodeInvalidRequest || !strings.Contains(err.Error(), "that of Flux's own") {
			t.Errorf("%q: %v", namespace, err)
		}
	}
}

// TestSync_EachPathHasAKustomizationOfItsOwn: of two that share a name, the second takes the place of
// the first, and what that one brought is removed.
func TestSync_EachPathHasAKustomizationOfItsOwn(t *testing.T) {
	long := "bundles/" + strings.Repeat("a", 50)
	nameOf := func(path string) string {
		synced, err := flux.Deployer{}.Sync(gitSync(func(s *deployer.Sync) { s.Path = path }))
		if err != nil {
			t.Fatal(err)
		}
		if len(synced.Kustomization) > 63 {
			t.Errorf("%s: %s is too long for the label of its objects", path, synced.Kustomization)
		}
		return synced.Kustomization
	}
	names := map[string]string{}
	for _, path := range []string{
		"bundles/a-b", "bundles/a/b", "bundles-a-b", "bundles/a", "bundles/A", "bundles/a_", "bundles/a.git", "bundles", "bundles/日本", "日本", "日", "source",
		long, long + "a", long + "b", long + "/a",
	} {
		name := nameOf(path)
		if other, taken := names[name]; taken {
			t.Errorf("%s and %s are both called %s", other, path, name)
		}
		names[name] = path
	}
	for path, want := range map[string]string{"bundles/prod": "aicr-bundles-prod", "./bundles/prod/": "aicr-bundles-prod", "bundles/a-b": "aicr-bundles-a-b-a6ef3756"} {
		if name := nameOf(path); name != want {
			t.Errorf("%s is called %s, want %s", path, name, want)
		}
	}
}

func TestSync_WhatFluxRefusesIsRefusedAtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		s    deployer.Sync
		want []string
	}{
		"nothing":      {deployer.Sync{}, []string{"the Git repository's URL"}},
		"no name":      {artifactSync(func(s *deployer.Sync) { s.Name = "" }), []string{`the name of the source "" is not a name`}},
		"no reference": {artifactSync(func(s *deployer.Sync) { s.Digest = "" }), []string{"exactly one of digest, tag and semver, and has 0"}},
		"three":        {artifactSync(func(s *deployer.Sync) { s.Tag, s.Semver = "a", "1.x" }), []string{"exactly one of digest, tag and semver, and has 3"}},
		"digest":       {artifactSync(func(s *deployer.Sync) { s.Digest = "sha256:abc" }), []string{`the artifact's digest "sha256:abc" is not valid`}},
		"tag":          {artifactSync(func(s *deployer.Sync) { s.Digest, s.Tag = "", "a b" }), []string{`the artifact's tag "a b" is not valid`}},
		"semver":       {artifactSync(func(s *deployer.Sync) { s.Digest, s.Semver = "", "newest" }), []string{`the artifact's semver "newest" is not valid`}},
		"tag in URL":   {artifactSync(func(s *deployer.Sync) { s.URL += ":v1" }), []string{"is not oci://HOST/REPOSITORY"}},
		"password":     {artifactSync(func(s *deployer.Sync) { s.URL = "oci://me:hush@h/x" }), []string{"is not oci://HOST/REPOSITORY; leave out user"}},
		"no host":      {artifactSync(func(s *deployer.Sync) { s.URL = "oci://" }), []string{"is not oci://HOST/REPOSITORY"}},
		"git password": {gitSync(func(s *deployer.Sync) { s.URL = "https://me:hush@h/x" }), []string{"holds credentials"}},
		"branch":       {gitSync(func(s *deployer.Sync) { s.Branch = " main" }), []string{`the target revision " main" is not the name of a branch`}},
		"verified git": {gitSync(func(s *deployer.Sync) { s.Verify = deployer.Verify{Provider: "cosign", Secret: "k"} }), []string{"`Verify.Provider` is about an artifact"}},
		"gcp":          {gitSync(func(s *deployer.Sync) { s.Provider = "gcp" }), []string{`the provider "gcp" does not belong to the kind GitRepository; use one of generic, aws, azure, github`}},
		"github":       {gitSync(func(s *deployer.Sync) { s.Provider = "github" }), []string{"the provider github needs a Secret"}},
		"github oci":   {artifactSync(func(s *deployer.Sync) { s.Provider = "github" }), []string{`the provider "github" does not belong to the kind OCIRepository; use one of generic, aws, azure, gcp`}},
		"unchecked":    {artifactSync(func(s *deployer.Sync) { s.Verify.Secret = "keys" }), []string{"set `Verify.Provider` to cosign"}},
		"notation":     {artifactSync(func(s *deployer.Sync) { s.Verify.Provider = "notation" }), []string{"`Verify.Provider` \"notation\" is unknown"}},
		"anybody":      {artifactSync(func(s *deployer.Sync) { s.Verify = deployer.Verify{Provider: "cosign"} }), []string{"trusts anybody who signs"}},
		"no issuer":    {artifactSync(func(s *deployer.Sync) { s.Verify = deployer.Verify{Provider: "cosign", Identity: "me"} }), []string{"trusts anybody who signs"}},
		"both": {artifactSync(func(s *deployer.Sync) {
			s.Verify = deployer.Verify{Provider: "cosign", Secret: "k", Identity: "me", Issuer: "i"}
		}), []string{"not both"}},
		"expressions": {artifactSync(func(s *deployer.Sync) { s.Verify = deployer.Verify{Provider: "cosign", Identity: "^(", Issuer: "^["} }), []string{`"^[" is not a regular expression`, `"^(" is not a regular expression`}},
		"interval":    {artifactSync(func(s *deployer.Sync) { s.Interval = time.Millisecond }), []string{"the interval of the source 1ms is not a duration"}},
		"path":        {gitSync(func(s *deployer.Sync) { s.Path = "../a" }), []string{`the repository path "../a" is not a directory inside`}},
		"names, in a fixed order": {
			artifactSync(func(s *deployer.Sync) {
				s.Name, s.Namespace, s.Kustomization, s.Secret, s.Provider, s.Verify = "A", "B", "C", "D", "e", deployer.Verify{Provider: "cosign", Secret: "F"}
			}),
			[]string{`source "A"`, `Kustomization "C"`, `namespace "B"`, `Secret "D"`, `provider "e"`, `public keys "F"`},
		},
		"injection": {artifactSync(func(s *deployer.Sync) { s.Name, s.Secret = "a\n  x: y", "b: c" }), []string{`"a\n  x: y"`, `"b: c"`}},
	} {
		t.Run(name, func(t *testing.T) {
			var first string
			for range 5 {
				synced, err := flux.Deployer{}.Sync(c.s)
				if err == nil {
					t.Fatalf("it is taken:\n%s", synced.YAML)
				}
				if errors.CodeOf(err) != errors.ErrCodeInvalidRequest || strings.Contains(err.Error(), "hush") {
					t.Fatalf("%s: %s", errors.CodeOf(err), err)
				}
				if first == "" {
					first = err.Error()
				}
				if err.Error() != first {
					t.Fatalf("two orders:\n%s\n%s", first, err)
				}
			}
			at := 0
			for _, want := range c.want {
				i := strings.Index(first[at:], want)
				if i < 0 {
					t.Fatalf("no %q, or not in this place:\n%s", want, first)
				}
				at += i
			}
		})
	}
}

// TestSync_SubstitutionLeavesExpressionsAlone where a Kustomization substitutes
// variables.
func TestSync_SubstitutionLeavesExpressionsAlone(t *testing.T) {
	source, _, text := judged(t, artifactSync(func(s *deployer.Sync) {
		s.Verify = deployer.Verify{Provider: "cosign", Issuer: "^https://${x}$", Identity: "^a$$"}
	}))
	if source.GetAnnotations()["kustomize.toolkit.fluxcd.io/substitute"] != "disabled" {
		t.Errorf("substitution is not off:\n%s", text)
	}
}

// TestNeeds_AreTheNotesOfABundle keeps the two from growing apart.
func TestNeeds_AreTheNotesOfABundle(t *testing.T) {
	g := newGenerator(chartRef("app"))
	h := newGenerator(manifestRef("gpu"))
	h.ComponentManifests["gpu"] = manifests("a.yaml", manifest)
	for name, c := range map[string]struct {
		g      *flux.Generator
		charts bool
	}{"git": {g, false}, "git, local charts": {h, false}, "oci": {inOCI(g), false}, "oci, local charts": {inOCI(h), true}} {
		plan, err := c.g.Plan(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := plan.Output().DeploymentNotes; !slices.Equal(got, flux.Needs("2.7", c.charts)) {
			t.Errorf("%s: the notes are %q", name, got)
		}
	}
}
