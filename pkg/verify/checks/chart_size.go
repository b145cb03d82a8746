package checks

import (
	"bytes"
	"compress/gzip"
	stderrors "errors"
	"maps"
	"slices"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var chartSize = &engine.Check{
	ID:       "chart-size",
	Group:    engine.GroupCharts,
	Severity: engine.SeverityError,
	Title:    "Each local chart is small enough for Helm and Flux",
	Remedy:   "Make the chart smaller, or split it.",
	Run: func(p *engine.Pass) {
		for _, c := range p.EachChart() {
			at := c.Place()
			var e *chart.Error
			if stderrors.As(c.LoadErr, &e) && e.Kind == chart.KindSize {
				p.Report(at, "%s", e.Message)
			}
			if c.Chart == nil || c.Source.Origin == rollout.OriginArtifact {
				continue
			}
			if size := packed(p, c); size > localformat.MaxChartArchive {
				p.Add(engine.SeverityWarning, at, "Start source-controller with --helm-chart-max-size, or make the chart smaller.",
					"the chart has about %d MiB packed, and source-controller takes 10 MiB unless told otherwise", size>>20)
			}
		}
	},
}

// packed is about the size of a chart when packed; 0 where it is surely small enough.
func packed(p *engine.Pass, c *engine.LocalChart) int64 {
	if !c.Source.Local() {
		return int64(c.Packed)
	}
	var raw int64
	for _, file := range c.Source.Files {
		if info, ok := p.Tree.Info(file); ok {
			raw += info.Size()
		}
	}
	if raw <= localformat.MaxChartArchive {
		return 0
	}
	var archive bytes.Buffer
	z := gzip.NewWriter(&archive)
	for _, name := range slices.Sorted(maps.Keys(c.Source.Files)) {
		data, err := p.Tree.Read(c.Source.Files[name])
		if err != nil {
			return 0
		}
		_, _ = z.Write(data) // a buffer takes everything
	}
	_ = z.Close()
	return int64(archive.Len())
}
