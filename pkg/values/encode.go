package values

import (
	"bytes"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// Encode writes m as block YAML with sorted keys, each line indented by indent
// spaces. Text is quoted where any YAML reader, 1.1 or 1.2, would take it for
// something else. The text ends in a newline; an empty map is "{}".
func Encode(m map[string]any, indent int) (string, error) {
	var buf bytes.Buffer
	enc := yaml.NewEncoder(&buf)
	enc.SetIndent(2)
	if err := enc.Encode(guard(m)); err != nil {
		return "", err
	}
	if err := enc.Close(); err != nil {
		return "", err
	}
	return Indent(buf.String(), indent), nil
}

// Indent puts n spaces in front of each line of text that is not empty.
func Indent(text string, n int) string {
	pad := strings.Repeat(" ", n)
	var b strings.Builder
	b.Grow(len(text) + len(text)/8)
	for line := range strings.Lines(text) {
		if line != "\n" {
			b.WriteString(pad)
		}
		b.WriteString(line)
	}
	return b.String()
}

// Scalar writes s as a YAML scalar on one line, quoted where plain text would
// be read as anything else than this text.
func Scalar(s string) (string, error) {
	if isWord(s) {
		return s, nil
	}
	var v any = s
	if strings.Contains(s, "\n") {
		v = quoted(s)
	}
	out, err := yaml.Marshal(guard(v))
	return strings.TrimSuffix(string(out), "\n"), err
}

// isWord reports whether s is a text that no YAML reader takes for anything
// else, which nearly all names are: it saves them the encoder.
func isWord(s string) bool {
	if len(s) < 6 || s[0] < 'a' || s[0] > 'z' {
		return false // the words with a meaning, such as false, are shorter
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '/' && c != '.' {
			return false
		}
	}
	return true
}

// quoted is text that is written in double quotes, with escapes.
type quoted string

// MarshalYAML implements yaml.Marshaler.
func (q quoted) MarshalYAML() (any, error) {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: string(q)}, nil
}

// guard replaces the texts that do not survive the encoder's block style, or
// that readers disagree on.
func guard(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[any]any, len(v))
		for k, item := range v {
			if strings.Contains(k, "\n") || fragile(k) {
				out[quoted(k)] = guard(item)
			} else {
				out[k] = guard(item)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = guard(item)
		}
		return out
	case string:
		if fragile(v) {
			return quoted(v)
		}
	}
	return v
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
