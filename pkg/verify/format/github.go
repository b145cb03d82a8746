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
			text := description(f)
			file, line := r.Annotated(f)
			if file != "" {
				properties = "file=" + printable.CommandProperty(file) + "," + properties
			}
			if line > 0 {
				properties = fmt.Sprintf("line=%d,%s", line, properties)
			}
			if f.File != "" && file != path.Join(r.Dir, f.File) {
				text = fmt.Sprintf("%s: %s\n%s", f.Place, f.Message, f.Remedy) // the file is not there
			}
			fmt.Fprintf(&b, "::%s %s::%s\n", level, properties, printable.CommandData(text))
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
