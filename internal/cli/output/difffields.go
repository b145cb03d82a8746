package output

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/internal/printable"
	differ "github.com/aicr-flux/aicr/pkg/diff"
)

// body is what differs, one field or object after the other.
type body []entry

// entry is one difference: a line, and below it what was and what is, line by line, each with the
// sign of a diff.
type entry struct {
	// depth is how far it is set in.
	depth int
	sign  string
	text  string
	lines []string
}

// width is the columns of a terminal.
const width = 80

// maxLines bounds what is shown of one field.
const maxLines = 20

func (b body) write(to *strings.Builder) {
	for _, e := range b {
		indent := strings.Repeat("  ", e.depth+1)
		to.WriteString(cut(strings.TrimRight(indent+strings.TrimLeft(e.sign+" "+e.text, " "), " "), width) + "\n")
		for _, line := range bounded(e.lines) {
			to.WriteString(cut(indent+"    "+line, width) + "\n")
		}
	}
}

// bounded are the first of many lines.
func bounded(lines []string) []string {
	if more := len(lines) - maxLines; more > 1 {
		return append(lines[:maxLines:maxLines], fmt.Sprintf("… %d more lines", more))
	}
	return lines
}

func (b *body) title(text string) { *b = append(*b, entry{text: text}) }

// fields adds fields, in one line each where that fits.
func (b *body) fields(depth int, fields []differ.Field) {
	for _, f := range fields {
		e := entry{depth: depth, sign: signOf(f.Change), text: printable.Line(f.Path)}
		if text := e.text + inLine(f); len([]rune(text))+2*depth+4 <= width && !hasLines(f) {
			e.text = text
		} else {
			e.lines = sides(f)
		}
		if f.Change == differ.Moved {
			e.text += " (the order)"
		}
		*b = append(*b, e)
	}
}

// hasLines reports whether text of several lines changes, of which those that do are shown.
func hasLines(f differ.Field) bool {
	from, wasText := f.From.(string)
	to, isText := f.To.(string)
	return wasText && isText && strings.Contains(from+to, "\n")
}

func signOf(change differ.Kind) string {
	switch change {
	case differ.Added:
		return "+"
	case differ.Removed:
		return "-"
	}
	return "~"
}

// inLine is what stands behind the path.
func inLine(f differ.Field) string {
	switch f.Change {
	case differ.Added:
		return ": " + scalar(f.To)
	case differ.Removed:
		return ": " + scalar(f.From)
	}
	return ": " + scalar(f.From) + " → " + scalar(f.To)
}

// plain is text that nobody takes for another kind of value.
var plain = regexp.MustCompile(`^[A-Za-z/(][^\n]*$`)

// scalar is a value in one line.
func scalar(v any) string {
	if text, ok := v.(string); ok && plain.MatchString(text) && text != "true" && text != "false" && text != "null" {
		return text
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Sprint(v)
	}
	return strings.TrimSpace(b.String())
}

// sides are what was and what is as the lines of a diff: of text that has lines, only those around
// what differs.
func sides(f differ.Field) []string {
	if hasLines(f) {
		from, _ := f.From.(string)
		to, _ := f.To.(string)
		lines := strings.Split(strings.TrimSuffix(string(diff.Diff("", ended(from), "", ended(to))), "\n"), "\n")
		const head = 3 // the names of the files
		return lines[min(head, len(lines)):]
	}
	var lines []string
	if f.Change != differ.Added {
		lines = prefixed(lines, "- ", f.From)
	}
	if f.Change != differ.Removed {
		lines = prefixed(lines, "+ ", f.To)
	}
	return lines
}

func ended(text string) []byte { return []byte(strings.TrimSuffix(text, "\n") + "\n") }

func prefixed(lines []string, sign string, v any) []string {
	text := scalar(v)
	switch v := v.(type) {
	case string:
		text = v
	case map[string]any, []any:
		if data, err := yaml.Marshal(v); err == nil {
			text = string(data)
		}
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		lines = append(lines, sign+line)
	}
	return lines
}

// objects adds objects with their fields.
func (b *body) objects(objects []differ.Object) {
	for _, o := range objects {
		*b = append(*b, entry{depth: 1, sign: signOf(o.Change), text: printable.Line(o.Object)})
		b.fields(2, o.Fields)
	}
}
