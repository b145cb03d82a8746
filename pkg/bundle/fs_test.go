package bundle_test

import (
	"io"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/bundle"
)

func TestFilesAsFileSystem(t *testing.T) {
	files := &bundle.Files{}
	for path, text := range map[string]string{"kustomization.yaml": "resources: []\n", "a/helmrelease.yaml": "kind: HelmRelease\n", "a/templates/deep/x.yaml": ""} {
		if err := files.Add(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	const lazy = "opened when needed"
	if err := files.AddFile(bundle.File{
		Path: "a/charts/x.tgz", Size: int64(len(lazy)), SHA256: "7bdad89619bef0e891d7034819602d17c6f8f11f4f7d652729f17b75e56fd48e",
		Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(lazy)), nil },
	}); err != nil {
		t.Fatal(err)
	}
	fsys := files.FS()
	if err := fstest.TestFS(fsys, files.Paths()...); err != nil {
		t.Error(err)
	}
	if _, err := fsys.Open("b"); !os.IsNotExist(err) {
		t.Errorf("open b: %v", err)
	}
}
