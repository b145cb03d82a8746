package proof

import (
	"archive/tar"
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	extensionsv1 "github.com/fluxcd/source-watcher/api/v2/v1beta1"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
)

// fromArtifact packs the chart as source-watcher does, by the copy rules of the ArtifactGenerator that makes the
// release's ExternalArtifact, and versions it as helm-controller does, by the artifact's digest. Helm wants the chart in
// one directory, which is staged.
func (s *scene) fromArtifact(release *helmv2.HelmRelease, work string) (packed *chart.Chart, staged string, err error) {
	generator, output, err := s.artifact(release)
	if err != nil {
		return nil, "", err
	}
	for _, rule := range output.Copy {
		if err := s.copy(generator, rule, work); err != nil {
			return nil, "", fmt.Errorf("artifact %q: copy from %q to %q: %w", output.Name, rule.From, rule.To, err)
		}
	}
	if err := refused(os.DirFS(work), "."); err != nil {
		return nil, "", fmt.Errorf("artifact %q: %w", output.Name, err)
	}
	entries, err := os.ReadDir(work)
	if err != nil {
		return nil, "", err
	}
	if len(entries) != 1 || !entries[0].IsDir() {
		return nil, "", fmt.Errorf("artifact %q: Helm wants everything in one directory of it", output.Name)
	}
	archive, err := tarball(work)
	if err != nil {
		return nil, "", err
	}
	packed, err = loader.LoadArchive(bytes.NewReader(archive))
	if err != nil {
		return nil, "", fmt.Errorf("artifact %q: %w", output.Name, err)
	}
	digest := sha256.Sum256(archive)
	packed.Metadata.Version += "+" + hex.EncodeToString(digest[:6])
	return packed, filepath.Join(work, entries[0].Name()), nil
}

// artifact finds who makes the ExternalArtifact that the release names.
func (s *scene) artifact(release *helmv2.HelmRelease) (*extensionsv1.ArtifactGenerator, *extensionsv1.OutputArtifact, error) {
	ref := release.Spec.ChartRef
	for _, generator := range s.generators {
		if generator.Namespace != cmp.Or(ref.Namespace, release.Namespace) {
			continue
		}
		for i := range generator.Spec.OutputArtifacts {
			if output := &generator.Spec.OutputArtifacts[i]; output.Name == ref.Name {
				return generator, output, nil
			}
		}
	}
	return nil, nil, fmt.Errorf("no ArtifactGenerator makes the ExternalArtifact %q", ref.Name)
}

// tarball writes dir as Flux archives an artifact, with nothing in it that depends on the machine.
func tarball(dir string) ([]byte, error) {
	var buffer bytes.Buffer
	compressed := gzip.NewWriter(&buffer)
	archive := tar.NewWriter(compressed)
	files := os.DirFS(dir)
	err := fs.WalkDir(files, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, file)
		if err != nil {
			return err
		}
		header := &tar.Header{Name: file, Mode: 0o644, Size: int64(len(content)), Typeflag: tar.TypeReg}
		if err := archive.WriteHeader(header); err != nil {
			return err
		}
		_, err = archive.Write(content)
		return err
	})
	for _, closer := range []func() error{archive.Close, compressed.Close} {
		if err == nil {
			err = closer()
		}
	}
	return buffer.Bytes(), err
}
