package helmchart

import (
	"fmt"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Kind says what stands between a chart and its manifests.
type Kind string

// The kinds of an Error.
const (
	// KindChart: it is no chart, or none that Helm would install.
	KindChart Kind = "chart"
	// KindValues: the values violate the values.schema.json of the chart, or of a chart inside it.
	KindValues Kind = "values"
	// KindTemplate: a template does not parse, or fails.
	KindTemplate Kind = "template"
	// KindYAML: what a template gave is not YAML.
	KindYAML Kind = "yaml"
	// KindObject: a document that a template gave has no apiVersion or no kind.
	KindObject Kind = "object"
	// KindSize: it has a file, or is as a whole, larger than what Helm reads.
	KindSize Kind = "size"
	// KindLimit: a template runs too long, or gives or holds too much.
	KindLimit Kind = "limit"
	// KindMemory: what a template computes fills the memory, and may go on to until the program ends; nothing else should
	// be rendered.
	KindMemory Kind = "memory"
)

// Error is one reason why a chart cannot be rendered. Its code is ErrCodeInvalidRequest. Find it with errors.As; where
// there are several, the error is an errors.List of them.
type Error struct {
	Kind Kind
	// Template is the template's path, the chart's name first, as in Manifest; empty where no template is to blame.
	Template string
	// Line is the line in Template, from 1; 0 where it is not known.
	Line int
	// Message says what is wrong and what to do.
	Message string
}

// Error returns the template, the line and the message.
func (e *Error) Error() string {
	switch {
	case e.Template == "":
		return e.Message
	case e.Line == 0:
		return e.Template + ": " + e.Message
	}
	return fmt.Sprintf("%s line %d: %s", e.Template, e.Line, e.Message)
}

// Is gives the error its code.
func (e *Error) Is(target error) bool { return target == errors.ErrCodeInvalidRequest }

func fail(kind Kind, format string, args ...any) error {
	return coded(&Error{Kind: kind, Message: fmt.Sprintf(format, args...)})
}

// coded lets errors.CodeOf find the code.
func coded(e *Error) error { return errors.Wrap(errors.ErrCodeInvalidRequest, e, "") }

// oneLine joins the lines of a message of another library.
func oneLine(text string) string {
	return strings.Join(strings.Fields(text), " ")
}
