package values

import (
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// Scalar writes s as a YAML scalar on one line, quoted where plain text would
// be read as anything else than this text.
func Scalar(s string) (string, error) {
	if isWord(s) {
		return s, nil
	}
	var v any = s
	if fragile(s) || strings.Contains(s, "\n") {
		v = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: s}
	}
	out, err := yaml.Marshal(v)
	return strings.TrimSuffix(string(out), "\n"), err
}

// isWord reports whether s is a text that no YAML reader takes for anything
// else, which nearly all names are: it saves them the library.
func isWord(s string) bool {
	if s == "" || !isLetter(s[0]) || len(s) < 6 && meansSomething(s) {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !isLetter(c) && (c < '0' || c > '9') && c != '-' && c != '/' && c != '.' && c != '_' {
			return false
		}
	}
	return true
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// meansSomething reports whether a YAML reader takes the word for a boolean or
// for null.
func meansSomething(s string) bool {
	switch strings.ToLower(s) {
	case "true", "false", "yes", "no", "on", "off", "y", "n", "null":
		return true
	}
	return false
}

// fragile reports whether s needs double quotes: control characters and
// Unicode line breaks anywhere, and in text of several lines also white space
// that a block scalar would lose or misread.
func fragile(s string) bool {
	for _, r := range s {
		if r == '\u0085' || r == '\u2028' || r == '\u2029' || r == '\ufeff' || r != '\n' && r != '\t' && unicode.IsControl(r) {
			return true
		}
	}
	if !strings.Contains(s, "\n") {
		return strings.Contains(s, "\t")
	}
	for line := range strings.Lines(s) {
		text := strings.TrimSuffix(line, "\n")
		if strings.TrimSpace(text) != strings.TrimLeft(text, " \t") || strings.HasPrefix(text, "\t") {
			return true
		}
	}
	return strings.HasPrefix(s, " ") || strings.HasPrefix(s, "\n") || strings.HasSuffix(s, "\n\n")
}
