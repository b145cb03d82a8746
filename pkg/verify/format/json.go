package format

import (
	"bytes"
	"encoding/json"

	"github.com/aicr-flux/aicr/internal/printable"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

// indented writes the report as it is in Go, for programs.
func indented(r engine.Report, _ Options) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false) // "->" stays readable
	err := enc.Encode(r)
	return []byte(printable.JSON(out.String())), err
}
