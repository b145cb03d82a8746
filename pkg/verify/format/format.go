// Package format writes a report of pkg/verify for people and for programs: one format a file.
package format

import (
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

// Options are what a format shows besides the report. The zero value is usable.
type Options struct {
	// Dir is where the bundle lies in the repository, so that annotations land on its files.
	Dir string
	// Version is that of the program.
	Version string
}

var formats = [...]struct {
	name   string
	render func(r engine.Report, o Options) ([]byte, error)
}{{"text", text}, {"json", indented}, {"sarif", sarif}, {"github", gitHub}}

// Names returns the names of all formats, the default first.
func Names() []string {
	var names []string
	for _, f := range formats {
		names = append(names, f.name)
	}
	return names
}

// Render writes the report in the format of that name; "" is the first of Names. An unknown one is
// ErrCodeInvalidRequest.
func Render(name string, r engine.Report, o Options) ([]byte, error) {
	for _, f := range formats {
		if name == "" || name == f.name {
			return f.render(r, o)
		}
	}
	return nil, errors.Invalid("there is no format %q; choose among %s", name, strings.Join(Names(), ", "))
}
