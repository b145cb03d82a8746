package values

import (
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// Scalar writes s as a YAML scalar on one line, quoted where plain text would
// be read as anything else than this text.
func Scalar(s string) (string, error) {
	if isPlain(s) {
		return s, nil
	}
	var v any = s
	if fragile(s) || strings.Contains(s, "\n") {
		v = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: s}
	}
	out, err := yaml.Marshal(v)
	return strings.TrimSuffix(string(out), "\n"), err
}

// isPlain reports whether s can stand without quotes, going by a narrow rule
// that covers nearly all names, versions, quantities and addresses: it saves
// them the library, which would write the same.
func isPlain(s string) bool {
	if s == "" || len(s) < 6 && meansSomething(s) || s[len(s)-1] == ':' {
		return false
	}
	letters, dots, others := false, 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
		case c == '.':
			dots++
		case c == '/' || isLetter(c) && !inNumbers(c):
			letters = true
		case c == '-' || c == '_' || c == ':' || isLetter(c):
			others++
		default:
			return false
		}
	}
	switch first := s[0]; {
	case isLetter(first) || first == '/':
		return true
	case first >= '0' && first <= '9':
		// Neither a number nor a date.
		return letters || dots > 1 && others == 0
	}
	return strings.HasPrefix(s, "./")
}

// inNumbers reports whether some number or date of YAML holds the letter.
func inNumbers(c byte) bool { return strings.IndexByte("abcdefxotzinABCDEFXOTZIN", c) >= 0 }

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
