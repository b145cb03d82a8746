package chart

import (
	"path"
	"slices"

	"helm.sh/helm/v4/pkg/chart/loader/archive"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/values"
)

// FromRepository is a chart that was pulled, as source-controller hands it on for the release.
func FromRepository(tgz []byte, release *rollout.Release) Package {
	return Package{Archive: tgz, ValuesFiles: release.ValuesFiles, IgnoreMissingValuesFiles: release.IgnoreMissingValuesFiles}
}

// overwriteValues puts what the values files of the chart make together in the place of its
// values.yaml, as source-controller does.
func (p Package) overwriteValues(files []*archive.BufferedFile) ([]*archive.BufferedFile, *Error) {
	if len(p.ValuesFiles) == 0 {
		return files, nil
	}
	named := func(name string) int {
		return slices.IndexFunc(files, func(f *archive.BufferedFile) bool { return f.Name == path.Clean(name) })
	}
	merged := map[string]any{}
	for _, file := range p.ValuesFiles {
		i := named(file)
		if i < 0 && p.IgnoreMissingValuesFiles {
			continue
		}
		if i < 0 {
			return nil, fail(KindChart, "spec.chart.spec.valuesFiles: the chart has no file %q", file)
		}
		more, err := values.Decode(files[i].Data)
		if err != nil {
			return nil, fail(KindChart, "spec.chart.spec.valuesFiles: %q cannot be read: %s", file, oneLine(err.Error()))
		}
		merged = loader.MergeMaps(merged, more)
	}
	data, err := yaml.Marshal(merged)
	if err != nil {
		return nil, fail(KindChart, "spec.chart.spec.valuesFiles: %s", oneLine(err.Error()))
	}
	with := &archive.BufferedFile{Name: chartutil.ValuesfileName, Data: data}
	if i := named(chartutil.ValuesfileName); i >= 0 {
		files[i] = with
		return files, nil
	}
	return append(files, with), nil
}
