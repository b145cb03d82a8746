package output

import (
	"fmt"

	"github.com/aicr-flux/aicr/pkg/aicr"
)

// Report says where the page of a bundle is, or prints it where it is in no file.
func (p *Printer) Report(made aicr.ReportResult, file, format string) error {
	if file == "" {
		_, err := p.Out.Write(made.HTML)
		return err
	}
	result := struct {
		Page string `json:"page"`
		Size int    `json:"size"`
	}{file, len(made.HTML)}
	return p.Result(format, result, func() string {
		return fmt.Sprintf("Wrote %s (%d KB). Findings: %s.\n", file, (len(made.HTML)+999)/1000, made.Verified.Summary())
	})
}
