package printable

import (
	"strings"
	"unicode/utf8"
)

// Wrap returns text as lines that are at most width columns wide: the first begins with first, and
// the others with rest. A word that is longer stays whole, so that it can be copied.
func Wrap(width int, first, rest, text string) string {
	var b strings.Builder
	line, empty := first, true
	for word := range strings.SplitSeq(text, " ") {
		if !empty && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line, empty = rest, true
		}
		if !empty {
			line += " "
		}
		line += word
		empty = false
	}
	return b.String() + line + "\n"
}
