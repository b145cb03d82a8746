package checks

import (
	"encoding/base64"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var releaseSize = &engine.Check{
	ID:       "release-size",
	Group:    engine.GroupCharts,
	Severity: engine.SeverityError,
	Title:    "Helm can store each release, and the API server each object",
	Remedy:   "Split the chart, or take large files out of it.",
	Run: func(p *engine.Pass) {
		for _, c := range p.Charts() {
			for _, e := range c.RenderErrs {
				switch e.Kind {
				case chart.KindRecord:
					p.Report(c.Release.Place(), "%s", e.Message)
				case chart.KindRecordNear:
					p.Warn(c.Release.Place(), "%s", e.Message)
				default: // chart-render and post-render tell
				}
			}
		}
		for _, m := range p.Resources() {
			objectSize(p, m)
		}
	},
}

const (
	maxData = 1 << 20
	// maxObject is what etcd takes in one request unless it is told otherwise.
	maxObject = 3 << 19
	tooLarge  = "Split the object."
)

func mebibytes(size int) float64 { return float64(size) / (1 << 20) }

func objectSize(p *engine.Pass, m engine.Resource) {
	if m.Size <= maxData {
		return // and so are its data
	}
	data := dataSize(m.Object)
	switch {
	case data > maxData:
		p.Advise(m.Place(p.Scene), tooLarge, "%s renders a %s whose data have %.2f MiB, and the API server takes 1 MiB", m.Chart.Release.Ref, m.Kind(), mebibytes(data))
	case m.Size > maxObject:
		p.Advise(m.Place(p.Scene), tooLarge, "%s renders a %s of %.2f MiB, and etcd takes 1.5 MiB", m.Chart.Release.Ref, m.Kind(), mebibytes(m.Size))
	default:
		p.Add(engine.SeverityWarning, m.Place(p.Scene), tooLarge, "%s renders a %s of %.2f MiB, and etcd takes 1.5 MiB with all that the API server adds", m.Chart.Release.Ref, m.Kind(), mebibytes(m.Size))
	}
}

// dataSize is how much a ConfigMap or a Secret holds, in bytes; 0 for any other kind.
func dataSize(object map[string]any) int {
	kind, _ := object["kind"].(string)
	if object["apiVersion"] != "v1" || kind != "ConfigMap" && kind != "Secret" {
		return 0
	}
	size := 0
	for _, field := range []string{"data", "binaryData", "stringData"} {
		data, _ := object[field].(map[string]any)
		for _, v := range data {
			text, _ := v.(string)
			if encoded := field == "binaryData" || field == "data" && kind == "Secret"; encoded {
				size += base64.StdEncoding.DecodedLen(len(text))
			} else {
				size += len(text)
			}
		}
	}
	return size
}
