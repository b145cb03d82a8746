package aicr_test

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/oci"
)

// startRegistry starts a registry and returns its oci://HOST:PORT and the
// number of requests that changed it.
func startRegistry(t *testing.T) (url string, changes *atomic.Int64) {
	t.Helper()
	changes = new(atomic.Int64)
	handler := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			changes.Add(1)
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return "oci://" + strings.TrimPrefix(server.URL, "http://"), changes
}

// local is a recipe with a chart and a local chart.
func local(t *testing.T) string {
	t.Helper()
	return tree(t, map[string]string{"recipe.yaml": "apiVersion: aicr.run/v1\nkind: RecipeResult\ncomponentRefs:\n" + chartOf("app", "  chart: app\n  manifestFiles: [m.yaml]\n  overrides: {adminPassword: hush}\n"), "m.yaml": "kind: ConfigMap"})
}

// published returns the options of a run that publishes.
func published(dir, target string) aicr.BundleOptions {
	return aicr.BundleOptions{Recipe: filepath.Join(dir, "recipe.yaml"), Output: target, Publish: aicr.Publish{Registry: oci.Connection{PlainHTTP: true}}}
}

func pull(t *testing.T, reference string) map[string]string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "pulled")
	if _, err := aicr.Pull(t.Context(), aicr.PullOptions{Source: "oci://" + reference, Dir: dir, Registry: oci.Connection{PlainHTTP: true}}); err != nil {
		t.Fatal(err)
	}
	return contents(t, dir)
}

// TestHazard41_ThePublishedReadmeSpeaksOfTheArtifact and of nothing else, and
// the same one goes with every way of publishing it.
func TestHazard41_ThePublishedReadmeSpeaksOfTheArtifact(t *testing.T) {
	host, _ := startRegistry(t)
	o := published(local(t), host+"/org/bundle:v1")
	o.OCISourceName, o.Namespace = "my-bundle", "gitops"
	out := bundle(t, o)
	readme := pull(t, out.Artifact.Reference)["README.md"]
	for _, text := range []string{"OCIRepository `my-bundle` in `gitops`", "source-watcher", "ExternalArtifact=true", "name: my-bundle", "aicr push"} {
		if !strings.Contains(readme, text) {
			t.Errorf("the README does not say %q:\n%s", text, readme)
		}
	}
	for _, text := range []string{"GitRepository", "Commit this directory", "flux-system", "YOUR_ORG"} {
		if strings.Contains(readme, text) {
			t.Errorf("the README says %q:\n%s", text, readme)
		}
	}
	// The steps have the real name, address and digest.
	steps := strings.Join(out.DeploymentSteps, "\n")
	for _, text := range []string{`"my-bundle"`, `"gitops"`, host + "/org/bundle", out.Artifact.Digest, "-n gitops"} {
		if !strings.Contains(steps, text) {
			t.Errorf("the steps do not say %q:\n%s", text, steps)
		}
	}
}

// TestHazard42_PublishingHidesNoNoteAndNoWarning: a published bundle says what
// one in a directory says.
func TestHazard42_PublishingHidesNoNoteAndNoWarning(t *testing.T) {
	host, _ := startRegistry(t)
	dir := local(t)
	o := published(dir, host+"/org/bundle:v1")
	direct := bundle(t, o)
	if len(direct.Warnings) == 0 || len(direct.DeploymentNotes) < 3 {
		t.Errorf("the warnings are %q, the notes %q", direct.Warnings, direct.DeploymentNotes)
	}
	o = options(dir)
	o.OCISourceName = config.DefaultOCISourceName
	written := bundle(t, o)
	if !slices.Equal(direct.Warnings, written.Warnings) || !slices.Equal(direct.DeploymentNotes, written.DeploymentNotes) {
		t.Errorf("published: %q, %q\nwritten: %q, %q", direct.Warnings, direct.DeploymentNotes, written.Warnings, written.DeploymentNotes)
	}
	pushed, err := aicr.Push(t.Context(), aicr.PushOptions{Dir: o.Output, Target: host + "/org/pushed:v1", Publish: aicr.Publish{Registry: oci.Connection{PlainHTTP: true}}})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(pushed.DeploymentNotes, direct.DeploymentNotes) || pushed.Digest != direct.Artifact.Digest {
		t.Errorf("pushed: %s %q\nwant:   %s %q", pushed.Digest, pushed.DeploymentNotes, direct.Artifact.Digest, direct.DeploymentNotes)
	}
}

