package flux

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// upgradingFile says what to do before components are upgraded.
const upgradingFile = "UPGRADING.md"

// What Markdown takes for more than text: anywhere, and at the beginning of a line.
var (
	markup   = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, "&", `\&`, "|", `\|`, "~", `\~`)
	block    = regexp.MustCompile(`^[-+=#>]`)
	numbered = regexp.MustCompile(`^(\d{1,9})([.)])(\s|$)`)
)

// prose writes somebody's text into Markdown, where it reads as it stands. Its lines stay, indented
// for a list.
func prose(s string) string { return strings.Join(lines(s), "\\\n   ") }

// line is prose on one line, for a cell of a table.
func line(s string) string { return strings.Join(lines(s), " ") }

func lines(s string) []string {
	var all []string
	for text := range strings.Lines(s) {
		text = strings.TrimSpace(strings.Map(func(r rune) rune {
			if unicode.IsPrint(r) {
				return r
			}
			return ' '
		}, text))
		if text != "" {
			text = block.ReplaceAllString(markup.Replace(text), `\$0`)
			all = append(all, numbered.ReplaceAllString(text, `$1\$2$3`))
		}
	}
	return all
}

// link writes a reference: an address as one that can be followed, anything else as text.
func link(s string) string {
	if u, err := url.Parse(s); err == nil && (u.Scheme == "https" || u.Scheme == "http") && !strings.ContainsAny(s, " <>\\`") && line(s) == strings.TrimSpace(line(s)) {
		return "<" + u.String() + ">"
	}
	return line(s)
}
