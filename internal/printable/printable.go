// Package printable makes text safe to show. A name, a path or an answer of a server may hold the
// escape sequences of a terminal, what turns the direction of text, newlines, and what a CI system
// takes for a command where it stands in a log: "::error" where a line begins for GitHub Actions,
// "##[error]" or "##vso[…]" anywhere for it, for Azure and for TeamCity.
//
// What is shown is escaped, not left out, so that a person sees that something is there. Text that
// is safe stays as it is, so that escaping it again changes nothing.
package printable

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// command is what CI systems look for anywhere in a line.
var command = regexp.MustCompile(`#(#\w*\[)`)

// Line returns text as one line.
func Line(text string) string {
	var b strings.Builder
	for _, part := range strings.Split(text, "") {
		if r, _ := utf8.DecodeRuneInString(part); unprintable(r) {
			part = strings.Trim(strconv.QuoteToGraphic(part), `"`)
		}
		b.WriteString(part)
	}
	return command.ReplaceAllString(b.String(), `#\$1`)
}

// unprintable holds for bytes that are no UTF-8, too.
func unprintable(r rune) bool { return r == utf8.RuneError || r != ' ' && !unicode.IsGraphic(r) }

// Lines is Line for each line of a text.
func Lines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = Line(line)
		if trimmed := strings.TrimSpace(line); strings.HasPrefix(trimmed, "::") {
			lines[i] = `\` + strings.TrimSpace(lines[i])
		}
	}
	return strings.Join(lines, "\n")
}

// JSON returns a JSON text of the same meaning. The encoder of the standard library escapes what JSON
// wants escaped, which is less than what a terminal obeys.
func JSON(text string) string {
	var b strings.Builder
	for _, r := range command.ReplaceAllString(text, `\u0023$1`) {
		switch {
		case r == '\n' || !unprintable(r): // a newline stands between values only
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
