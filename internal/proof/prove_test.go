package proof

import (
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestGoodBundles(t *testing.T) {
	for _, mode := range []string{"git", "oci"} {
		t.Run(mode, func(t *testing.T) {
			report := Check(t, os.DirFS("testdata/"+mode))
			if len(report.Objects) != 7 {
				t.Errorf("%d objects, want 7", len(report.Objects))
			}
			if len(report.Charts) != 1 || len(report.Charts[0].Manifests) != 1 {
				t.Fatalf("charts: %+v, want one with one manifest", report.Charts)
			}
			chart := report.Charts[0]
			if withDigest := strings.Contains(chart.Version, "+"); withDigest != (mode == "oci") {
				t.Errorf("the chart has version %s", chart.Version)
			}
			// Inline values win over those of the ConfigMap, which stay where they are alone.
			for _, want := range []string{`pods: "4"`, "system-node-critical", "namespace: gpu-operator", "instance: gpu-operator-pre"} {
				if !strings.Contains(chart.Manifests[0].Text, want) {
					t.Errorf("the manifest lacks %q:\n%s", want, chart.Manifests[0].Text)
				}
			}
		})
	}
}

func TestSourcesOfTheClusterAreExternal(t *testing.T) {
	bundle := load(t, "git")
	const repository = "sources/gitrepo-github-com-your-org-your-repo.yaml"
	delete(bundle, repository)
	replace(t, bundle, "kustomization.yaml", "- "+repository+"\n", "")
	if _, err := Prove(bundle); err == nil {
		t.Error("a missing GitRepository passes")
	}
	Check(t, bundle, External{Kind: "GitRepository", Name: "github-com-your-org-your-repo"})
}

func load(t *testing.T, mode string) fstest.MapFS {
	t.Helper()
	bundle := fstest.MapFS{}
	root := os.DirFS("testdata/" + mode)
	err := fs.WalkDir(root, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(root, file)
		bundle[file] = &fstest.MapFile{Data: content, Mode: 0o644}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return bundle
}

func replace(t *testing.T, bundle fstest.MapFS, file, old, replacement string) {
	t.Helper()
	entry := bundle[file]
	if entry == nil {
		t.Fatalf("there is no %s, only %v", file, slices.Sorted(maps.Keys(bundle)))
	}
	if !strings.Contains(string(entry.Data), old) {
		t.Fatalf("%s does not contain %q", file, old)
	}
	bundle[file] = &fstest.MapFile{Data: []byte(strings.Replace(string(entry.Data), old, replacement, 1)), Mode: 0o644}
}
