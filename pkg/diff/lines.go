package diff

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/internal/printable"
)

// Line is one difference as people read it: a line, and below it what was and what is.
type Line struct {
	// Depth is how far it is set in.
	Depth int
	// Sign is +, - or ~; empty for a title.
	Sign string
	Text string
	// Sides are what was and what is, line by line, each with the sign of a diff. Of many, there are
	// the first.
	Sides []string
}

// width is the columns of a terminal, within which a difference is told in one line.
const width = 80

// maxSides bounds what is shown of one field.
const maxSides = 20

type lines []Line

func (l *lines) title(text string) { *l = append(*l, Line{Text: text}) }

// Lines are differences of fields, in one line each where that fits.
func Lines(depth int, fields []Field) []Line {
	var l lines
	l.fields(depth, fields)
	return l
}

func (l *lines) fields(depth int, fields []Field) {
	for _, f := range fields {
		line := Line{Depth: depth, Sign: signOf(f.Change), Text: printable.Line(f.Path)}
		if text := line.Text + inLine(f); len([]rune(text))+2*depth+4 <= width && !hasLines(f) {
			line.Text = text
		} else {
			line.Sides = bounded(sides(f))
		}
		if f.Change == Moved {
			line.Text += " (the order)"
		}
		*l = append(*l, line)
	}
}

// objects adds objects with their fields.
func (l *lines) objects(objects []Object) {
	for _, o := range objects {
		*l = append(*l, Line{Depth: 1, Sign: signOf(o.Change), Text: printable.Line(o.Object)})
		l.fields(2, o.Fields)
	}
}

// set adds what is on one side only.
func (l *lines) set(title string, s Set) {
	if s.Empty() {
		return
	}
	l.title(title)
	l.texts(s)
}

func (l *lines) texts(s Set) {
	for _, text := range s.Removed {
		*l = append(*l, Line{Depth: 1, Sign: "-", Text: text})
	}
	for _, text := range s.Added {
		*l = append(*l, Line{Depth: 1, Sign: "+", Text: text})
	}
}

// bounded are the first of many lines.
func bounded(lines []string) []string {
	if more := len(lines) - maxSides; more > 1 {
		return append(lines[:maxSides:maxSides], fmt.Sprintf("… %d more lines", more))
	}
	return lines
}

// hasLines reports whether text of several lines changes, of which those that do are shown.
func hasLines(f Field) bool {
	from, wasText := f.From.(string)
	to, isText := f.To.(string)
	return wasText && isText && strings.Contains(from+to, "\n")
}

func signOf(change Kind) string {
	switch change {
	case Added:
		return "+"
	case Removed:
		return "-"
	}
	return "~"
}

// inLine is what stands behind the path.
func inLine(f Field) string {
	switch f.Change {
	case Added:
		return ": " + scalar(f.To)
	case Removed:
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
func sides(f Field) []string {
	if hasLines(f) {
		from, _ := f.From.(string)
		to, _ := f.To.(string)
		lines := strings.Split(strings.TrimSuffix(string(diff.Diff("", ended(from), "", ended(to))), "\n"), "\n")
		const head = 3 // the names of the files
		return lines[min(head, len(lines)):]
	}
	var lines []string
	if f.Change != Added {
		lines = prefixed(lines, "- ", f.From)
	}
	if f.Change != Removed {
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
