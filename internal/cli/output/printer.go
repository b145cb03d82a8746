// Package output writes what a command has to say: results to standard output, and everything else
// to standard error. It knows how things look, and nothing of how they came about.
//
// Each text passes through Spell on its way out: the library names fields, and people know flags.
// And each is made printable, because bundles, charts and servers had a hand in it.
package output

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/aicr-flux/aicr/internal/printable"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// Printer writes to the streams of a command.
type Printer struct {
	Out, Err io.Writer
	// Spell replaces fields of the library by flags; nil leaves them.
	Spell func(text string) string
	// Width is how many columns the terminal of Out has, ErrWidth that of Err: text is broken so that
	// it fits. 0 is for what is no terminal, and leaves each line whole.
	Width, ErrWidth int
	// Colour says that Out may have colours, ErrColour that Err may.
	Colour, ErrColour bool
	// Quiet keeps all but results and errors back; Verbose says what happens on the way to them.
	Quiet, Verbose bool
}

// Columns returns how wide the terminal is that w writes to, or 0 where it is no terminal.
func Columns(w io.Writer) int {
	f, isFile := w.(*os.File)
	if !isFile {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}

func (p *Printer) spell(text string) string {
	if p.Spell == nil {
		return text
	}
	return p.Spell(text)
}

// Text prints a result for people.
func (p *Printer) Text(text string) error { return p.text(text, messages) }

// Changes prints a comparison for people.
func (p *Printer) Changes(text string) error { return p.text(text, changes) }

func (p *Printer) text(text string, paint paint) error {
	return p.write(shown(p.spell(printable.Lines(text)), p.Width, p.Colour, paint))
}

// shown is a text as it fits a terminal. Colours come last: they have no width, and what is escaped
// before cannot bring its own.
func shown(text string, width int, colour bool, paint paint) string {
	text = fold(text, width)
	if colour {
		text = paint.on(text)
	}
	return text
}

// Raw prints a result in a form that has escapes of its own.
func (p *Printer) Raw(text string) error { return p.write(p.spell(text)) }

func (p *Printer) write(text string) error {
	if _, err := io.WriteString(p.Out, text); err != nil {
		return fmt.Errorf("standard output: %w", err)
	}
	return nil
}

// JSON prints a result as JSON.
func (p *Printer) JSON(v any) error {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return errors.In(err, "result")
	}
	return p.Raw(printable.JSON(b.String()))
}

// Result prints a result as JSON where the format is that, and as text otherwise.
func (p *Printer) Result(format string, v any, text func() string) error {
	if format == "json" {
		return p.JSON(v)
	}
	return p.Text(text())
}

// Line prints a line to standard error.
func (p *Printer) Line(words ...any) {
	_, _ = io.WriteString(p.Err, shown(p.spell(printable.Lines(fmt.Sprintln(words...))), p.ErrWidth, p.ErrColour, messages))
}

// Notes prints what a person should know about a result.
func (p *Printer) Notes(warnings, notes []string) {
	if p.Quiet {
		return
	}
	for _, w := range warnings {
		p.Line("Warning:", w)
	}
	for _, n := range notes {
		p.Line("Note:", n)
	}
}
