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
	return tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("app", "  chart: app\n  manifestFiles: [m.yaml]\n  overrides: {adminPassword: hush}\n"), "m.yaml": "kind: ConfigMap"})
}

// published returns the options of a run that publishes.
func published(dir, target string) config.Options {
	return config.Options{Recipe: filepath.Join(dir, "recipe.yaml"), Output: target, Publish: config.Publish{PlainHTTP: true}}
}

func pull(t *testing.T, reference string) map[string]string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "pulled")
	if _, err := newBundler().Pull(t.Context(), "oci://"+reference, dir, aicr.PullOptions{Publish: config.Publish{PlainHTTP: true}}); err != nil {
		t.Fatal(err)
	}
	return contents(t, dir)
}

// TestHazard41_ThePublishedReadmeSpeaksOfTheArtifact and of nothing else, and
// the same one goes with every way of publishing it.
func TestHazard41_ThePublishedReadmeSpeaksOfTheArtifact(t *testing.T) {
	host, _ := startRegistry(t)
	o := published(local(t), host+"/org/bundle:v1")
	o.FluxOCISourceName, o.FluxNamespace = "my-bundle", "gitops"
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
	o.FluxOCISourceName = config.DefaultOCISourceName
	written := bundle(t, o)
	if !slices.Equal(direct.Warnings, written.Warnings) || !slices.Equal(direct.DeploymentNotes, written.DeploymentNotes) {
		t.Errorf("published: %q, %q\nwritten: %q, %q", direct.Warnings, direct.DeploymentNotes, written.Warnings, written.DeploymentNotes)
	}
	pushed, err := newBundler().Push(t.Context(), o.Output, host+"/org/pushed:v1", aicr.PushOptions{Publish: config.Publish{PlainHTTP: true}})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(pushed.DeploymentNotes, direct.DeploymentNotes) || pushed.Digest != direct.Artifact.Digest {
		t.Errorf("pushed: %s %q\nwant:   %s %q", pushed.Digest, pushed.DeploymentNotes, direct.Artifact.Digest, direct.DeploymentNotes)
	}
}

// TestHazard43_GitFlagsAreRefusedWhenPublishing, before anything is.
func TestHazard43_GitFlagsAreRefusedWhenPublishing(t *testing.T) {
	host, changes := startRegistry(t)
	dir := local(t)
	for name, change := range map[string]func(*config.Options){
		"--repo":            func(o *config.Options) { o.Repo = "https://h/x" },
		"--repo-path":       func(o *config.Options) { o.RepoPath = "p" },
		"--repo-secret":     func(o *config.Options) { o.RepoSecret = "s" },
		"--git-source":      func(o *config.Options) { o.GitSource = "g" },
		"--target-revision": func(o *config.Options) { o.TargetRevision = "b" },
	} {
		for _, source := range []string{"", "mine"} {
			o := published(dir, host+"/org/bundle:v1")
			o.FluxOCISourceName = source
			change(&o)
			refused(t, o, errors.ErrCodeInvalidRequest, name+" has no meaning in OCI mode")
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
		change func(*config.Options)
		code   errors.ErrorCode
	}{
		"sync directory": {func(o *config.Options) { o.Sync = filepath.Join(dir, "no", "sync.yaml") }, errors.ErrCodeNotFound},
		"sync is one":    {func(o *config.Options) { o.Sync = dir }, errors.ErrCodeInvalidRequest},
		"refs":           {func(o *config.Options) { o.ImageRefs = filepath.Join(dir, "no", "refs") }, errors.ErrCodeNotFound},
		"verify word":    {func(o *config.Options) { o.Sync, o.SyncVerify = filepath.Join(dir, "s"), "notation" }, errors.ErrCodeInvalidRequest},
		"ref word":       {func(o *config.Options) { o.Sync, o.SyncRef = filepath.Join(dir, "s"), "newest" }, errors.ErrCodeInvalidRequest},
		"tag":            {func(o *config.Options) { o.Tag = []string{"a b"} }, errors.ErrCodeInvalidRequest},
		"source name":    {func(o *config.Options) { o.Sync, o.FluxOCISourceName = filepath.Join(dir, "s"), "A" }, errors.ErrCodeInvalidRequest},
	} {
		o := published(dir, host+"/org/bundle:v1")
		c.change(&o)
		for _, o.DryRun = range []bool{false, true} {
			if _, err := newBundler().Bundle(t.Context(), o); errors.CodeOf(err) != c.code {
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
	if err := os.WriteFile(refs, []byte(strings.Repeat("earlier\n", 100)), 0o600); err != nil {
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
	b := &aicr.Bundler{Progress: func(p oci.Progress) {
		if len(steps) == 0 || steps[len(steps)-1] != p.Step {
			steps = append(steps, p.Step)
		}
	}}
	var out *deployer.Output
	out, err := b.Bundle(t.Context(), published(local(t), host+"/org/bundle:v1"))
	if err != nil || !out.Artifact.Uploaded || !slices.Contains(steps, "pushing layer") || steps[len(steps)-1] != "setting tag v1" {
		t.Errorf("%v; the steps are %q", err, steps)
	}
}