// TestHazard43_WhatIsAboutGitIsRefusedWhenPublishing, before anything is.
func TestHazard43_WhatIsAboutGitIsRefusedWhenPublishing(t *testing.T) {
	host, changes := startRegistry(t)
	dir := local(t)
	for name, change := range map[string]func(*aicr.BundleOptions){
		"RepoURL":        func(o *aicr.BundleOptions) { o.RepoURL = "https://h/x" },
		"RepoPath":       func(o *aicr.BundleOptions) { o.RepoPath = "p" },
		"RepoSecret":     func(o *aicr.BundleOptions) { o.RepoSecret = "s" },
		"GitSourceName":  func(o *aicr.BundleOptions) { o.GitSourceName = "g" },
		"TargetRevision": func(o *aicr.BundleOptions) { o.TargetRevision = "b" },
	} {
		for _, source := range []string{"", "mine"} {
			o := published(dir, host+"/org/bundle:v1")
			o.OCISourceName = source
			change(&o)
			refused(t, o, errors.ErrCodeInvalidRequest, "`"+name+"` has no meaning in OCI mode")
		}
	}
	if changes.Load() != 0 {
		t.Error("something is published")
	}
}

// TestPublish_NothingIsPublishedThatCannotBeBroughtIn: what would fail at the
// end fails before the beginning.
func TestPublish_NothingIsPublishedThatCannotBeBroughtIn(t *testing.T) {
	host, changes := startRegistry(t)
	dir := local(t)
	for name, c := range map[string]struct {
		change func(*aicr.BundleOptions)
		code   errors.ErrorCode
	}{
		"sync directory": {func(o *aicr.BundleOptions) { o.Sync = aicr.Sync{File: filepath.Join(dir, "no", "sync.yaml")} }, errors.ErrCodeNotFound},
		"sync is one":    {func(o *aicr.BundleOptions) { o.Sync = aicr.Sync{File: dir} }, errors.ErrCodeInvalidRequest},
		"refs":           {func(o *aicr.BundleOptions) { o.ImageRefs = filepath.Join(dir, "no", "refs") }, errors.ErrCodeNotFound},
		"verify nothing": {func(o *aicr.BundleOptions) {
			o.Sync = aicr.Sync{File: filepath.Join(dir, "s"), Verify: deployer.Verify{Provider: "cosign"}}
		}, errors.ErrCodeInvalidRequest},
		"ref word":    {func(o *aicr.BundleOptions) { o.Sync = aicr.Sync{File: filepath.Join(dir, "s"), Ref: "newest"} }, errors.ErrCodeInvalidRequest},
		"tag":         {func(o *aicr.BundleOptions) { o.Tags = []string{"a b"} }, errors.ErrCodeInvalidRequest},
		"source name": {func(o *aicr.BundleOptions) { o.OCISourceName = "A" }, errors.ErrCodeInvalidRequest},
	} {
		o := published(dir, host+"/org/bundle:v1")
		c.change(&o)
		for _, o.DryRun = range []bool{false, true} {
			if _, err := aicr.Bundle(t.Context(), o); errors.CodeOf(err) != c.code {
				t.Errorf("%s: got %v", name, err)
			}
		}
	}
	if changes.Load() != 0 {
		t.Error("something is published")
	}
}

// TestPublish_FilesAreWrittenWhole over an earlier one, through a link, and into
// what is no regular file.
func TestPublish_FilesAreWrittenWhole(t *testing.T) {
	host, _ := startRegistry(t)
	dir := local(t)
	refs, link := filepath.Join(dir, "refs"), filepath.Join(dir, "link")
	if err := os.WriteFile(refs, []byte(strings.Repeat("example.com/earlier:v1@sha256:"+strings.Repeat("a", 64)+"\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("refs", link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{refs, link, os.DevNull} {
		o := published(dir, host+"/org/bundle:v1")
		o.ImageRefs = path
		out := bundle(t, o)
		data, err := os.ReadFile(refs)
		if err != nil || string(data) != out.Artifact.Reference+"\n" {
			t.Errorf("%s: %q, %v", path, data, err)
		}
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v", err)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Errorf("%s is a file now: %v", os.DevNull, err)
	}
	left, err := filepath.Glob(filepath.Join(dir, ".aicr-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}
}

// TestPublish_ProgressIsTold step by step.
func TestPublish_ProgressIsTold(t *testing.T) {
	host, _ := startRegistry(t)
	var steps []string
	o := published(local(t), host+"/org/bundle:v1")
	o.Registry.Progress = func(p oci.Progress) {
		if len(steps) == 0 || steps[len(steps)-1] != p.Step {
			steps = append(steps, p.Step)
		}
	}
	if out := bundle(t, o); !out.Artifact.Uploaded || !slices.Contains(steps, "pushing layer") || steps[len(steps)-1] != "setting tag v1" {
		t.Errorf("the steps are %q", steps)
	}
}
