package values

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Encode writes m as block YAML with sorted keys, each line indented by indent
// spaces. Text is quoted where any YAML reader, 1.1 or 1.2, would take it for
// something else. The text ends in a newline; an empty map is "{}". It fails on
// values that Normalize would refuse.
//
// Only the nesting is written here, which is the simple part of YAML; how a
// scalar looks, Scalar leaves to the YAML library wherever there is any doubt.
func Encode(m map[string]any, indent int) (string, error) {
	e := &encoder{}
	if len(m) == 0 {
		return strings.Repeat(" ", indent) + "{}\n", nil
	}
	if err := e.mapping(m, indent, false); err != nil {
		return "", err
	}
	return e.out.String(), nil
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

// maxSimpleKey is how long a key may be that stands in front of its colon; YAML
// readers look no further than 1024 characters for it.
const maxSimpleKey = 1000

type encoder struct{ out strings.Builder }

func (e *encoder) pad(n int) {
	for range n {
		e.out.WriteByte(' ')
	}
}

// mapping writes a map that is not empty. Where it is an item of a list, its
// first key stands on the line of the hyphen.
func (e *encoder) mapping(m map[string]any, indent int, onLine bool) error {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if !onLine {
			e.pad(indent)
		}
		onLine = false
		text, err := Scalar(key)
		if err != nil {
			return err
		}
		if len(text) > maxSimpleKey {
			text = "? " + text + "\n" + strings.Repeat(" ", indent)
		}
		e.out.WriteString(text)
		e.out.WriteByte(':')
		if err := e.value(m[key], indent); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	return nil
}

// value writes what follows a key whose line is indented by indent.
func (e *encoder) value(v any, indent int) error {
	switch v := v.(type) {
	case map[string]any:
		if len(v) > 0 {
			e.out.WriteByte('\n')
			return e.mapping(v, indent+2, false)
		}
	case []any:
		if len(v) > 0 {
			e.out.WriteByte('\n')
			return e.list(v, indent+2, false)
		}
	}
	e.out.WriteByte(' ')
	return e.leaf(v, indent+2)
}

// list writes a list that is not empty.
func (e *encoder) list(list []any, indent int, onLine bool) error {
	for i, item := range list {
		if !onLine {
			e.pad(indent)
		}
		onLine = false
		e.out.WriteString("- ")
		var err error
		switch item := item.(type) {
		case map[string]any:
			if len(item) > 0 {
				err = e.mapping(item, indent+2, true)
			} else {
				err = e.leaf(item, indent)
			}
		case []any:
			if len(item) > 0 {
				err = e.list(item, indent+2, true)
			} else {
				err = e.leaf(item, indent)
			}
		default:
			err = e.leaf(item, indent+2)
		}
		if err != nil {
			return fmt.Errorf("item %d: %w", i, err)
		}
	}
	return nil
}

// leaf writes a scalar or something empty, and ends the line. The lines of a
// block of text are indented by indent.
func (e *encoder) leaf(v any, indent int) error {
	text := ""
	switch v := v.(type) {
	case nil:
		text = "null"
	case bool:
		text = strconv.FormatBool(v)
	case int64:
		text = strconv.FormatInt(v, 10)
	case uint64:
		text = strconv.FormatUint(v, 10)
	case float64:
		number, err := json.Marshal(v)
		if err != nil {
			return fmt.Errorf("%v is not a number that JSON can hold", v)
		}
		text = string(number)
	case string:
		if strings.Contains(v, "\n") && !fragile(v) {
			e.block(v, indent)
			return nil
		}
		var err error
		if text, err = Scalar(v); err != nil {
			return err
		}
	case map[string]any:
		text = "{}"
	case []any:
		text = "[]"
	default:
		return fmt.Errorf("a Go value of type %T cannot be written", v)
	}
	e.out.WriteString(text)
	e.out.WriteByte('\n')
	return nil
}

// block writes text of several lines as a block scalar.
func (e *encoder) block(text string, indent int) {
	header := "|-\n"
	if strings.HasSuffix(text, "\n") {
		header = "|\n"
	}
	e.out.WriteString(header)
	e.out.WriteString(Indent(strings.TrimSuffix(text, "\n")+"\n", indent))
}
