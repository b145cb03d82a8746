package format

import (
	"bytes"
	"encoding/json"

	"github.com/aicr-flux/aicr/internal/printable"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

// indented writes the report as it is in Go, for programs; several in a list.
func indented(reports []engine.Report, _ Options) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false) // "->" stays readable
	var list struct {
		Bundles []engine.Report `json:"bundles"`
	}
	for _, r := range reports {
		list.Bundles = append(list.Bundles, r.Typed())
	}
	var v any = list
	if len(reports) == 1 {
		v = list.Bundles[0]
	}
	err := enc.Encode(v)
	return []byte(printable.JSON(out.String())), err
}
