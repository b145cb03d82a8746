package output

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/aicr-flux/aicr/internal/printable"
)

// beginning is what a line has before its text: spaces, and the mark of a list, a number, a label or
// the kind of a message. What continues the line stands below the text.
var beginning = regexp.MustCompile(`^ *(- |[0-9]+\. |[a-z]+ {2,})?`)

// fold breaks the lines of a text that are longer than a terminal is wide, between words. No width,
// 0, means that lines may have any length: what is no terminal searches and counts lines.
func fold(text string, width int) string {
	if width <= 0 {
		return text
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		body, newline := strings.CutSuffix(line, "\n")
		if utf8.RuneCountInString(body) <= width {
			b.WriteString(line)
			continue
		}
		begin := beginning.FindString(body)
		indent := len(begin)
		if indent == 0 {
			indent = 2
		}
		folded := printable.Wrap(width, begin, strings.Repeat(" ", min(indent, width/2)), body[len(begin):])
		if !newline {
			folded = strings.TrimSuffix(folded, "\n")
		}
		b.WriteString(folded)
	}
	return b.String()
}
