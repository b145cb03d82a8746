package format

import (
	"fmt"
	"path"
	"strings"

	"github.com/aicr-flux/aicr/internal/printable"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

// gitHub writes the findings as workflow commands of GitHub Actions, which become annotations of
// the files, and a notice of what was not checked.
func gitHub(reports []engine.Report, _ Options) ([]byte, error) {
	var b strings.Builder
	for _, r := range reports {
		for _, f := range r.Findings {
			level := "notice"
			if f.Severity > engine.SeverityInfo {
				level = f.Severity.String()
			}
			properties := "title=" + printable.CommandProperty(f.Check)
			if f.File != "" {
				properties = "file=" + printable.CommandProperty(path.Join(r.Dir, f.File)) + "," + properties
				if f.Line > 0 {
					properties = fmt.Sprintf("line=%d,%s", f.Line, properties)
				}
			}
			fmt.Fprintf(&b, "::%s %s::%s\n", level, properties, printable.CommandData(description(f)))
		}
		if len(r.NotSeen) > 0 {
			title := "Not checked"
			if r.Source != "" {
				title += " in " + r.Source
			}
			fmt.Fprintf(&b, "::notice title=%s::%s\n", printable.CommandProperty(title), printable.CommandData(strings.Join(r.NotSeen, "\n")))
		}
	}
	return []byte(b.String()), nil
}

// description is all of a finding that is no place in a file.
func description(f engine.Finding) string {
	text := f.Message + "\n" + f.Remedy
	if f.Object != "" {
		text = strings.TrimSuffix(f.Object+": "+f.Path, ": ") + ": " + text
	}
	return text
}
