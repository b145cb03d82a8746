package output

import (
	"io"
	"os"
	"regexp"

	"golang.org/x/term"
)

// Colours reports whether what is written to w may have colours: on a terminal that knows some, and
// where nobody has said no (https://no-color.org).
func Colours(w io.Writer) bool {
	return terminal(w) && os.Getenv("NO_COLOR") == ""
}

// terminal reports whether w is a terminal on which lines can be drawn anew, and coloured.
func terminal(w io.Writer) bool {
	f, isFile := w.(*os.File)
	return isFile && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
}

// paint is what stands out in a text, and how.
type paint []struct {
	what   *regexp.Regexp
	colour string
}

const (
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	reset  = "\x1b[0m"
)

// messages are what any text may have: the kind of a message, and a good verdict.
var messages = paint{
	{regexp.MustCompile(`(?m)^(Error|error):`), red},
	{regexp.MustCompile(`(?m)^(Warning|warning):`), yellow},
	{regexp.MustCompile(`nothing\s+is\s+wrong`), green},
}

// changes are what a comparison has: what is lost, what goes and what comes.
var changes = paint{
	{regexp.MustCompile(`(?m)^ {2}!.*`), red},
	{regexp.MustCompile(`(?m)^ {4,}-.*`), red},
	{regexp.MustCompile(`(?m)^ {4,}\+.*`), green},
	{regexp.MustCompile(`(?m)^ {4,}~.*`), yellow},
}

// on returns the text with colours.
func (p paint) on(text string) string {
	for _, rule := range p {
		text = rule.what.ReplaceAllString(text, rule.colour+"$0"+reset)
	}
	return text
}
