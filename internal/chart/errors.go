package chart

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Kind says what stands between a chart and its manifests.
type Kind string

// The kinds of an Error.
const (
	// KindChart: it is no chart, or not one that Helm would install.
	KindChart Kind = "chart"
	// KindSize: it has a file, or is as a whole, larger than what Helm reads.
	KindSize Kind = "size"
	// KindValues: the values violate the values.schema.json of the chart, or of a chart inside it.
	KindValues Kind = "values"
	// KindTemplate: a template does not parse, or fails.
	KindTemplate Kind = "template"
	// KindYAML: what a template renders is not YAML.
	KindYAML Kind = "yaml"
	// KindObject: a document that a template renders has no apiVersion or no kind.
	KindObject Kind = "object"
	// KindPostRender: Helm takes what the templates render, and helm-controller refuses it; there are
	// manifests all the same.
	KindPostRender Kind = "post-render"
	// KindIdlePatch: a patch of the postRenderers finds nothing to patch, which stops nobody.
	KindIdlePatch Kind = "idle-patch"
	// KindRecord: Helm cannot store the release, which is too large; with KindRecordNear it nearly is.
	KindRecord     Kind = "record"
	KindRecordNear Kind = "record-near"
	// KindLimit: it takes more time or memory, or renders more, than a chart may.
	KindLimit Kind = "limit"
)

// Error is one reason why a chart cannot be loaded or rendered. It is plain data, and its code is
// ErrCodeInvalidRequest.
type Error struct {
	Kind Kind
	// Template is the template's path, the chart's name first, as in Manifest; empty where the
	// error is not about one.
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

// Unwrap gives the error its code.
func (e *Error) Unwrap() error { return errors.Invalid("%s", e.Message) }

func fail(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Stops reports whether there are no manifests for this reason.
func (e *Error) Stops() bool {
	return !slices.Contains([]Kind{KindPostRender, KindIdlePatch, KindRecord, KindRecordNear}, e.Kind)
}

// oneLine joins the lines of a message of another library.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
