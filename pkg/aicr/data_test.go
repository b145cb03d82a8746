package aicr_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/internal/datasource"
	"github.com/aicr-flux/aicr/internal/registryhttp"
	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// packed is the archive of a repository with these files.
func packed(t *testing.T, files map[string]string) ([]byte, string) {
	t.Helper()
	var to bytes.Buffer
	z := gzip.NewWriter(&to)
	w := tar.NewWriter(z)
	for name, text := range files {
		if err := w.WriteHeader(&tar.Header{Name: "aicr-1.3.0/" + name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return to.Bytes(), fmt.Sprintf("sha256:%x", sha256.Sum256(to.Bytes()))
}

// gitHub serves one repository, which the caller may change, and counts what it is asked.
func gitHub(t *testing.T, archive *[]byte) (from datasource.Options, asked *int) {
	t.Helper()
	asked = new(int)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		*asked++
		_, _ = w.Write(*archive)
	}))
	t.Cleanup(server.Close)
	return datasource.Options{CacheDir: t.TempDir(), GitHub: server.URL, Retry: registryhttp.Retry{Retries: -1}}, asked
}

// worktree is a directory with a recipe in a Git work tree.
func worktree(t *testing.T, files map[string]string) aicr.BundleOptions {
	t.Helper()
	dir := tree(t, files)
	if out, err := exec.CommandContext(t.Context(), "git", "init", "-q", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	o := options(dir)
	o.RepoURL, o.Version = "https://git.example.com/org/repo.git", "1"
	return o
}

var dataRecipe = map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("app", "  valuesFile: components/app/v.yaml\n")}

func dataOf(version string) map[string]string {
	return map[string]string{"recipes/components/app/v.yaml": "version: " + version, "recipes/registry.yaml": "kind: ComponentRegistry"}
}

// TestHazard48_ARunAgainTakesTheDataOfLastTime, whatever the branch has become.
func TestHazard48_ARunAgainTakesTheDataOfLastTime(t *testing.T) {
	t.Parallel()
	archive, first := packed(t, dataOf("one"))
	from, asked := gitHub(t, &archive)
	o := worktree(t, dataRecipe)
	aicr.FetchData(&o, from)
	const branch = "github:NVIDIA/aicr@main"
	o.Data = []string{branch}
	out := bundle(t, o)
	if want := []deployer.DataSource{{Source: branch, Digest: first}}; !slices.Equal(out.Data, want) {
		t.Errorf("%+v", out.Data)
	}
	before := contents(t, o.Output)
	if text := before["aicr.yaml"]; !strings.Contains(text, "source: "+branch+"\n") || !strings.Contains(text, "archive: "+first+"\n") || strings.Contains(text, from.GitHub) || strings.Contains(text, from.CacheDir) {
		t.Errorf("%s", text)
	}

	// The branch moves.
	var second string
	archive, second = packed(t, dataOf("two"))
	repeat := func(from datasource.Options) (aicr.BundleOptions, error) {
		again, err := aicr.Again(t.Context(), o.Output, aicr.BundleOptions{Options: deployer.Options{Version: "1"}})
		aicr.FetchData(&again, from)
		return again, err
	}
	*asked = 0
	again, err := repeat(from)
	if err != nil || !slices.Equal(again.Data, []string{branch + "#" + first}) {
		t.Fatalf("%q, %v", again.Data, err)
	}
	bundle(t, again)
	if diff := cmp.Diff(before, contents(t, o.Output)); diff != "" || *asked != 0 {
		t.Errorf("%d requests\n%s", *asked, diff)
	}
	elsewhere := from
	elsewhere.CacheDir = t.TempDir()
	again, _ = repeat(elsewhere)
	if _, err := aicr.Bundle(t.Context(), again); errors.CodeOf(err) != errors.ErrCodeUnauthorized || !strings.Contains(err.Error(), "its digest is "+second+", and #"+first+" is asked for") {
		t.Errorf("%v", err)
	}

	// A run with the same options says that the branch moved.
	o.Strict = true
	moved := "the bundle in " + o.Output + " was made with `Data` " + branch + "#" + first + ", and this run with " + branch + "#" + second
	if _, err := aicr.Bundle(t.Context(), o); err == nil || !strings.Contains(err.Error(), moved) {
		t.Errorf("%v", err)
	}
	o.Strict = false
	out = bundle(t, o)
	if !slices.ContainsFunc(out.Warnings, func(w string) bool { return strings.HasPrefix(w, moved) }) || out.Data[0].Digest != second {
		t.Errorf("%q", out.Warnings)
	}
}

