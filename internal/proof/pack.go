package proof

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/lint"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
)

// Limits of source-controller, unless its flags raise them.
const (
	maxChartFile    = 5 << 20
	maxChartArchive = 10 << 20
)

// pack gives the chart in dir as helm-controller would load it.
func (s *scene) pack(dir string, release *helmv2.HelmRelease, values map[string]any) (*chart.Chart, error) {
	work, err := os.MkdirTemp("", "proof-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)

	packed, staged, err := s.stage(dir, release, work)
	if err != nil {
		return nil, err
	}
	if len(packed.Dependencies()) != len(packed.Metadata.Dependencies) {
		return nil, fmt.Errorf("Chart.yaml has %d dependencies, charts/ holds %d: Flux would have to download", //nolint:staticcheck // the name of a file comes first
			len(packed.Metadata.Dependencies), len(packed.Dependencies()))
	}
	return packed, errors.Join(foreignFiles(packed), complaintsOfLint(staged, values, release.GetReleaseNamespace()))
}

// stage packs the chart and loads the package; staged is the directory that it was packed from.
func (s *scene) stage(dir string, release *helmv2.HelmRelease, work string) (packed *chart.Chart, staged string, err error) {
	switch {
	case !isLocal(release):
		return nil, "", errors.New("its release takes the chart from elsewhere")
	case release.HasChartRef():
		return s.fromArtifact(release, work)
	default:
		staged = filepath.Join(work, path.Base(dir))
		packed, err = s.fromGit(dir, release, staged)
		return packed, staged, err
	}
}

// fromGit packs the chart as source-controller does: the directory as .helmignore leaves it, written as an archive.
func (s *scene) fromGit(dir string, release *helmv2.HelmRelease, staged string) (*chart.Chart, error) {
	sub, err := fs.Sub(s.fsys, dir)
	if err != nil {
		return nil, err
	}
	if err := refused(s.fsys, dir); err != nil {
		return nil, err
	}
	if err := os.CopyFS(staged, sub); err != nil {
		return nil, err
	}
	loaded, err := loader.LoadDir(staged)
	if err != nil {
		return nil, err
	}
	spec := release.Spec.Chart.Spec
	switch {
	case !strings.HasSuffix("/"+path.Clean(spec.Chart), "/"+dir):
		return nil, fmt.Errorf("its release looks for the chart in %q", spec.Chart)
	case spec.Version != loaded.Metadata.Version:
		return nil, fmt.Errorf("its release wants version %q, Chart.yaml says %q", spec.Version, loaded.Metadata.Version)
	case len(spec.ValuesFiles) > 0:
		return nil, errors.New("its release has valuesFiles, which cannot be judged here")
	}
	archive, err := chartutil.Save(loaded, filepath.Dir(staged))
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(archive); err == nil && info.Size() > maxChartArchive {
		return nil, fmt.Errorf("the packed chart has %d bytes, source-controller takes %d", info.Size(), maxChartArchive)
	}
	return loader.LoadFile(archive)
}

// foreignFiles complains of files that describe the release and lie in its chart: each edit of a value would then
// change the chart, and upgrade twice.
func foreignFiles(packed *chart.Chart) error {
	foreign := []string{"helmrelease.yaml", "configmap-values.yaml", "artifactgenerator.yaml"}
	var complaints []error
	for _, file := range packed.Raw {
		if slices.Contains(foreign, file.Name) {
			complaints = append(complaints, fmt.Errorf("%s ends up in the chart", file.Name))
		}
	}
	return errors.Join(complaints...)
}

func complaintsOfLint(dir string, values map[string]any, namespace string) error {
	var complaints []error
	for _, message := range lint.RunAll(dir, values, namespace).Messages {
		if message.Severity >= support.ErrorSev {
			complaints = append(complaints, fmt.Errorf("helm lint: %w", message))
		}
	}
	return errors.Join(complaints...)
}
