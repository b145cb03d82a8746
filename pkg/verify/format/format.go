// Package format writes reports of pkg/verify for people and for programs: one format a file. Files
// are named as people typed them, and in formats for the servers that show annotations, as they are
// in the repository.
package format

import (
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

// Options are what a format shows besides the report. The zero value is usable.
type Options struct {
	// Version is that of the program.
	Version string
}

var formats = [...]struct {
	name   string
	render func(reports []engine.Report, o Options) ([]byte, error)
}{{"text", text}, {"json", indented}, {"sarif", sarif}, {"github", gitHub}}

// Names returns the names of all formats, the default first.
func Names() []string {
	var names []string
	for _, f := range formats {
		names = append(names, f.name)
	}
	return names
}

// Render writes the reports in the format of that name; "" is the first of Names. An unknown one is
// ErrCodeInvalidRequest.
func Render(name string, reports []engine.Report, o Options) ([]byte, error) {
	for _, f := range formats {
		if name == "" || name == f.name {
			return f.render(reports, o)
		}
	}
	return nil, errors.Invalid("there is no format %q; choose among %s", name, strings.Join(Names(), ", "))
}
