package engine

import (
	"slices"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/internal/chart/known"
	"github.com/aicr-flux/aicr/internal/parallel"
)

// JudgedValues is what a chart does not make of the values of its release.
type JudgedValues struct {
	*LocalChart
	Unknown []known.Key
	Clashes []known.Clash
}

// judgeValues holds the values of each release against its chart.
func (s *Scene) judgeValues() []*JudgedValues {
	var all []*JudgedValues
	var charts [][]*JudgedValues
	index := map[*chart.Part]int{}
	for _, c := range s.Charts() {
		if c.Chart == nil || c.Chart.Parts == nil {
			continue
		}
		judged := &JudgedValues{LocalChart: c}
		all = append(all, judged)
		i, found := index[c.Chart.Parts]
		if !found {
			i = len(charts)
			index[c.Chart.Parts] = i
			charts = append(charts, nil)
		}
		charts[i] = append(charts[i], judged)
	}
	knowing := make([]*known.Values, len(charts))
	parallel.Each(len(charts), func(i int) {
		if s.Ctx.Err() != nil {
			return
		}
		k := known.Of(charts[i][0].Chart.Parts)
		for _, judged := range charts[i] {
			judged.Unknown, judged.Clashes = k.Unknown(judged.Values), k.Clashes(judged.Values)
		}
		knowing[i] = k
	})
	for _, judged := range all {
		for _, manifests := range all {
			if manifests.isManifestsOf(judged) && knowing[index[manifests.Chart.Parts]] != nil {
				judged.forget(knowing[index[manifests.Chart.Parts]])
			}
		}
	}
	return all
}

// isManifestsOf reports whether the chart has the manifests that go before or after another release:
// it gets the values of that one below its name.
func (j *JudgedValues) isManifestsOf(other *JudgedValues) bool {
	name := other.Release.Name
	return j.Source.Local() && j.Release.Namespace == other.Release.Namespace && (j.Release.Name == name+"-pre" || j.Release.Name == name+"-post")
}

// forget drops what the manifests read. A vendored chart has its values below its name, too.
func (j *JudgedValues) forget(manifests *known.Values) {
	j.Unknown = slices.DeleteFunc(j.Unknown, func(key known.Key) bool {
		return manifests.Reads(key.Path) || manifests.Reads(append([]string{j.Release.Name}, key.Path...))
	})
}
