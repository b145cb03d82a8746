package output

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/aicr-flux/aicr/internal/printable"
	"github.com/aicr-flux/aicr/pkg/diff"
)

// diffAnnotations writes effects as workflow commands of GitHub Actions. Where the new bundle is a
// directory below the current one, they stand at its files.
func diffAnnotations(r diff.Report, dir string) string {
	var b strings.Builder
	for _, e := range r.Effects {
		level := "warning"
		if e.Severity == diff.Info {
			level = "notice"
		}
		title := "aicr diff"
		if e.Release != "" {
			title += ": " + e.Release
		}
		properties := "title=" + printable.CommandProperty(title)
		if e.Place.File != "" && dir != "" && filepath.IsLocal(dir) {
			properties = fmt.Sprintf("file=%s,line=%d,%s", printable.CommandProperty(path.Join(filepath.ToSlash(dir), e.Place.File)), max(1, e.Place.Line), properties)
		}
		fmt.Fprintf(&b, "::%s %s::%s\n", level, properties, printable.CommandData(e.Sentence()))
	}
	return b.String()
}
