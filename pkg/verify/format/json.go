package format

import (
	"bytes"
	"encoding/json"

	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

// jsonFormat writes the report as it is in Go, for programs.
type jsonFormat struct{}

func (jsonFormat) Name() string { return "json" }

func (jsonFormat) Render(r engine.Report, _ Options) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false) // "->" stays readable
	err := enc.Encode(r)
	return out.Bytes(), err
}