// TestDataFromElsewhereOffline: Offline and NoCache are about data, too, also without charts.
func TestDataFromElsewhereOffline(t *testing.T) {
	t.Parallel()
	archive, _ := packed(t, dataOf("one"))
	from, asked := gitHub(t, &archive)
	o := options(tree(t, dataRecipe))
	o.ChartPull.Offline = true
	refused(t, o, errors.ErrCodeInvalidRequest, "`Offline` is about what is downloaded, and nothing is; add `VendorCharts`, `CheckCharts` or `Data` from elsewhere, or remove it")
	o.Data = []string{"github:NVIDIA/aicr@v1.3.0"}
	aicr.FetchData(&o, from)
	refused(t, o, errors.ErrCodeNotFound, "data github:NVIDIA/aicr@v1.3.0: it is not in the cache")
	o.ChartPull.Offline = false
	o.ChartPull.NoCache = true
	bundle(t, o)
	o.ChartPull.Offline, o.ChartPull.NoCache = true, false
	if _, err := aicr.Bundle(t.Context(), o); errors.CodeOf(err) != errors.ErrCodeNotFound {
		t.Errorf("what is not to be kept is kept: %v", err)
	}
	o.ChartPull.Offline = false
	bundle(t, o)
	*asked = 0
	o.ChartPull.Offline = true
	bundle(t, o)
	if *asked != 0 {
		t.Errorf("%d requests", *asked)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o.ChartPull.Offline = false
	if _, err := aicr.Bundle(ctx, o); err == nil {
		t.Error("a run that was ended goes on")
	}
}

// TestAnArchiveInTheRepository is named by its path in the record, and held to its content.
func TestAnArchiveInTheRepository(t *testing.T) {
	t.Parallel()
	archive, digest := packed(t, dataOf("one"))
	o := worktree(t, with(dataRecipe, map[string]string{"data/a.tar.gz": string(archive)}))
	file := filepath.Join(filepath.Dir(o.Recipe), "data", "a.tar.gz")
	o.Data = []string{file}
	out := bundle(t, o)
	if want := []deployer.DataSource{{Source: file, Digest: digest}}; !slices.Equal(out.Data, want) {
		t.Errorf("%+v", out.Data)
	}
	if text := contents(t, o.Output)["aicr.yaml"]; !strings.Contains(text, "path: data/a.tar.gz\n") || !strings.Contains(text, "archive: "+digest+"\n") {
		t.Errorf("%s", text)
	}
	again, err := aicr.Again(t.Context(), o.Output, aicr.BundleOptions{})
	if err != nil {
		t.Fatal(err)
	}
	bundle(t, again)
	other, _ := packed(t, dataOf("two"))
	if err := os.WriteFile(file, other, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := aicr.Bundle(t.Context(), again); errors.CodeOf(err) != errors.ErrCodeUnauthorized {
		t.Errorf("%v", err)
	}
}

// TestARecordNamesNoFileToFetch: a record may be a stranger's.
func TestARecordNamesNoFileToFetch(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"/etc": "`Data` was \"/etc\", which is on no server; give it again", "../../secret.tar.gz": "is on no server", "file:///etc": "has the scheme \"file\"",
		"https://h/x?token=hush": "credentials or a query",
	} {
		o := worktree(t, with(dataRecipe, map[string]string{
			"out/aicr.yaml": "kind: BundleRecord\napiVersion: aicr.run/v1alpha2\nrecipe: ../recipe.yaml\ndata:\n- source: " + source + "\n",
		}))
		_, err := aicr.Again(t.Context(), o.Output, aicr.BundleOptions{})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v", source, err)
		}
	}
}
