package printable

import "strings"

// CommandData returns text as a workflow command of GitHub Actions has it after "::", with the escapes
// of actions/toolkit.
func CommandData(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(Lines(text))
}

// CommandProperty returns text as the value of a property of a workflow command.
func CommandProperty(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(Line(text))
}
