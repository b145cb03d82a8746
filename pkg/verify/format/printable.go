package format

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// printable returns a text that a bundle had a hand in as one line that can be printed anywhere: a
// name may hold the escape sequences of a terminal, newlines, and what GitHub Actions takes for a
// command ("::error" where a line begins, "##[" anywhere).
func printable(text string) string {
	var b strings.Builder
	for _, part := range strings.Split(text, "") {
		if r, _ := utf8.DecodeRuneInString(part); unprintable(r) {
			part = strings.Trim(strconv.QuoteToGraphic(part), `"`)
		}
		b.WriteString(part)
	}
	return strings.ReplaceAll(b.String(), "##[", `#\#[`)
}

// unprintable holds for bytes that are no UTF-8, too.
func unprintable(r rune) bool { return r == utf8.RuneError || r != ' ' && !unicode.IsGraphic(r) }

// printableLines is printable for each line of a message.
func printableLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = printable(line)
		if strings.HasPrefix(strings.TrimSpace(line), "::") {
			lines[i] = `\` + strings.TrimSpace(lines[i])
		}
	}
	return strings.Join(lines, "\n")
}
