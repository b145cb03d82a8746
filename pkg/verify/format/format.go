// Package format writes a report of pkg/verify for people and for programs: one format a file.
package format

import (
	"slices"
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

// Format writes a report.
type Format interface {
	// Name is the format's name: "text".
	Name() string
	// Render returns the report as a whole, with a newline at its end.
	Render(r engine.Report, o Options) ([]byte, error)
}

var formats = [...]Format{text{}, jsonFormat{}, sarif{}, gitHub{}}

// Names returns the names of all formats, the default first.
func Names() []string {
	var names []string
	for _, f := range formats {
		names = append(names, f.Name())
	}
	return names
}

// Render writes the report in the format of that name; "" is the first of Names. An unknown one is
// ErrCodeInvalidRequest.
func Render(name string, r engine.Report, o Options) ([]byte, error) {
	i := slices.IndexFunc(formats[:], func(f Format) bool { return name == "" || f.Name() == name })
	if i < 0 {
		return nil, errors.Invalid("there is no format %q; choose among %s", name, strings.Join(Names(), ", "))
	}
	return formats[i].Render(r, o)
}
